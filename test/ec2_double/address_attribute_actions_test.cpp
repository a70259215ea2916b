#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct ReverseDns : DoubleFixture {
  std::string id = allocate();
  ReverseDns() { world.settings.reverse_dns = 10s; }

  Read name(const std::string& domain, const std::string& address) {
    return done("ModifyAddressAttribute", {{"AllocationId", address}, {"DomainName", domain}});
  }
  Read reset() { return done("ResetAddressAttribute", {{"AllocationId", id}, {"Attribute", "domain-name"}}); }
  Read shown() {
    return done("DescribeAddressesAttribute", {{"AllocationId.1", id}, {"Attribute", "domain-name"}});
  }
};

TEST_F(ReverseDns, ARecordIsPendingUntilItIsThere) {
  EXPECT_THAT(shown().all("addressSet/item"), IsEmpty()) << "nothing to show";
  const auto changed = name("a.example", id);
  EXPECT_EQ(changed.text("address/allocationId"), id);
  EXPECT_EQ(changed.text("address/publicIp"), public_ip(id));
  EXPECT_EQ(changed.text("address/ptrRecordUpdate/value"), "a.example.");
  EXPECT_EQ(changed.text("address/ptrRecordUpdate/status"), "PENDING");
  EXPECT_EQ(shown().text("addressSet/item/ptrRecord"), "");
  now += 10s;
  EXPECT_EQ(shown().text("addressSet/item/ptrRecord"), "a.example.");
  EXPECT_THAT(shown().all("addressSet/item/ptrRecordUpdate"), IsEmpty());
}

TEST_F(ReverseDns, ARecordIsLockedUntilItsRemovalIsDone) {
  name("a.example.", id);
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}}), "InvalidAddress.Locked");
  now += 10s;
  EXPECT_EQ(reset().text("address/ptrRecordUpdate/status"), "PENDING");
  EXPECT_EQ(shown().text("addressSet/item/ptrRecord"), "a.example.");
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}}), "InvalidAddress.Locked");
  now += 10s;
  EXPECT_THAT(shown().all("addressSet/item"), IsEmpty());
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", id}}), "");
}

TEST_F(ReverseDns, TheLatestChangeCounts) {
  name("a.example", id);
  now += 5s;
  name("b.example", id);
  now += 9s;
  EXPECT_EQ(shown().text("addressSet/item/ptrRecord"), "");
  now += 1s;
  EXPECT_EQ(shown().text("addressSet/item/ptrRecord"), "b.example.");
}

TEST_F(ReverseDns, RecordsComeInPages) {
  const auto other = allocate();
  name("a.example", id);
  name("b.example", other);
  const auto first = done("DescribeAddressesAttribute", {{"MaxResults", "1"}});
  const auto second =
      done("DescribeAddressesAttribute", {{"MaxResults", "1"}, {"NextToken", first.text("nextToken")}});
  EXPECT_NE(first.all("addressSet/item/allocationId"), second.all("addressSet/item/allocationId"));
  EXPECT_EQ(second.all("addressSet/item").size(), 1u);
  EXPECT_EQ(second.text("nextToken"), "");
}

TEST_F(ReverseDns, WhatIsWrongIsRefused) {
  EXPECT_EQ(code("ModifyAddressAttribute", {{"AllocationId", "eipalloc-1"}, {"DomainName", "a.example"}}),
            "InvalidAllocationID.NotFound");
  EXPECT_EQ(code("ModifyAddressAttribute", {{"AllocationId", id}}), "MissingParameter");
  EXPECT_EQ(code("ResetAddressAttribute", {{"AllocationId", id}}), "MissingParameter");
  EXPECT_EQ(code("ResetAddressAttribute", {{"AllocationId", id}, {"Attribute", "colour"}}),
            "InvalidParameterValue");
  EXPECT_EQ(code("DescribeAddressesAttribute", {{"AllocationId.1", "eipalloc-1"}}),
            "InvalidAllocationID.NotFound");
  EXPECT_EQ(code("DescribeAddressesAttribute", {{"Attribute", "colour"}}), "InvalidParameterValue");
}

}  // namespace
}  // namespace ec2_double
