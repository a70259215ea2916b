#include "ec2_double/account_fixture.hpp"

namespace ec2_double {
namespace {

class PrivateAddressActions : public AccountTest {
 protected:
  Read assign(const std::string& id, Parameters more) {
    more.emplace_back("NetworkInterfaceId", id);
    return call("AssignPrivateIpAddresses", more);
  }
  Read unassign(const std::string& id, Parameters more) {
    more.emplace_back("NetworkInterfaceId", id);
    return call("UnassignPrivateIpAddresses", more);
  }
  const Texts& ips(const std::string& id) { return interface(id).private_ip_addresses; }
};

TEST_F(PrivateAddressActions, AddressesAreAssignedByNameOrByCount) {
  const auto id = new_interface("10.0.16.20");
  const auto named = assign(id, {{"PrivateIpAddress.1", "10.0.16.21"}, {"PrivateIpAddress.2", "10.0.16.22"}});
  EXPECT_EQ(named.text("networkInterfaceId"), id);
  EXPECT_EQ(named.all("assignedPrivateIpAddressesSet/item/privateIpAddress"),
            (Texts{"10.0.16.21", "10.0.16.22"}));
  const auto counted = assign(id, {{"SecondaryPrivateIpAddressCount", "2"}});
  EXPECT_EQ(counted.all("assignedPrivateIpAddressesSet/item/privateIpAddress").size(), 2u);
  EXPECT_EQ(ips(id).size(), 5u);
  EXPECT_EQ(ips(id).front(), "10.0.16.20");
}

TEST_F(PrivateAddressActions, PrefixesAreAssignedByNameOrByCount) {
  const auto id = new_interface("10.0.16.20");
  const auto named = assign(id, {{"Ipv4Prefix.1", "10.0.16.32/28"}});
  EXPECT_EQ(named.all("assignedIpv4PrefixSet/item/ipv4Prefix"), Texts{"10.0.16.32/28"});
  assign(id, {{"Ipv4PrefixCount", "1"}});
  EXPECT_EQ(interface(id).ipv4_prefixes.size(), 2u);
  EXPECT_EQ(ips(id), Texts{"10.0.16.20"});
}

TEST_F(PrivateAddressActions, OneWayOfAsking) {
  const auto id = new_interface("10.0.16.20");
  EXPECT_EQ(assign(id, {}).code(), "MissingParameter");
  EXPECT_EQ(
      assign(id, {{"PrivateIpAddress.1", "10.0.16.21"}, {"SecondaryPrivateIpAddressCount", "1"}}).code(),
      "InvalidParameterCombination");
  EXPECT_EQ(assign(id, {{"Ipv4PrefixCount", "1"}, {"SecondaryPrivateIpAddressCount", "1"}}).code(),
            "InvalidParameterCombination");
  EXPECT_EQ(assign(id, {{"SecondaryPrivateIpAddressCount", "0"}}).code(), "InvalidParameterValue");
}

TEST_F(PrivateAddressActions, AllOrNothing) {
  const auto id = new_interface("10.0.16.20");
  EXPECT_EQ(assign(id, {{"PrivateIpAddress.1", "10.0.16.21"}, {"PrivateIpAddress.2", "10.0.17.1"}}).code(),
            "InvalidParameterValue");
  EXPECT_EQ(ips(id), Texts{"10.0.16.20"});
}

TEST_F(PrivateAddressActions, AnAddressThatItHasIsNoError) {
  const auto id = new_interface("10.0.16.20");
  assign(id, {{"PrivateIpAddress.1", "10.0.16.21"}});
  EXPECT_EQ(assign(id, {{"PrivateIpAddress.1", "10.0.16.21"}}).code(), "");
  EXPECT_EQ(ips(id), (Texts{"10.0.16.20", "10.0.16.21"}));
}

TEST_F(PrivateAddressActions, ASecondaryAddressMovesOnlyIfAllowedAndTakesItsElasticIpAlong) {
  const auto from = new_interface("10.0.16.20");
  const auto to = new_interface("10.0.16.30");
  assign(from, {{"PrivateIpAddress.1", "10.0.16.21"}});
  const auto address_id = new_address_on(from, "10.0.16.21");
  const auto association_id = address(address_id).association->id;
  EXPECT_EQ(assign(to, {{"PrivateIpAddress.1", "10.0.16.21"}}).code(), "InvalidParameterValue");
  EXPECT_EQ(ips(from).size(), 2u);
  EXPECT_EQ(assign(to, {{"PrivateIpAddress.1", "10.0.16.21"}, {"AllowReassignment", "true"}}).code(), "");
  EXPECT_EQ(ips(from), Texts{"10.0.16.20"});
  EXPECT_EQ(ips(to), (Texts{"10.0.16.30", "10.0.16.21"}));
  EXPECT_EQ(*address(address_id).association, (Association{association_id, to, "10.0.16.21"}));
}

TEST_F(PrivateAddressActions, PrimaryAddressesAndThoseInPrefixesDoNotMove) {
  new_interface("10.0.16.20", {{"Ipv4Prefix.1.Ipv4Prefix", "10.0.16.32/28"}});
  const auto to = new_interface("10.0.16.30");
  for (const auto* ip : {"10.0.16.20", "10.0.16.33"})
    EXPECT_EQ(assign(to, {{"PrivateIpAddress.1", ip}, {"AllowReassignment", "true"}}).code(),
              "InvalidIPAddress.InUse")
        << ip;
  EXPECT_EQ(assign(to, {{"Ipv4Prefix.1", "10.0.16.32/28"}}).code(), "InvalidIPAddress.InUse");
}

TEST_F(PrivateAddressActions, TheInstanceTypeLimitsAddressesAndPrefixesTogether) {
  const auto id = new_interface("10.0.16.20");
  attach(id, new_instance(), 1);
  EXPECT_EQ(assign(id, {{"SecondaryPrivateIpAddressCount", "10"}}).code(), "PrivateIpAddressLimitExceeded");
  EXPECT_EQ(assign(id, {{"SecondaryPrivateIpAddressCount", "6"}}).code(), "");
  EXPECT_EQ(assign(id, {{"Ipv4PrefixCount", "4"}}).code(), "PrivateIpAddressLimitExceeded");
  EXPECT_EQ(assign(id, {{"Ipv4PrefixCount", "3"}}).code(), "");
}

TEST_F(PrivateAddressActions, AnUnattachedInterfaceTakesMore) {
  const auto id = new_interface("10.0.16.20");
  EXPECT_EQ(assign(id, {{"SecondaryPrivateIpAddressCount", "20"}}).code(), "");
}

TEST_F(PrivateAddressActions, UnassigningTakesTheElasticIpOff) {
  const auto id = new_interface("10.0.16.20");
  assign(id, {{"PrivateIpAddress.1", "10.0.16.21"}, {"PrivateIpAddress.2", "10.0.16.22"}});
  const auto gone = new_address_on(id, "10.0.16.21");
  const auto stays = new_address_on(id, "10.0.16.22");
  EXPECT_EQ(unassign(id, {{"PrivateIpAddress.1", "10.0.16.21"}}).code(), "");
  EXPECT_EQ(ips(id), (Texts{"10.0.16.20", "10.0.16.22"}));
  EXPECT_FALSE(address(gone).association);
  EXPECT_TRUE(address(stays).association);
}

TEST_F(PrivateAddressActions, UnassigningAPrefixTakesOffWhatIsInside) {
  const auto id = new_interface("10.0.16.20", {{"Ipv4Prefix.1.Ipv4Prefix", "10.0.16.32/28"}});
  const auto inside = new_address_on(id, "10.0.16.40");
  const auto primary = new_address_on(id, "10.0.16.20");
  EXPECT_EQ(unassign(id, {{"Ipv4Prefix.1", "10.0.16.32/28"}}).code(), "");
  EXPECT_EQ(interface(id).ipv4_prefixes, Texts{});
  EXPECT_FALSE(address(inside).association);
  EXPECT_TRUE(address(primary).association);
}

TEST_F(PrivateAddressActions, ThePrimaryAddressAndThoseOfOthersAreNotUnassigned) {
  const auto id = new_interface("10.0.16.20", {{"SecondaryPrivateIpAddressCount", "1"}});
  new_interface("10.0.16.30");
  EXPECT_EQ(unassign(id, {{"PrivateIpAddress.1", "10.0.16.20"}}).code(), "InvalidParameterValue");
  EXPECT_EQ(
      unassign(id, {{"PrivateIpAddress.1", ips(id).back()}, {"PrivateIpAddress.2", "10.0.16.30"}}).code(),
      "InvalidParameterValue");
  EXPECT_EQ(unassign(id, {{"Ipv4Prefix.1", "10.0.16.32/28"}}).code(), "InvalidParameterValue");
  EXPECT_EQ(unassign(id, {}).code(), "MissingParameter");
  EXPECT_EQ(ips(id).size(), 2u);
}

TEST_F(PrivateAddressActions, Ipv6AddressesComeAndGo) {
  const auto id = new_interface();
  const auto assigned = done("AssignIpv6Addresses", {{"NetworkInterfaceId", id}, {"Ipv6AddressCount", "2"}})
                            .all("assignedIpv6Addresses/item");
  EXPECT_EQ(interface(id).ipv6_addresses, assigned);
  EXPECT_EQ(code("AssignIpv6Addresses",
                 {{"NetworkInterfaceId", new_interface()}, {"Ipv6Addresses.1", assigned.at(0)}}),
            "InvalidIPAddress.InUse");
  done("UnassignIpv6Addresses", {{"NetworkInterfaceId", id}, {"Ipv6Addresses.1", assigned.at(0)}});
  EXPECT_EQ(interface(id).ipv6_addresses, Texts{assigned.at(1)});
  EXPECT_EQ(code("UnassignIpv6Addresses", {{"NetworkInterfaceId", id}, {"Ipv6Addresses.1", assigned.at(0)}}),
            "InvalidParameterValue");
  EXPECT_EQ(code("AssignIpv6Addresses", {{"NetworkInterfaceId", id}}), "MissingParameter");
}

}  // namespace
}  // namespace ec2_double
