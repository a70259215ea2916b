#include "base/time_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>

namespace base {
namespace {

std::string text(WallTime at, bool micros) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t time = seconds.count();
  std::tm parts{};
  gmtime_r(&time, &parts);
  char out[48];
  const auto length = std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string result(out, length);
  if (micros) {
    std::snprintf(out, sizeof out, ".%06d", static_cast<int>((since - seconds).count()));
    result += out;
  }
  return result + "Z";
}

// Reads `count` digits and removes them; -1 if they are not there.
int digits(std::string_view& in, std::size_t count) {
  if (in.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isdigit(static_cast<unsigned char>(in[i]))) return -1;
    value = value * 10 + (in[i] - '0');
  }
  in.remove_prefix(count);
  return value;
}

bool skip(std::string_view& in, std::string_view any_of) {
  if (in.empty() || any_of.find(in.front()) == std::string_view::npos) return false;
  in.remove_prefix(1);
  return true;
}

}  // namespace

std::string rfc3339(WallTime at) {
  return text(at, false);
}
std::string rfc3339_micros(WallTime at) {
  return text(at, true);
}

std::optional<WallTime> parse_rfc3339(std::string_view in) {
  using namespace std::chrono;
  const int y = digits(in, 4);
  if (y < 0 || !skip(in, "-")) return std::nullopt;
  const int mo = digits(in, 2);
  if (mo < 0 || !skip(in, "-")) return std::nullopt;
  const int d = digits(in, 2);
  if (d < 0 || !skip(in, "Tt ")) return std::nullopt;
  const int h = digits(in, 2);
  if (h < 0 || !skip(in, ":")) return std::nullopt;
  const int mi = digits(in, 2);
  if (mi < 0 || !skip(in, ":")) return std::nullopt;
  const int s = digits(in, 2);
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (s < 0 || !date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  nanoseconds fraction{0};
  if (skip(in, ".")) {
    nanoseconds unit{100'000'000};
    if (in.empty() || !std::isdigit(static_cast<unsigned char>(in.front()))) return std::nullopt;
    while (!in.empty() && std::isdigit(static_cast<unsigned char>(in.front()))) {
      fraction += unit * (in.front() - '0');
      unit /= 10;
      in.remove_prefix(1);
    }
  }
  minutes offset{0};
  if (!skip(in, "Zz")) {
    const bool east = !in.empty() && in.front() == '+';
    if (!skip(in, "+-")) return std::nullopt;
    const int oh = digits(in, 2);
    if (oh < 0 || !skip(in, ":")) return std::nullopt;
    const int om = digits(in, 2);
    if (om < 0 || oh > 23 || om > 59) return std::nullopt;
    offset = hours(oh) + minutes(om);
    if (!east) offset = -offset;
  }
  if (!in.empty()) return std::nullopt;
  const auto at = within_range(sys_days(date) + hours(h) + minutes(mi) + seconds(s) - offset);
  return std::min(at + duration_cast<WallTime::duration>(fraction), kLastTime);
}

WallTime within_range(std::chrono::sys_seconds at) {
  using std::chrono::floor;
  using std::chrono::seconds;
  return std::clamp(at, floor<seconds>(kFirstTime), floor<seconds>(kLastTime));
}

}  // namespace base
