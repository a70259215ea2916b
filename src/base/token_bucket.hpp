#pragma once
// A token bucket that tells how long to wait and never waits itself.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html describes the buckets that EC2
// keeps.

#include <chrono>

#include "base/clock.hpp"

namespace base {

class TokenBucket {
 public:
  TokenBucket(double capacity, double refill_per_second)
      : capacity_(capacity), refill_(refill_per_second), level_(capacity) {}

  // Takes one token, on credit if need be: the caller acts when the returned time has passed (zero: now).
  Duration take(SteadyTime now);
  bool try_take(SteadyTime now);   // takes one if there is one now
  void give_back(SteadyTime now);  // an unused token
  void drain(SteadyTime now);      // the server says that its bucket is empty: so is ours

  double level(SteadyTime now) const;  // below zero: tokens promised to waiters

 private:
  void refill(SteadyTime now);

  double capacity_;
  double refill_;
  double level_;
  SteadyTime filled_{};
};

}  // namespace base
