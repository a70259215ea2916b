// That histories repeat exactly, and the ones that have shown something.

#include <gtest/gtest.h>

#include "simulation/history.hpp"

namespace simulation {
namespace {

std::string broken_by(std::uint64_t seed) {
  const auto told = tell_history(seed);
  return told.violations.empty()
             ? std::string()
             : told.violations.front().law + ": " + told.violations.front().what + "\n" + told.story;
}

TEST(Simulation, RepeatsAHistoryExactly) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) EXPECT_EQ(tell_history(seed).mark, tell_history(seed).mark);
  EXPECT_NE(tell_history(1).mark, tell_history(2).mark);
}

// docs/testing.md has the list.
TEST(Simulation, ATargetInsideAPrefixStaysTakenWhenEverythingIsReadAgain) {
  EXPECT_EQ(broken_by(13), "");
}

TEST(Simulation, ALostAddressThatSomebodyElseGotIsReplaced) {
  EXPECT_EQ(broken_by(191), "");
}

TEST(Simulation, WhatWasPutOnATargetSinceItWasReadIsSeenThere) {
  EXPECT_EQ(broken_by(562), "");
}

TEST(Simulation, TwoProcessesDoNotArgueAtFullSpeed) {
  EXPECT_EQ(broken_by(1435), "");
}

TEST(Simulation, AnIntentOutOfABackupIsNotSeenThrough) {
  EXPECT_EQ(broken_by(1874), "");
}

}  // namespace
}  // namespace simulation
