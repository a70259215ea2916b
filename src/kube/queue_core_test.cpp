#include "kube/queue_core.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using kube::Key;

struct Queue : testing::Test {
  kube::QueueCore core;
  base::SteadyTime now{1h};
  const Key a{"s", "a"}, b{"s", "b"}, c{"s", "c"};

  std::string take() {
    const auto taken = core.take(now);
    return taken ? taken->key.name : "-";
  }
  std::string take(int times) {
    std::string all;
    while (times-- > 0) all += take();
    return all;
  }
  void add(const Key& key, base::Duration in = 0s) { core.add(key, now + in, now); }
};

TEST_F(Queue, AKeyAddedTwiceIsTakenOnce) {
  add(a);
  add(b);
  add(a);
  EXPECT_EQ(take(3), "ab-");
}

TEST_F(Queue, AKeyInHandIsHeldBackUntilItIsDone) {
  add(a);
  EXPECT_EQ(take(), "a");
  add(a);
  EXPECT_EQ(take(), "-");
  core.done(a, now);
  EXPECT_EQ(take(), "a");
  core.done(a, now);
  EXPECT_EQ(take(), "-");
  EXPECT_FALSE(core.knows(a));
}

TEST_F(Queue, TheEarlierTimeWins) {
  add(a, 10s);
  add(a, 5s);
  add(a, 20s);
  now += 4s;
  EXPECT_EQ(take(), "-");
  EXPECT_EQ(*core.next_due(), now + 1s);
  now += 1s;
  EXPECT_EQ(take(), "a");
  core.done(a, now);
  now += 1h;
  EXPECT_EQ(take(), "-") << "the later times were dropped";
}

TEST_F(Queue, AnEventOvertakesABackoff) {
  add(a, 5min);
  add(a);
  EXPECT_EQ(take(), "a");
}

TEST_F(Queue, WhileInHandTooTheEarlierTimeWins) {
  add(a);
  take();
  add(a, 5min);
  add(a);
  core.done(a, now);
  EXPECT_EQ(take(), "a");
}

TEST_F(Queue, DelayedKeysLineUpBehindThoseThatWereDueBefore) {
  add(a, 1s);
  add(b);
  now += 2s;
  EXPECT_EQ(take(2), "ba");
}

TEST_F(Queue, SaysHowLongADueKeyWaited) {
  add(a, 1s);
  now += 1s;
  EXPECT_EQ(core.depth(now), 1u);
  now += 3s;
  EXPECT_EQ(core.take(now)->waited, 3s);
}

TEST_F(Queue, FailuresOfAKeyDoubleItsWaitUpToTheCap) {
  EXPECT_EQ(core.failed(a), 200ms);
  EXPECT_EQ(core.failed(a), 400ms);
  EXPECT_EQ(core.failed(b), 200ms);
  for (int i = 0; i < 100; ++i) core.failed(a);
  EXPECT_EQ(core.failed(a), 5min);
  core.forget(a);
  EXPECT_EQ(core.failed(a), 200ms);
}

TEST_F(Queue, KnowsTheOldestInHand) {
  add(a);
  add(b);
  take();
  now += 2s;
  take();
  now += 1s;
  EXPECT_EQ(*core.longest_in_hand_since(), now - 3s);
  EXPECT_EQ(core.unfinished(now), 4s);
}

}  // namespace
