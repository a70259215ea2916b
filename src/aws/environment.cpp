#include "aws/environment.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace aws {

Environment::Environment(std::map<std::string, std::string> variables)
    : lookup_([variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      }) {}

Environment Environment::of_process() {
  return Environment([](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  });
}

bool Environment::is_true(const std::string& name) const {
  std::string value = get(name);
  for (char& c : value)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return value == "true";
}

base::Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  if (in) content << in.rdbuf();
  if (!in || content.fail()) {
    const int reason = errno;
    base::Fault fault;
    fault.kind = base::FaultKind::denied;
    fault.code = "FileUnreadable";
    fault.message =
        "can't read " + path + ": " + (reason != 0 ? std::strerror(reason) : "it is empty or unreadable");
    return fault;
  }
  return content.str();
}

}  // namespace aws
