#pragma once
// The process's surroundings as values, so that tests need no globals: variables and files.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace aws {

class Environment {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  explicit Environment(Lookup lookup) : lookup_(std::move(lookup)) {}
  explicit Environment(std::map<std::string, std::string> variables);
  static Environment of_process();

  // Empty when it is not set: AWS's tools take the two for the same.
  std::string get(const std::string& name) const { return lookup_(name).value_or(""); }
  bool is_true(const std::string& name) const;  // "true" in any case

 private:
  Lookup lookup_;
};

// The whole content of a file, or a fault that names the path and the system's reason.
using ReadFile = std::function<base::Result<std::string>(const std::string& path)>;
base::Result<std::string> read_file(const std::string& path);

}  // namespace aws
