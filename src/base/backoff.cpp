#include "base/backoff.hpp"

#include <algorithm>

namespace base {

std::chrono::milliseconds next_delay(const Backoff& backoff, int attempt, double draw) {
  const int doublings = std::clamp(attempt - 1, 0, 30);
  const auto ceiling = std::min<std::int64_t>(backoff.cap.count(), backoff.base.count() << doublings);
  return std::chrono::milliseconds(1 + static_cast<std::int64_t>(draw * static_cast<double>(ceiling)));
}

}  // namespace base
