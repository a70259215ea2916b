#include "ec2_double/world.hpp"

#include <gtest/gtest.h>

#include "ec2_double/effects.hpp"

namespace ec2_double {
namespace {

TEST(World, IdsHaveSeventeenDigitsAndNeverComeTwice) {
  World world;
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(world.new_id("eni-"));
  EXPECT_EQ(ids.size(), 1000u);
  for (const auto& id : ids) {
    EXPECT_EQ(id.size(), 4u + 17u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef", 4), std::string::npos) << id;
  }
}

TEST(World, TheSeedDecides) {
  EXPECT_EQ(World("us-east-1", 4).new_id("i-"), World("us-east-1", 4).new_id("i-"));
  EXPECT_NE(World("us-east-1", 4).new_id("i-"), World("us-east-1", 5).new_id("i-"));
}

TEST(World, PublicIpsAreOfAmazonsRangeAndNotInUse) {
  World world;
  World twin;
  const auto first = world.new_public_ip();
  EXPECT_TRUE(in_cidr("198.18.0.0/15", first)) << first;
  twin.others_addresses.insert(first);
  EXPECT_NE(twin.new_public_ip(), first);
}

TEST(World, BeginsWithZonesAndInstanceTypes) {
  const World world("eu-west-1");
  EXPECT_EQ(world.availability_zones.at("eu-west-1b").network_border_group, "eu-west-1");
  EXPECT_EQ(world.availability_zones.at("eu-west-1-bos-1a").network_border_group, "eu-west-1-bos-1");
  EXPECT_EQ(world.instance_types.at("m5.large").maximum_network_interfaces, 3);
  EXPECT_EQ(world.instance_types.at("m5.large").ipv4_addresses_per_interface, 10);
  EXPECT_EQ(world.instance_types.at("p4d.24xlarge").maximum_network_interfaces, 60);
}

}  // namespace
}  // namespace ec2_double
