#include "aws/clock_skew.hpp"

#include <array>
#include <charconv>

#include "base/time_text.hpp"

namespace aws {

using std::chrono::seconds;

std::optional<base::WallTime> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT")
    return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = -1;
    const char* end = text.data() + at + count;
    const auto parsed = std::from_chars(text.data() + at, end, value);
    return parsed.ptr == end && parsed.ec == std::errc() ? value : -1;
  };
  unsigned month = 0;
  while (month < kMonths.size() && kMonths[month] != text.substr(8, 3)) ++month;
  const int day = number(5, 2), year = number(12, 4), hour = number(17, 2), minute = number(20, 2),
            second = number(23, 2);
  if (month == kMonths.size() || day < 1 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month + 1),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return base::within_range(std::chrono::sys_days(date) + std::chrono::hours(hour) +
                            std::chrono::minutes(minute) + seconds(second));
}

std::optional<seconds> clock_skew(const http::Response& response, base::WallTime begun,
                                  base::WallTime ended) {
  const auto date = parse_http_date(response.header("date"));
  if (!date || !response.header("age").empty()) return std::nullopt;
  if (ended < begun || ended - begun > std::chrono::minutes(15)) return std::nullopt;
  return std::chrono::round<seconds>(*date - (begun + (ended - begun) / 2));
}

std::string skew_advice(std::optional<seconds> skew) {
  if (!skew || std::chrono::abs(*skew) <= kSkewLimit) return {};
  return "this machine's clock is " + std::to_string(std::chrono::abs(*skew).count()) + " s " +
         (*skew > seconds(0) ? "behind" : "ahead of") +
         " that of AWS, which refuses such signatures: set the clock";
}

}  // namespace aws
