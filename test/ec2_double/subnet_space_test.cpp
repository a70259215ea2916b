#include "ec2_double/subnet_space.hpp"

#include <gtest/gtest.h>

#include "ec2_double/error.hpp"

namespace ec2_double {
namespace {

class SubnetSpaceTest : public testing::Test {
 protected:
  template <class Do>
  std::string error(Do act) {
    try {
      act();
    } catch (const Error& error) {
      return error.code;
    }
    return "";
  }
  std::string error_of_taking(const std::string& ip) {
    return error([&] { space().take(ip); });
  }
  std::string error_of_prefix(const std::string& cidr) {
    return error([&] { space().take_prefix(cidr); });
  }
  SubnetSpace space() const { return {world, subnet}; }
  void occupy(std::vector<std::string> ips, std::vector<std::string> prefixes) {
    NetworkInterface interface;
    interface.id = world.new_id("eni-");
    interface.subnet_id = subnet.id;
    interface.private_ip_addresses = std::move(ips);
    interface.ipv4_prefixes = std::move(prefixes);
    world.network_interfaces.put(interface, Time{});
  }

  World world;
  Subnet subnet{.id = "subnet-1",
                .vpc_id = "vpc-1",
                .cidr_block = "10.0.0.0/26",
                .availability_zone = "us-east-1a",
                .map_public_ip_on_launch = false,
                .tags = {}};
};

TEST_F(SubnetSpaceTest, FiveAddressesAreEc2sOwn) {
  EXPECT_EQ(space().available(), 64 - 5);
  for (const auto* ip : {"10.0.0.0", "10.0.0.3", "10.0.0.63"})
    EXPECT_EQ(error_of_taking(ip), "InvalidParameterValue") << ip;
  EXPECT_EQ(error_of_taking("10.0.0.4"), "");
  EXPECT_EQ(error_of_taking("10.0.0.62"), "");
}

TEST_F(SubnetSpaceTest, AnAddressOfAnotherSubnetIsRefused) {
  for (const auto* ip : {"10.0.0.64", "9.255.255.255", "x"})
    EXPECT_EQ(error_of_taking(ip), "InvalidParameterValue") << ip;
}

TEST_F(SubnetSpaceTest, AnAddressIsTakenOnce) {
  occupy({"10.0.0.10", "10.0.0.11"}, {"10.0.0.32/28"});
  for (const auto* ip : {"10.0.0.10", "10.0.0.11", "10.0.0.32", "10.0.0.47"})
    EXPECT_EQ(error_of_taking(ip), "InvalidIPAddress.InUse") << ip;
  auto space = this->space();
  EXPECT_EQ(space.available(), 59 - 2 - 16);
  space.take("10.0.0.12");
  EXPECT_EQ(error([&] { space.take("10.0.0.12"); }), "InvalidIPAddress.InUse");
}

TEST_F(SubnetSpaceTest, AnyAddressIsOneThatIsFreeUntilThereIsNone) {
  auto space = this->space();
  std::set<std::string> taken;
  for (int i = 0; i < 59; ++i) taken.insert(space.take_any(1000));
  EXPECT_EQ(taken.size(), 59u);
  EXPECT_EQ(taken.count("10.0.0.3") + taken.count("10.0.0.63"), 0u);
  EXPECT_EQ(space.available(), 0);
  EXPECT_EQ(error([&] { space.take_any(1); }), "InsufficientFreeAddressesInSubnet");
}

TEST_F(SubnetSpaceTest, APrefixIsAFreeBlockOf16) {
  EXPECT_EQ(error_of_prefix("10.0.0.16/28"), "");
  for (const auto* cidr : {"10.0.0.0/28", "10.0.0.48/28", "10.0.0.64/28", "10.0.0.16/29", "10.0.0.20/28"})
    EXPECT_EQ(error_of_prefix(cidr), "InvalidParameterValue") << cidr;
  occupy({"10.0.0.20"}, {});
  EXPECT_EQ(error_of_prefix("10.0.0.16/28"), "InvalidIPAddress.InUse");
}

TEST_F(SubnetSpaceTest, FreeAddressesThatAreScatteredMakeNoPrefix) {
  occupy({"10.0.0.20"}, {});
  auto space = this->space();
  EXPECT_EQ(space.take_any_prefix(3), "10.0.0.32/28");
  EXPECT_EQ(error([&] { space.take_any_prefix(0); }), "InsufficientCidrBlocks");
  EXPECT_GT(space.available(), 16);
}

}  // namespace
}  // namespace ec2_double
