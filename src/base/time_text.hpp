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

}  // namespace base
