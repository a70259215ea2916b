#include "base/backoff.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using base::Backoff;
using base::next_delay;

namespace {

TEST(Backoff, DoublesItsCeilingWithEachFailureUpToTheCap) {
  const Backoff backoff{100ms, 1'000ms};
  const double almost_one = 0.999999;
  EXPECT_EQ(next_delay(backoff, 1, almost_one), 100ms);
  EXPECT_EQ(next_delay(backoff, 2, almost_one), 200ms);
  EXPECT_EQ(next_delay(backoff, 4, almost_one), 800ms);
  EXPECT_EQ(next_delay(backoff, 5, almost_one), 1'000ms);
  EXPECT_EQ(next_delay(backoff, 1'000'000, almost_one), 1'000ms);
}

TEST(Backoff, NeverWaitsForNothing) {
  EXPECT_GT(next_delay(Backoff{100ms, 1s}, 3, 0.0), 0ms);
}

}  // namespace
