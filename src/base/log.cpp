#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "base/time_text.hpp"

namespace base {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// A JSON string; also used to quote values in text, so that one event is always one line.
void quote(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char escaped[8];
          std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
          out += escaped;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

bool plain(std::string_view text) {
  return !text.empty() && text.find_first_of(" \"=\\\n\r\t") == std::string_view::npos;
}

}  // namespace

Logger::Logger(LogLevel level, LogFormat format)
    : Logger(level, format, std::make_shared<spdlog::sinks::stderr_sink_st>()) {}

Logger::Logger(LogLevel level, LogFormat format, std::shared_ptr<spdlog::sinks::sink> sink)
    : level_(level), format_(format), out_(std::make_unique<spdlog::logger>("operator", std::move(sink))) {
  out_->set_pattern("%v");
  out_->set_level(spdlog::level::debug);
  out_->flush_on(spdlog::level::debug);
}

Logger::~Logger() = default;

void Logger::write(LogLevel level, std::string_view message, LogFields fields) {
  if (!enabled(level)) return;
  const std::string time = rfc3339_micros(std::chrono::system_clock::now());
  std::string line;
  if (format_ == LogFormat::json) {
    line += "{\"time\":";
    quote(line, time);
    line += ",\"level\":";
    quote(line, name_of(level));
    line += ",\"msg\":";
    quote(line, message);
    for (const auto& [key, value] : fields) {
      line += ',';
      quote(line, key);
      line += ':';
      quote(line, value);
    }
    line += '}';
  } else {
    line += time;
    line += ' ';
    line += name_of(level);
    line += ' ';
    if (message.find('\n') == std::string_view::npos) {
      line += message;
    } else {
      quote(line, message);
    }
    for (const auto& [key, value] : fields) {
      line += ' ';
      line += key;
      line += '=';
      if (plain(value)) {
        line += value;
      } else {
        quote(line, value);
      }
    }
  }
  out_->log(spdlog_level(level), spdlog::string_view_t(line));
}

}  // namespace base
