#include "aws/throttle.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

#include "fakes/manual_clock.hpp"

using namespace std::chrono_literals;
using aws::Action;

namespace {

struct Throttle : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  base::Metrics metrics;

  aws::Throttle make(double capacity, double refill) {
    aws::ThrottleConfig config;
    config.buckets = {{Action::allocate_address, {capacity, refill}}};
    return aws::Throttle(clock, metrics, config);
  }
};

TEST_F(Throttle, TokensBeyondTheBurstWaitTheirTurn) {
  auto throttle = make(2, 5);
  std::vector<aws::PermitPtr> permits;
  for (int i = 0; i < 4; ++i) permits.push_back(throttle.acquire(Action::allocate_address));
  EXPECT_EQ(permits[1]->wait(), 0s);
  EXPECT_EQ(permits[2]->wait(), 200ms);
  EXPECT_EQ(permits[3]->wait(), 400ms);
  clock.advance(250ms);
  EXPECT_EQ(permits[2]->wait(), 0s);
  EXPECT_EQ(permits[3]->wait(), 150ms);
  EXPECT_EQ(permits[3]->action(), Action::allocate_address);
}

TEST(PublishedBuckets, AreThoseOfEc2ForEveryAction) {
  const auto sizes = aws::published_buckets();
  EXPECT_EQ(sizes.size(), static_cast<std::size_t>(aws::kActions));
  const auto expect = [&](Action action, double capacity, double refill) {
    EXPECT_EQ(sizes.at(action).capacity, capacity) << aws::name_of(action);
    EXPECT_EQ(sizes.at(action).refill_per_second, refill) << aws::name_of(action);
  };
  for (const auto action : {Action::allocate_address, Action::release_address,
                            Action::attach_network_interface, Action::detach_network_interface})
    expect(action, 50, 5);
  for (const auto action : {Action::create_network_interface, Action::delete_network_interface,
                            Action::modify_network_interface_attribute, Action::assign_private_ip_addresses,
                            Action::unassign_private_ip_addresses})
    expect(action, 100, 5);
  for (const auto action : {Action::create_tags, Action::delete_tags}) expect(action, 100, 10);
  for (const auto action :
       {Action::describe_addresses, Action::describe_instance_types, Action::describe_instances,
        Action::describe_network_interfaces, Action::describe_security_groups, Action::describe_subnets})
    expect(action, 100, 20);
}

TEST_F(Throttle, LeavesRoomForCallsThatArriveCloserTogetherThanTheyLeft) {
  auto throttle = make(50, 5);
  std::vector<aws::PermitPtr> permits;
  for (int i = 0; i < 50; ++i) permits.push_back(throttle.acquire(Action::allocate_address));
  EXPECT_EQ(permits[48]->wait(), 0s);
  EXPECT_EQ(permits[49]->wait(), 200ms);
}

TEST_F(Throttle, EachActionHasItsOwnBucket) {
  auto throttle = make(1, 1);
  auto first = throttle.acquire(Action::allocate_address);
  EXPECT_EQ(throttle.acquire(Action::release_address)->wait(), 0s);
  EXPECT_EQ(throttle.acquire(Action::allocate_address)->wait(), 1s);
}

TEST_F(Throttle, AnUnusedPermitGivesItsTokenBackAndASpentOneDoesNot) {
  auto throttle = make(1, 1);
  throttle.acquire(Action::allocate_address).reset();
  auto permit = throttle.acquire(Action::allocate_address);
  EXPECT_EQ(permit->wait(), 0s);
  aws::Throttle::spend(*permit);
  permit.reset();
  EXPECT_EQ(throttle.acquire(Action::allocate_address)->wait(), 1s);
}

TEST_F(Throttle, ARefusalEmptiesTheBucketAndSlowsItForAWhile) {
  auto throttle = make(50, 4);
  throttle.refused(Action::allocate_address);
  throttle.refused(Action::allocate_address);  // of the same burst: no further news
  EXPECT_DOUBLE_EQ(throttle.refill_per_second(Action::allocate_address), 2);
  EXPECT_EQ(throttle.acquire(Action::allocate_address)->wait(), 500ms);
  clock.advance(2s);
  throttle.refused(Action::allocate_address);
  EXPECT_DOUBLE_EQ(throttle.refill_per_second(Action::allocate_address), 1);
  clock.advance(10s);
  EXPECT_NEAR(throttle.refill_per_second(Action::allocate_address), 1.4, 1e-9);
  clock.advance(70s);
  EXPECT_DOUBLE_EQ(throttle.refill_per_second(Action::allocate_address), 4);
}

TEST_F(Throttle, RefusalsNeverStopAnActionAltogether) {
  auto throttle = make(50, 5);
  for (int i = 0; i < 20; ++i) {
    throttle.refused(Action::allocate_address);
    clock.advance(2s);
  }
  EXPECT_GE(throttle.refill_per_second(Action::allocate_address), 0.5);
}

TEST_F(Throttle, OurShareOfTheBucketsCanBeSetAndWaitsAreCountedWhenSpent) {
  aws::ThrottleConfig config;
  config.factor = 0.02;
  aws::Throttle throttle(clock, metrics, config);
  auto& waited = metrics.counter("aws_ec2_rate_limit_wait_seconds_total",
                                 "Seconds that AWS calls waited for our own rate limit",
                                 {{"action", "AllocateAddress"}});
  EXPECT_EQ(waited.Value(), 0);
  auto first = throttle.acquire(Action::allocate_address);
  auto second = throttle.acquire(Action::allocate_address);
  EXPECT_EQ(second->wait(), 10s);
  EXPECT_EQ(waited.Value(), 0);
  aws::Throttle::spend(*second);
  EXPECT_DOUBLE_EQ(waited.Value(), 10);
}

}  // namespace
