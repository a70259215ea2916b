#pragma once
// RFC 3339 times, as Kubernetes and AWS write them, in UTC.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace base {

std::string rfc3339(WallTime at);         // 2026-11-23T10:00:00Z (metav1.Time)
std::string rfc3339_micros(WallTime at);  // 2026-11-23T10:00:00.000000Z (metav1.MicroTime)
// With or without a fraction, with Z or an offset. Nothing if it is no such time.
std::optional<WallTime> parse_rfc3339(std::string_view text);

// The years that are told apart: any two times in them have a difference that 64 bits of nanoseconds, 292
// years, can hold.
inline constexpr WallTime kFirstTime{std::chrono::sys_days(std::chrono::year(1900) / 1 / 1)};
inline constexpr WallTime kLastTime{std::chrono::sys_days(std::chrono::year(2190) / 1 / 1)};
// `at`, or the nearer of the two: what is read of foreign text, where the year 9999 means "never".
WallTime within_range(std::chrono::sys_seconds at);

}  // namespace base
