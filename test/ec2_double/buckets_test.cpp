#include "ec2_double/buckets.hpp"

#include <gtest/gtest.h>

namespace ec2_double {
namespace {

using namespace std::chrono_literals;

const Time kStart{std::chrono::hours(500'000)};

int take_all(Buckets& buckets, const std::string& action, Time now, const std::string& parameters = "",
             double factor = 1) {
  int taken = 0;
  while (taken < 1000 && buckets.take(action, Params(parameters), factor, now)) ++taken;
  return taken;
}

TEST(Buckets, HaveThePublishedSizes) {
  struct Expected {
    const char* action;
    int capacity;
    int refill;
    const char* parameters = "";
  };
  for (const auto& [action, capacity, refill, parameters] : {
           Expected{"AllocateAddress", 50, 5},
           Expected{"AssociateAddress", 50, 5},
           Expected{"AttachNetworkInterface", 50, 5},
           Expected{"CreateNetworkInterface", 100, 5},
           Expected{"UnassignPrivateIpAddresses", 100, 5},
           Expected{"UnassignIpv6Addresses", 50, 5},
           Expected{"CreateTags", 100, 10},
           Expected{"DeleteTags", 100, 10},
           Expected{"DescribeAddresses", 100, 20},
           Expected{"GetCallerIdentity", 100, 20},
           Expected{"DescribeNetworkInterfaces", 50, 10},
           Expected{"DescribeNetworkInterfaces", 50, 10, "NetworkInterfaceId.1=eni-1"},
           Expected{"DescribeNetworkInterfaces", 100, 20, "MaxResults=5"},
           Expected{"DescribeInstances", 100, 20, "Filter.1.Name=a&Filter.1.Value.1=b"},
           Expected{"DescribeSecurityGroups", 50, 10},
           Expected{"DescribeSubnets", 100, 20},
       }) {
    Buckets buckets;
    EXPECT_EQ(take_all(buckets, action, kStart, parameters), capacity) << action << " " << parameters;
    EXPECT_EQ(take_all(buckets, action, kStart + 1s, parameters), refill) << action << " " << parameters;
    EXPECT_EQ(take_all(buckets, action, kStart + 1h, parameters), capacity) << action << " " << parameters;
  }
}

TEST(Buckets, NeverAdmitMoreThanCapacityAndRefill) {
  Buckets buckets;
  int admitted = 0;
  for (int step = 0; step <= 60'000; step += 7) {
    const auto now = kStart + step * 1ms;
    for (int i = 0; i < 1 + step % 3; ++i) admitted += buckets.take("AllocateAddress", Params(""), 1, now);
    EXPECT_LE(admitted, 50 + 5 * step / 1000.0);
  }
  EXPECT_GE(admitted, 50 + 5 * 60 - 1);
}

TEST(Buckets, AreOnePerActionAndScaled) {
  Buckets buckets;
  EXPECT_EQ(take_all(buckets, "AllocateAddress", kStart, "", 0.5), 25);
  EXPECT_EQ(take_all(buckets, "AssociateAddress", kStart, "", 2), 100);
  EXPECT_EQ(take_all(buckets, "AllocateAddress", kStart + 2s, "", 0.5), 5);
  EXPECT_EQ(take_all(buckets, "AllocateAddress", kStart, "", 0), 1000) << "no limit";
}

TEST(Buckets, AreDrainedByOthers) {
  Buckets buckets;
  buckets.drain("DescribeInstances", kStart);
  EXPECT_EQ(take_all(buckets, "DescribeInstances", kStart), 0);
  EXPECT_EQ(take_all(buckets, "DescribeInstances", kStart, "MaxResults=5"), 0);
  EXPECT_EQ(take_all(buckets, "DescribeInstances", kStart + 1s), 10);
  EXPECT_EQ(take_all(buckets, "AllocateAddress", kStart), 50);
  buckets.drain("", kStart + 1h);
  EXPECT_EQ(take_all(buckets, "AllocateAddress", kStart + 1h), 0);
  EXPECT_EQ(take_all(buckets, "ReleaseAddress", kStart + 1h), 0);
  EXPECT_EQ(take_all(buckets, "DescribeAddresses", kStart + 1h + 1s), 20);
}

}  // namespace
}  // namespace ec2_double
