#pragma once
// Command line flags by the rules of Go's package flag (https://pkg.go.dev/flag), which 1.4.1's users know:
// one dash or two, -name=value or -name value, a bare boolean is true and takes no following word, "--" ends
// the flags, a flag given twice counts as given last, no abbreviations.

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace app {

class GoFlags {
 public:
  // `set` returns what is wrong with a value, or empty.
  using Set = std::function<std::string(const std::string& value)>;

  void add(std::string name, std::string argument, std::string default_text, std::string help, Set set);
  void add_bool(std::string name, std::string help, std::function<void(bool)> set);

  // Faults with one line that names the flag.
  base::Result<> parse(const std::vector<std::string>& arguments) const;
  std::string help() const;

 private:
  struct Flag {
    std::string name;
    std::string argument;  // empty: boolean
    std::string default_text;
    std::string help;
    Set set;
  };
  const Flag* find(const std::string& name) const;

  std::vector<Flag> flags_;
};

}  // namespace app
