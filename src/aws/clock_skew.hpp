#pragma once
// Is our clock wrong? AWS refuses signatures that are some minutes off with the same error as bad keys; the
// Date of its answer tells the two apart. Pure.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
// https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace aws {

// "Sun, 06 Nov 1994 08:49:37 GMT"; no other form.
std::optional<base::WallTime> parse_http_date(std::string_view text);

// The server's clock minus ours (positive: we are behind), to a second or so. Nothing when the answer has no
// usable Date, came out of a cache, or took so long that it proves nothing.
std::optional<std::chrono::seconds> clock_skew(const http::Response& response, base::WallTime begun,
                                               base::WallTime ended);

inline constexpr std::chrono::minutes kSkewLimit{4};

// A sentence for a person, or empty when the clock is within the limit.
std::string skew_advice(std::optional<std::chrono::seconds> skew);

}  // namespace aws
