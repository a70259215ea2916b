#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct AddressTest : DoubleFixture {
  AddressTest() {
    Pool pool;
    pool.id = "ipv4pool-ec2-1";
    pool.first_address = "203.0.113.16";
    pool.address_count = 2;
    world.pools.put(pool, {});
  }
  std::vector<std::string> find(const Parameters& parameters) {
    return done("DescribeAddresses", parameters).all("addressesSet/item/allocationId");
  }
  std::vector<std::string> filter(const std::string& name, const std::string& value) {
    return find({{"Filter.1.Name", name}, {"Filter.1.Value.1", value}});
  }
};

TEST_F(AddressTest, AnAllocationSaysWhatItGave) {
  const auto made = done("AllocateAddress", {{"Domain", "vpc"}});
  EXPECT_EQ(made.text("publicIp"), public_ip(made.text("allocationId")));
  EXPECT_EQ(made.text("publicIpv4Pool"), "amazon");
  EXPECT_EQ(made.text("networkBorderGroup"), "us-east-1");
  EXPECT_EQ(made.text("domain"), "vpc");
  EXPECT_EQ(code("AllocateAddress", {{"Domain", "standard"}}), "InvalidParameterValue");
  EXPECT_EQ(code("AllocateAddress", {{"IpamPoolId", "ipam-pool-1"}}), "UnsupportedOperation");
}

TEST_F(AddressTest, TagsComeWithTheAllocation) {
  const auto id = allocate({{"TagSpecification.1.ResourceType", "elastic-ip"},
                            {"TagSpecification.1.Tag.1.Key", "owner"},
                            {"TagSpecification.1.Tag.1.Value", "me"}});
  EXPECT_EQ(world.addresses.latest(id)->tags, (Tags{{"owner", "me"}}));
  EXPECT_EQ(code("AllocateAddress", {{"TagSpecification.1.ResourceType", "instance"},
                                     {"TagSpecification.1.Tag.1.Key", "owner"}}),
            "InvalidParameterValue");
  EXPECT_EQ(world.addresses.all().size(), 1u);
}

TEST_F(AddressTest, TheQuotaCountsAmazonsAddressesOnly) {
  world.settings.quotas.addresses = 2;
  allocate({{"PublicIpv4Pool", "ipv4pool-ec2-1"}});
  allocate();
  const auto second = allocate();
  EXPECT_EQ(code("AllocateAddress"), "AddressLimitExceeded");
  allocate({{"PublicIpv4Pool", "ipv4pool-ec2-1"}});
  done("ReleaseAddress", {{"AllocationId", second}});
  allocate();
}

TEST_F(AddressTest, APoolGivesItsAddressesUntilThereAreNone) {
  const auto first = done("AllocateAddress", {{"PublicIpv4Pool", "ipv4pool-ec2-1"}});
  EXPECT_EQ(first.text("publicIp"), "") << "documented as missing for a pool of one's own";
  EXPECT_EQ(first.text("publicIpv4Pool"), "ipv4pool-ec2-1");
  EXPECT_EQ(public_ip(first.text("allocationId")), "203.0.113.16");
  EXPECT_EQ(public_ip(allocate({{"PublicIpv4Pool", "ipv4pool-ec2-1"}})), "203.0.113.17");
  const auto empty = call("AllocateAddress", {{"PublicIpv4Pool", "ipv4pool-ec2-1"}});
  EXPECT_EQ(empty.text("Errors/Error/Code"), "InsufficientAddressCapacity");
  EXPECT_EQ(empty.answer.status, 503);
  EXPECT_EQ(code("AllocateAddress", {{"PublicIpv4Pool", "ipv4pool-ec2-2"}}),
            "InvalidPublicIpv4PoolID.NotFound");
  EXPECT_EQ(done("AllocateAddress", {{"PublicIpv4Pool", "amazon"}}).text("publicIpv4Pool"), "amazon");
}

TEST_F(AddressTest, AnExactAddressComesFromItsPool) {
  const auto id = allocate({{"Address", "203.0.113.17"}});
  EXPECT_EQ(public_ip(id), "203.0.113.17");
  EXPECT_EQ(world.addresses.latest(id)->public_ipv4_pool, "ipv4pool-ec2-1");
  EXPECT_EQ(code("AllocateAddress", {{"Address", "203.0.113.17"}}), "InvalidIPAddress.InUse");
  EXPECT_EQ(code("AllocateAddress", {{"Address", "198.18.0.1"}, {"PublicIpv4Pool", "ipv4pool-ec2-1"}}),
            "InvalidParameterValue");
  EXPECT_EQ(code("AllocateAddress", {{"Address", "203.0.113.300"}}), "InvalidParameterValue");
  done("ReleaseAddress", {{"AllocationId", id}});
  EXPECT_EQ(public_ip(allocate({{"Address", "203.0.113.17"}})), "203.0.113.17");
}

