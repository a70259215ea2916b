#include "base/token_bucket.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using base::SteadyTime;
using base::TokenBucket;

namespace {

constexpr SteadyTime kStart{1h};

TEST(TokenBucket, GivesItsCapacityAtOnceAndThenAtItsRate) {
  TokenBucket bucket(2, 5);
  EXPECT_EQ(bucket.take(kStart), 0s);
  EXPECT_EQ(bucket.take(kStart), 0s);
  EXPECT_EQ(bucket.take(kStart), 200ms);
  EXPECT_EQ(bucket.take(kStart), 400ms);
  // Whoever comes after a second finds the two promised tokens spent and three more.
  EXPECT_EQ(bucket.take(kStart + 1s), 0s);
}

TEST(TokenBucket, GivesNoneOnCreditToWhoOnlyTries) {
  TokenBucket bucket(2, 1);
  EXPECT_TRUE(bucket.try_take(kStart));
  EXPECT_TRUE(bucket.try_take(kStart));
  EXPECT_FALSE(bucket.try_take(kStart));
  EXPECT_TRUE(bucket.try_take(kStart + 1s));
  EXPECT_FALSE(bucket.try_take(kStart + 1s));
}

TEST(TokenBucket, NeverHoldsMoreThanItsCapacity) {
  TokenBucket bucket(3, 5);
  EXPECT_EQ(bucket.level(kStart + 24h), 3);
  bucket.give_back(kStart + 24h);
  EXPECT_EQ(bucket.level(kStart + 24h), 3);
}

TEST(TokenBucket, TakesBackATokenThatWasNotUsed) {
  TokenBucket bucket(1, 1);
  EXPECT_EQ(bucket.take(kStart), 0s);
  bucket.give_back(kStart);
  EXPECT_EQ(bucket.take(kStart), 0s);
}

TEST(TokenBucket, IsEmptyAfterTheServerSaidSo) {
  TokenBucket bucket(50, 5);
  bucket.drain(kStart);
  EXPECT_EQ(bucket.take(kStart), 200ms);
  // Those who wait already keep their place.
  bucket.drain(kStart);
  EXPECT_EQ(bucket.take(kStart), 400ms);
}

TEST(TokenBucket, DoesNotGrowWhenTheClockSeemsToGoBack) {
  TokenBucket bucket(1, 1);
  EXPECT_EQ(bucket.take(kStart), 0s);
  EXPECT_EQ(bucket.take(kStart - 10s), 1s);
}

}  // namespace
