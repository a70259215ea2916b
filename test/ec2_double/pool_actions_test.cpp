#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using testing::ElementsAre;

struct PoolTest : DoubleFixture {
  void add_pool(const std::string& id, const std::string& first, int count, const Tags& tags = {}) {
    Pool pool;
    pool.id = id;
    pool.description = "ours";
    pool.first_address = first;
    pool.address_count = count;
    pool.tags = tags;
    world.pools.put(pool, {});
  }
  std::vector<std::string> find(const Parameters& parameters) {
    return done("DescribePublicIpv4Pools", parameters).all("publicIpv4PoolSet/item/poolId");
  }
};

TEST_F(PoolTest, APoolShowsItsRangeAndWhatIsFree) {
  add_pool("ipv4pool-ec2-1", "203.0.113.254", 4, {{"a", "x"}});
  allocate({{"PublicIpv4Pool", "ipv4pool-ec2-1"}});
  const auto shown = done("DescribePublicIpv4Pools");
  const auto field = [&](const std::string& name) {
    return shown.text(("publicIpv4PoolSet/item/" + name).c_str());
  };
  EXPECT_EQ(field("poolId"), "ipv4pool-ec2-1");
  EXPECT_EQ(field("description"), "ours");
  EXPECT_EQ(field("networkBorderGroup"), "us-east-1");
  EXPECT_EQ(field("totalAddressCount"), "4");
  EXPECT_EQ(field("totalAvailableAddressCount"), "3");
  EXPECT_EQ(field("poolAddressRangeSet/item/firstAddress"), "203.0.113.254");
  EXPECT_EQ(field("poolAddressRangeSet/item/lastAddress"), "203.0.114.1");
  EXPECT_EQ(field("poolAddressRangeSet/item/addressCount"), "4");
  EXPECT_EQ(field("poolAddressRangeSet/item/availableAddressCount"), "3");
  EXPECT_EQ(field("tagSet/item/value"), "x");
}

TEST_F(PoolTest, PoolsAreFoundByIdAndTag) {
  add_pool("ipv4pool-ec2-1", "203.0.113.0", 1, {{"a", "x"}});
  add_pool("ipv4pool-ec2-2", "203.0.113.1", 1);
  EXPECT_THAT(find({}), ElementsAre("ipv4pool-ec2-1", "ipv4pool-ec2-2"));
  EXPECT_THAT(find({{"PoolId.1", "ipv4pool-ec2-2"}, {"MaxResults", "10"}}), ElementsAre("ipv4pool-ec2-2"));
  EXPECT_THAT(find({{"Filter.1.Name", "tag-key"}, {"Filter.1.Value.1", "a"}}), ElementsAre("ipv4pool-ec2-1"));
  EXPECT_EQ(code("DescribePublicIpv4Pools", {{"PoolId.1", "ipv4pool-ec2-3"}}),
            "InvalidPublicIpv4PoolID.NotFound");
  EXPECT_EQ(code("DescribePublicIpv4Pools", {{"Filter.1.Name", "pool-id"}, {"Filter.1.Value.1", "a"}}),
            "InvalidParameterValue");
}

TEST_F(PoolTest, APageHasAtMostTen) {
  for (int i = 0; i < 12; ++i)
    add_pool("ipv4pool-ec2-" + std::to_string(100 + i), "203.0.113." + std::to_string(i), 1);
  const auto first = done("DescribePublicIpv4Pools");
  EXPECT_EQ(first.all("publicIpv4PoolSet/item").size(), 10u);
  EXPECT_EQ(find({{"NextToken", first.text("nextToken")}}).size(), 2u);
  EXPECT_EQ(code("DescribePublicIpv4Pools", {{"MaxResults", "11"}}), "InvalidParameterValue");
}

}  // namespace
}  // namespace ec2_double