TEST_F(AddressTest, AReleasedAddressIsRecoveredUnlessAnotherAccountHasIt) {
  const auto id = allocate();
  const auto ip = public_ip(id);
  done("ReleaseAddress", {{"AllocationId", id}});
  EXPECT_EQ(code("AllocateAddress", {{"Address", "198.18.255.1"}}), "InvalidAddress.NotFound");
  const auto again = allocate({{"Address", ip}});
  EXPECT_EQ(public_ip(again), ip);
  EXPECT_NE(again, id);
  done("ReleaseAddress", {{"AllocationId", again}});
  world.others_addresses.insert(ip);
  EXPECT_EQ(code("AllocateAddress", {{"Address", ip}}), "AuthFailure");
}

TEST_F(AddressTest, ABorderGroupIsOfAZoneAndOfThePool) {
  EXPECT_EQ(
      world.addresses.latest(allocate({{"NetworkBorderGroup", "us-east-1-bos-1"}}))->network_border_group,
      "us-east-1-bos-1");
  EXPECT_EQ(code("AllocateAddress", {{"NetworkBorderGroup", "us-east-1-moon-1"}}), "InvalidParameterValue");
  EXPECT_EQ(code("AllocateAddress",
                 {{"PublicIpv4Pool", "ipv4pool-ec2-1"}, {"NetworkBorderGroup", "us-east-1-bos-1"}}),
            "InvalidParameterCombination");
}

TEST_F(AddressTest, AReleaseNamesTheAddressAndItsBorderGroup) {
  const auto id = allocate();
  EXPECT_EQ(code("ReleaseAddress", {{"PublicIp", public_ip(id)}}), "InvalidParameterValue");
  EXPECT_EQ(code("ReleaseAddress", {{"PublicIp", public_ip(id)}, {"AllocationId", id}}),
            "InvalidParameterCombination");
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}, {"NetworkBorderGroup", "us-east-1-bos-1"}}),
            "InvalidAddress.NotFound");
  EXPECT_EQ(
      done("ReleaseAddress", {{"AllocationId", id}, {"NetworkBorderGroup", "us-east-1"}}).text("return"),
      "true");
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}}), "InvalidAllocationID.NotFound");
}

TEST_F(AddressTest, AnAssociatedOrNamedAddressIsNotReleased) {
  const auto id = allocate();
  const auto association = associate(id, "eni-1", "10.0.0.10");
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}}), "InvalidIPAddress.InUse");
  done("DisassociateAddress", {{"AssociationId", association}});
  done("ModifyAddressAttribute", {{"AllocationId", id}, {"DomainName", "a.example"}});
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}}), "InvalidAddress.Locked");
}

TEST_F(AddressTest, WhatAnotherAccountOrAServiceHasIsRefused) {
  const auto id = allocate();
  const auto ip = public_ip(id);
  done("ReleaseAddress", {{"AllocationId", id}});
  world.others_addresses.insert(ip);
  const auto refused = call("ReleaseAddress", {{"AllocationId", id}});
  EXPECT_EQ(refused.text("Errors/Error/Code"), "AuthFailure");
  EXPECT_EQ(refused.answer.status, 400);
  EXPECT_THAT(refused.text("Errors/Error/Message"), testing::HasSubstr("does not belong to you"));
  auto managed = *world.addresses.latest(allocate());
  managed.service_managed = "nlb";
  world.addresses.put(managed, {});
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", managed.id}}), "AuthFailure");
  EXPECT_EQ(code("AssociateAddress", {{"AllocationId", managed.id}, {"NetworkInterfaceId", "eni-1"}}),
            "AuthFailure");
}

TEST_F(AddressTest, ADescriptionShowsAll) {
  const auto id = allocate();
  const auto association = associate(id, "eni-1", "10.0.0.11");
  done("CreateTags", {{"ResourceId.1", id}, {"Tag.1.Key", "a"}, {"Tag.1.Value", ""}});
  const auto shown = done("DescribeAddresses", {{"AllocationId.1", id}});
  const auto field = [&](const std::string& name) {
    return shown.text(("addressesSet/item/" + name).c_str());
  };
  EXPECT_EQ(field("publicIp"), public_ip(id));
  EXPECT_EQ(field("allocationId"), id);
  EXPECT_EQ(field("associationId"), association);
  EXPECT_EQ(field("domain"), "vpc");
  EXPECT_EQ(field("instanceId"), "i-1");
  EXPECT_EQ(field("networkInterfaceId"), "eni-1");
  EXPECT_EQ(field("networkInterfaceOwnerId"), "123456789012");
  EXPECT_EQ(field("privateIpAddress"), "10.0.0.11");
  EXPECT_EQ(field("publicIpv4Pool"), "amazon");
  EXPECT_EQ(field("networkBorderGroup"), "us-east-1");
  EXPECT_EQ(field("tagSet/item/key"), "a");
  EXPECT_THAT(shown.answer.body, testing::HasSubstr("<key>a</key><value")) << "an empty value is a value";
}

