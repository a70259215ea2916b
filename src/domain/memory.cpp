#include "domain/memory.hpp"

namespace domain {
namespace {

using namespace std::chrono_literals;

constexpr Span kTransientRetry = 1s;
constexpr Span kRefusedRetry = 30s;
constexpr Span kLongestRetry = 5min;
constexpr Span kCalm = 1h;  // no repair for this long: whoever kept moving the thing has stopped

}  // namespace

Answer in_view_of_lag(Answer answer, bool may_lag) {
  if (answer.not_found && may_lag) answer.refused = false;
  return answer;
}

Time retry_after(const Answer& answer, int failures, Time now) {
  const Span first = answer.refused || answer.stalled ? kRefusedRetry : kTransientRetry;
  // Nothing of the object tells that a permission was granted or a credential renewed.
  const Span longest = answer.denied ? kRefusedRetry : kLongestRetry;
  return now + std::min(longest, first * (1 << std::min(failures, 10)));
}

void Recollection::repaired(Time now) {
  repairs = now > repaired_at + kCalm ? 1 : repairs + 1;
  repaired_at = now;
}

}  // namespace domain
