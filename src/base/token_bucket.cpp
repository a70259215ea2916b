#include "base/token_bucket.hpp"

#include <algorithm>

namespace base {

double TokenBucket::level(SteadyTime now) const {
  const std::chrono::duration<double> passed = now - filled_;
  return std::min(capacity_, level_ + std::max(0.0, passed.count()) * refill_);
}

void TokenBucket::refill(SteadyTime now) {
  level_ = level(now);
  filled_ = std::max(filled_, now);
}

Duration TokenBucket::take(SteadyTime now) {
  refill(now);
  level_ -= 1;
  if (level_ >= 0) return Duration::zero();
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(-level_ / refill_));
}

bool TokenBucket::try_take(SteadyTime now) {
  if (level(now) < 1) return false;
  take(now);
  return true;
}

void TokenBucket::give_back(SteadyTime now) {
  refill(now);
  level_ = std::min(capacity_, level_ + 1);
}

void TokenBucket::drain(SteadyTime now) {
  refill(now);
  level_ = std::min(level_, 0.0);
}

}  // namespace base
