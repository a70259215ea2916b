#include "app/go_flags.hpp"

#include "base/one_line.hpp"

namespace app {
namespace {

base::Fault wrong(const std::string& message) {
  return base::Fault{base::FaultKind::invalid, "", base::one_line(message), false, {}};
}

// What Go's strconv.ParseBool takes.
bool parse_bool(const std::string& text, bool& value) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return value = true, true;
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return value = false, true;
  return false;
}

}  // namespace

void GoFlags::add(std::string name, std::string argument, std::string default_text, std::string help,
                  Set set) {
  flags_.push_back(
      {std::move(name), std::move(argument), std::move(default_text), std::move(help), std::move(set)});
}

void GoFlags::add_bool(std::string name, std::string help, std::function<void(bool)> set) {
  flags_.push_back({std::move(name), "", "false", std::move(help),
                    [set = std::move(set)](const std::string& text) -> std::string {
                      bool value = false;
                      if (!parse_bool(text, value)) return "is no boolean (true or false)";
                      set(value);
                      return "";
                    }});
}

const GoFlags::Flag* GoFlags::find(const std::string& name) const {
  for (const auto& flag : flags_)
    if (flag.name == name) return &flag;
  return nullptr;
}

base::Result<> GoFlags::parse(const std::vector<std::string>& arguments) const {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--" && i + 1 == arguments.size()) break;
    const std::size_t dashes = word.starts_with("--") ? 2 : 1;
    if (word.size() <= dashes || word[0] != '-' || word == "--")
      return wrong("unexpected argument \"" + word + "\": the operator takes flags only (see -help)");
    const auto equals = word.find('=');
    const std::string name = word.substr(dashes, equals == std::string::npos ? equals : equals - dashes);
    const Flag* flag = find(name);
    if (!flag) return wrong("unknown flag -" + name + " (see -help)");
    std::string value = "true";
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (!flag->argument.empty()) {
      if (i + 1 == arguments.size())
        return wrong("flag -" + name + " needs a value: -" + name + "=" + flag->argument);
      value = arguments[++i];
    }
    if (const std::string why = flag->set(value); !why.empty())
      return wrong("flag -" + name + ": \"" + value + "\" " + why);
  }
  return {};
}

std::string GoFlags::help() const {
  std::string text;
  for (const auto& flag : flags_) {
    text += "  -" + flag.name;
    if (!flag.argument.empty()) text += " " + flag.argument;
    text += "\n        " + flag.help;
    text += flag.default_text.empty() ? " (default: none)\n" : " (default: " + flag.default_text + ")\n";
  }
  return text;
}

}  // namespace app
