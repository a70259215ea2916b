#pragma once
// How long to wait before another try. A value and a pure function; nothing here sleeps.

#include <chrono>

namespace base {

struct Backoff {
  std::chrono::milliseconds base{200};  // the first wait, at most
  std::chrono::milliseconds cap{30'000};
  // "Full jitter": the wait is drawn from (0, min(cap, base * 2^(attempt-1))], so that clients do not march
  // in step.
};

// `attempt` counts failures so far, from 1; `draw` is uniform in [0, 1).
std::chrono::milliseconds next_delay(const Backoff& backoff, int attempt, double draw);

}  // namespace base