TEST_F(AddressTest, IdsAndPublicIpsAddUpAndAnUnknownOneFailsAll) {
  const auto a = allocate(), b = allocate(), c = allocate();
  EXPECT_THAT(find({}), UnorderedElementsAre(a, b, c));
  EXPECT_THAT(find({{"AllocationId.1", a}, {"AllocationId.2", a}, {"PublicIp.1", public_ip(b)}}),
              UnorderedElementsAre(a, b));
  EXPECT_EQ(code("DescribeAddresses", {{"AllocationId.1", a}, {"AllocationId.2", "eipalloc-1"}}),
            "InvalidAllocationID.NotFound");
  EXPECT_EQ(code("DescribeAddresses", {{"PublicIp.1", "198.18.255.1"}}), "InvalidAddress.NotFound");
  EXPECT_EQ(code("DescribeAddresses", {{"PublicIp.1", "198.18.255"}}), "InvalidParameterValue");
  EXPECT_EQ(code("DescribeAddresses", {{"MaxResults", "5"}}), "UnknownParameter");
}

TEST_F(AddressTest, FiltersFind) {
  const auto id = allocate();
  const auto other = allocate({{"NetworkBorderGroup", "us-east-1-bos-1"}});
  const auto association = associate(id, "eni-1", "10.0.0.11");
  associate(other, "eni-3", "10.0.1.20");
  done("CreateTags", {{"ResourceId.1", id}, {"Tag.1.Key", "a"}, {"Tag.1.Value", "x"}});
  for (const auto& [name, value] : Parameters{{"allocation-id", id},
                                              {"association-id", association},
                                              {"instance-id", "i-1"},
                                              {"network-border-group", "us-east-1"},
                                              {"network-interface-id", "eni-1"},
                                              {"private-ip-address", "10.0.0.11"},
                                              {"public-ip", public_ip(id)},
                                              {"tag:a", "x"},
                                              {"tag-key", "a"}}) {
    EXPECT_THAT(filter(name, value), ElementsAre(id)) << name;
    EXPECT_THAT(filter(name, "other"), IsEmpty()) << name;
  }
  EXPECT_EQ(filter("network-interface-owner-id", "123456789012").size(), 2u);
  EXPECT_THAT(filter("private-ip-address", "10.0.?.20"), ElementsAre(other));
  EXPECT_EQ(code("DescribeAddresses", {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "red"}}),
            "InvalidParameterValue");
  EXPECT_THAT(find({{"AllocationId.1", id}, {"Filter.1.Name", "tag:a"}, {"Filter.1.Value.1", "y"}}),
              IsEmpty());
}

TEST_F(AddressTest, AnUnknownFilterIsRefusedEvenIfThereIsNothing) {
  EXPECT_EQ(code("DescribeAddresses", {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "red"}}),
            "InvalidParameterValue");
}

// Eventual consistency

struct LateAddressTest : AddressTest {
  LateAddressTest() { world.settings.visibility = 10s; }
  // How often n calls of an action end with a code.
  int times(const std::string& wanted, const std::string& action, const Parameters& parameters, int n = 100) {
    int count = 0;
    for (int i = 0; i < n; ++i) count += code(action, parameters) == wanted;
    return count;
  }
};

TEST_F(LateAddressTest, AYoungAddressMayNotBeFoundYet) {
  const auto id = allocate();
  now += 5s;
  const auto unseen = times("InvalidAllocationID.NotFound", "DescribeAddresses", {{"AllocationId.1", id}});
  EXPECT_GT(unseen, 20);
  EXPECT_LT(unseen, 80);
  const Parameters tags{{"DryRun", "true"}, {"ResourceId.1", id}, {"Tag.1.Key", "a"}};
  const auto untagged = times("InvalidElasticIpID.NotFound", "CreateTags", tags);
  EXPECT_GT(untagged, 20);
  EXPECT_LT(untagged, 80);
  now += 5s;
  EXPECT_EQ(times("", "DescribeAddresses", {{"AllocationId.1", id}}), 100);
}

TEST_F(LateAddressTest, ReadsMayStepBack) {
  const auto id = allocate();
  now += 10s;
  associate(id, "eni-1", "10.0.0.10");
  now += 5s;
  bool stepped_back = false;
  bool shown = false;
  for (int i = 0; i < 100 && !stepped_back; ++i) {
    const bool here = !filter("network-interface-id", "eni-1").empty();
    stepped_back = shown && !here;
    shown = shown || here;
  }
  EXPECT_TRUE(stepped_back);
}

TEST_F(LateAddressTest, AnEffectStartsFromWhatThereIsAndNotFromWhatItSees) {
  const auto id = allocate();
  now += 10s;
  done("CreateTags", {{"ResourceId.1", id}, {"Tag.1.Key", "a"}, {"Tag.1.Value", "x"}});
  now += 1ms;
  done("CreateTags", {{"ResourceId.1", id}, {"Tag.1.Key", "b"}, {"Tag.1.Value", "y"}});
  EXPECT_EQ(world.addresses.latest(id)->tags, (Tags{{"a", "x"}, {"b", "y"}}));
  done("ReleaseAddress", {{"AllocationId", id}});
  now += 1ms;
  EXPECT_EQ(times("InvalidAllocationID.NotFound", "ReleaseAddress", {{"AllocationId", id}}), 100)
      << "it may still be seen, but there is nothing to release";
  EXPECT_GT(times("", "DescribeAddresses", {{"AllocationId.1", id}}), 50);
}

}  // namespace
}  // namespace ec2_double
