#pragma once
// One line per event, as text for people or JSON for machines. Secrets never reach it: nothing that holds a
// credential, a token or a request header is ever passed in.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace base {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json };

using LogField = std::pair<std::string_view, std::string>;
using LogFields = std::initializer_list<LogField>;

class Logger {
 public:
  Logger(LogLevel level, LogFormat format);  // to standard error
  // For tests: lines go to `sink`.
  Logger(LogLevel level, LogFormat format, std::shared_ptr<spdlog::sinks::sink> sink);
  ~Logger();

  void debug(std::string_view message, LogFields fields = {}) { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, LogFields fields = {}) { write(LogLevel::info, message, fields); }
  void warn(std::string_view message, LogFields fields = {}) { write(LogLevel::warn, message, fields); }
  void error(std::string_view message, LogFields fields = {}) { write(LogLevel::error, message, fields); }
  bool enabled(LogLevel level) const { return level >= level_; }

 private:
  void write(LogLevel level, std::string_view message, LogFields fields);

  LogLevel level_;
  LogFormat format_;
  std::unique_ptr<spdlog::logger> out_;
};

}  // namespace base
