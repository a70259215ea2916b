// Times as Kubernetes and AWS write them, and HTTP dates.
//
// Promises: what is taken reads the same after it was written; any two times have a difference that a
// duration can hold, which all arithmetic on them counts on.

#include <string>

#include "aws/clock_skew.hpp"
#include "base/time_text.hpp"
#include "fuzz.hpp"

namespace {

using base::WallTime;

void check_range(WallTime at) {
  // The difference of any two that are in it fits 64 bits of nanoseconds, 292 years.
  using namespace std::chrono;
  fuzz::require(at >= sys_days(year(1900) / 1 / 1) && at <= sys_days(year(2190) / 1 / 1),
                "a time out of range");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using std::chrono::floor;
  using std::chrono::seconds;
  const auto text = fuzz::text_of(data, size);
  if (const auto at = base::parse_rfc3339(text)) {
    check_range(*at);
    fuzz::require(base::parse_rfc3339(base::rfc3339(*at)) == floor<seconds>(*at), "to the second");
    fuzz::require(base::parse_rfc3339(base::rfc3339_micros(*at)) == floor<std::chrono::microseconds>(*at),
                  "to the microsecond");
  }
  if (const auto at = aws::parse_http_date(text)) {
    check_range(*at);
    http::Response response;
    response.headers.emplace_back("date", text);
    const WallTime now{seconds(1'750'000'000)};
    const auto skew = aws::clock_skew(response, now, now + seconds(2));
    fuzz::require(skew && now + seconds(1) + *skew == *at, "the skew is the difference");
    fuzz::require(aws::skew_advice(skew).empty() == (std::chrono::abs(*skew) <= aws::kSkewLimit), "advice");
  }
  return 0;
}
