#include "ec2_double/account_fixture.hpp"

namespace ec2_double {
namespace {

using std::chrono::seconds;

class InterfaceActions : public AccountTest {
 protected:
  std::string create_error(Parameters more) {
    more.emplace_back("SubnetId", subnet);
    return code("CreateNetworkInterface", more);
  }
  std::string modify(const std::string& id, Parameters attributes) {
    attributes.emplace_back("NetworkInterfaceId", id);
    return code("ModifyNetworkInterfaceAttribute", attributes);
  }
};

// CreateNetworkInterface

TEST_F(InterfaceActions, ANewOneIsPendingForAWhile) {
  settings().interface_create = seconds(2);
  const auto reply = done("CreateNetworkInterface", {{"SubnetId", subnet}, {"Description", "mine"}});
  EXPECT_EQ(reply.text("networkInterface/status"), "pending");
  EXPECT_EQ(reply.text("networkInterface/description"), "mine");
  EXPECT_EQ(reply.text("networkInterface/vpcId"), vpc);
  EXPECT_EQ(reply.text("networkInterface/availabilityZone"), "us-east-1a");
  const auto id = reply.text("networkInterface/networkInterfaceId");
  pass(seconds(1));
  EXPECT_EQ(shown(id).text("networkInterfaceSet/item/status"), "pending");
  pass(seconds(1));
  EXPECT_EQ(shown(id).text("networkInterfaceSet/item/status"), "available");
}

TEST_F(InterfaceActions, ItHasTheDefaultGroupUnlessOthersAreNamed) {
  const auto group = new_group(vpc, "one");
  const auto plain = new_interface();
  EXPECT_EQ(shown(plain).all("networkInterfaceSet/item/groupSet/item/groupName"), Texts{"default"});
  const auto named = new_interface("", {{"SecurityGroupId.1", group}, {"SecurityGroupId.2", group}});
  EXPECT_EQ(interface(named).groups, Texts{group});
}

TEST_F(InterfaceActions, GroupsMustBeKnownAndOfTheVpcAndNotTooMany) {
  const auto elsewhere = new_group(new_vpc(), "other");
  EXPECT_EQ(create_error({{"SecurityGroupId.1", "sg-0aaaaaaaaaaaaaaaa"}}), "InvalidGroup.NotFound");
  EXPECT_EQ(create_error({{"SecurityGroupId.1", "default"}}), "InvalidGroupId.Malformed");
  EXPECT_EQ(create_error({{"SecurityGroupId.1", elsewhere}}), "InvalidGroup.NotFound");
  settings().quotas.groups_per_interface = 1;
  EXPECT_EQ(
      create_error({{"SecurityGroupId.1", new_group(vpc, "a")}, {"SecurityGroupId.2", new_group(vpc, "b")}}),
      "SecurityGroupsPerInterfaceLimitExceeded");
}

TEST_F(InterfaceActions, TheSubnetMustBeKnown) {
  EXPECT_EQ(code("CreateNetworkInterface"), "MissingParameter");
  EXPECT_EQ(code("CreateNetworkInterface", {{"SubnetId", "subnet-0aaaaaaaaaaaaaaaa"}}),
            "InvalidSubnetID.NotFound");
  EXPECT_EQ(code("CreateNetworkInterface", {{"SubnetId", "10.0.0.0"}}), "InvalidSubnetID.Malformed");
}

TEST_F(InterfaceActions, AddressesAreNamedCountedOrChosen) {
  const auto named = new_interface("", {{"PrivateIpAddresses.1.PrivateIpAddress", "10.0.16.21"},
                                        {"PrivateIpAddresses.1.Primary", "false"},
                                        {"PrivateIpAddresses.2.PrivateIpAddress", "10.0.16.20"},
                                        {"PrivateIpAddresses.2.Primary", "true"}});
  EXPECT_EQ(interface(named).private_ip_addresses, (Texts{"10.0.16.20", "10.0.16.21"}));
  const auto reply = shown(named);
  EXPECT_EQ(reply.text("networkInterfaceSet/item/privateIpAddress"), "10.0.16.20");
  EXPECT_EQ(reply.all("networkInterfaceSet/item/privateIpAddressesSet/item/primary"),
            (Texts{"true", "false"}));
  const auto counted = new_interface("10.0.16.30", {{"SecondaryPrivateIpAddressCount", "3"}});
  EXPECT_EQ(interface(counted).private_ip_addresses.size(), 4u);
  EXPECT_EQ(interface(counted).private_ip_addresses.front(), "10.0.16.30");
  const auto prefixes = new_interface("", {{"Ipv4PrefixCount", "2"}});
  EXPECT_EQ(interface(prefixes).ipv4_prefixes.size(), 2u);
  const auto prefix = new_interface("", {{"Ipv4Prefix.1.Ipv4Prefix", "10.0.16.224/28"}});
  EXPECT_EQ(shown(prefix).all("networkInterfaceSet/item/ipv4PrefixSet/item/ipv4Prefix"),
            Texts{"10.0.16.224/28"});
}

TEST_F(InterfaceActions, AddressesAreAskedForInOneWay) {
  const std::vector<Parameters> ways = {{{"PrivateIpAddresses.1.PrivateIpAddress", "10.0.16.20"}},
                                        {{"SecondaryPrivateIpAddressCount", "1"}},
                                        {{"Ipv4Prefix.1.Ipv4Prefix", "10.0.16.32/28"}},
                                        {{"Ipv4PrefixCount", "1"}}};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    for (std::size_t j = i + 1; j < ways.size(); ++j) {
      auto both = ways[i];
      both.insert(both.end(), ways[j].begin(), ways[j].end());
      EXPECT_EQ(create_error(both), "InvalidParameterCombination") << i << ' ' << j;
    }
  }
  EXPECT_EQ(create_error({{"PrivateIpAddress", "10.0.16.20"},
                          {"PrivateIpAddresses.1.PrivateIpAddress", "10.0.16.21"},
                          {"PrivateIpAddresses.1.Primary", "true"}}),
            "InvalidParameterCombination");
  EXPECT_EQ(create_error({{"SecondaryPrivateIpAddressCount", "0"}}), "InvalidParameterValue");
}

TEST_F(InterfaceActions, AnAddressIsOnOneInterfaceOnly) {
  new_interface("10.0.16.20", {{"Ipv4Prefix.1.Ipv4Prefix", "10.0.16.32/28"}});
  EXPECT_EQ(create_error({{"PrivateIpAddress", "10.0.16.20"}}), "InvalidIPAddress.InUse");
  EXPECT_EQ(create_error({{"PrivateIpAddress", "10.0.16.40"}}), "InvalidIPAddress.InUse");
  EXPECT_EQ(create_error({{"PrivateIpAddress", "10.0.17.20"}}), "InvalidParameterValue");
  EXPECT_EQ(create_error({{"PrivateIpAddress", "10.0.16.3"}}), "InvalidParameterValue");
}

TEST_F(InterfaceActions, AFullSubnetRefuses) {
  subnet = new_subnet(vpc, "10.0.17.0/28", "us-east-1a");
  new_interface("", {{"SecondaryPrivateIpAddressCount", "10"}});
  EXPECT_EQ(create_error({}), "InsufficientFreeAddressesInSubnet");
  EXPECT_EQ(world.network_interfaces.all().size(), 1u);
}

TEST_F(InterfaceActions, ThereIsAQuota) {
  settings().quotas.network_interfaces = 1;
  const auto first = new_interface();
  EXPECT_EQ(create_error({}), "NetworkInterfaceLimitExceeded");
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", first}});
  new_interface();
}

TEST_F(InterfaceActions, AClientTokenMakesOneInterface) {
  const auto first = done("CreateNetworkInterface", {{"SubnetId", subnet}, {"ClientToken", "t"}});
  EXPECT_EQ(first.text("clientToken"), "t");
  const auto id = first.text("networkInterface/networkInterfaceId");
  EXPECT_EQ(new_interface("", {{"ClientToken", "t"}}), id);
  EXPECT_NE(new_interface("", {{"ClientToken", "u"}}), id);
  EXPECT_EQ(create_error({{"ClientToken", "t"}, {"Description", "other"}}), "IdempotentParameterMismatch");
  EXPECT_EQ(create_error({{"ClientToken", std::string(65, 't')}}), "InvalidClientToken");
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", id}});
  EXPECT_EQ(create_error({{"ClientToken", "t"}}), "InvalidNetworkInterfaceID.NotFound");
}

TEST_F(InterfaceActions, ACallThatFailedUsesUpNoClientToken) {
  const auto blocker = new_interface("10.0.16.20");
  EXPECT_EQ(create_error({{"ClientToken", "t"}, {"PrivateIpAddress", "10.0.16.20"}}),
            "InvalidIPAddress.InUse");
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", blocker}});
  new_interface("10.0.16.20", {{"ClientToken", "t"}});
}

TEST_F(InterfaceActions, TagsComeWithIt) {
  const auto id = new_interface("", {{"TagSpecification.1.ResourceType", "network-interface"},
                                     {"TagSpecification.1.Tag.1.Key", "owner"},
                                     {"TagSpecification.1.Tag.1.Value", "me"}});
  EXPECT_EQ(interface(id).tags, (Tags{{"owner", "me"}}));
  EXPECT_EQ(found_by("tag:owner", "m*"), Texts{id});
  EXPECT_EQ(found_by("tag-key", "owner"), Texts{id});
}

// DescribeNetworkInterfaces

TEST_F(InterfaceActions, EachPrivateAddressShowsItsAssociation) {
  const auto id = new_interface("10.0.16.20", {{"SecondaryPrivateIpAddressCount", "1"}});
  const auto second = interface(id).private_ip_addresses.back();
  const auto primary_address = new_address_on(id, "10.0.16.20");
  const auto other_address = new_address_on(id, second);
  const auto reply = shown(id);
  const std::string item = "networkInterfaceSet/item/";
  EXPECT_EQ(reply.text(item + "association/allocationId"), primary_address);
  EXPECT_EQ(reply.text(item + "association/publicIp"), address(primary_address).public_ip);
  EXPECT_EQ(reply.all(item + "privateIpAddressesSet/item/association/allocationId"),
            (Texts{primary_address, other_address}));
  EXPECT_EQ(reply.all(item + "privateIpAddressesSet/item/association/associationId"),
            (Texts{address(primary_address).association->id, address(other_address).association->id}));
}

TEST_F(InterfaceActions, AnAutoAssignedPublicIpHasNoIds) {
  const auto instance_id = done("RunInstances", {{"MinCount", "1"},
                                                 {"MaxCount", "1"},
                                                 {"InstanceType", "m5.large"},
                                                 {"NetworkInterface.1.DeviceIndex", "0"},
                                                 {"NetworkInterface.1.SubnetId", subnet},
                                                 {"NetworkInterface.1.AssociatePublicIpAddress", "true"}})
                               .text("instancesSet/item/instanceId");
  const auto id = found_by("attachment.instance-id", instance_id).at(0);
  const auto reply = shown(id);
  const std::string item = "networkInterfaceSet/item/association/";
  EXPECT_EQ(reply.text(item + "publicIp"), interface(id).auto_assigned_public_ip);
  EXPECT_EQ(reply.text(item + "ipOwnerId"), "amazon");
  EXPECT_EQ(reply.all(item + "allocationId | " + item + "associationId"), Texts{});
  EXPECT_EQ(found_by("association.public-ip", interface(id).auto_assigned_public_ip), Texts{id});
}

TEST_F(InterfaceActions, WhoManagesItIsShown) {
  NetworkInterface managed = interface(new_interface());
  managed.requester_managed = true;
  managed.requester_id = "amazon-elb";
  managed.operator_managed = true;
  managed.operator_principal = "eks.amazonaws.com";
  world.network_interfaces.put(managed, now);
  const auto reply = shown(managed.id);
  const std::string item = "networkInterfaceSet/item/";
  EXPECT_EQ(reply.text(item + "requesterManaged"), "true");
  EXPECT_EQ(reply.text(item + "requesterId"), "amazon-elb");
  EXPECT_EQ(reply.text(item + "operator/managed"), "true");
  EXPECT_EQ(found_by("requester-managed", "true"), Texts{managed.id});
  EXPECT_EQ(found_by("operator.principal", "eks*"), Texts{managed.id});
  EXPECT_EQ(found_by("operator.managed", "false"), Texts{});
}

TEST_F(InterfaceActions, FiltersFindIt) {
  const auto group = new_group(vpc, "one");
  const auto id = new_interface("10.0.16.20", {{"SecurityGroupId.1", group},
                                               {"Description", "mine"},
                                               {"SecondaryPrivateIpAddressCount", "1"},
                                               {"Ipv6AddressCount", "1"}});
  const auto second = interface(id).private_ip_addresses.back();
  const auto instance_id = new_instance("10.0.16.10");
  const auto attachment = attach(id, instance_id, 1);
  const auto address_id = new_address_on(id, second);
  const auto& association = *address(address_id).association;
  const std::vector<std::pair<std::string, std::string>> filters = {
      {"network-interface-id", id},
      {"description", "mi?e"},
      {"group-id", group},
      {"private-ip-address", second},
      {"addresses.private-ip-address", second},
      {"addresses.primary", "false"},
      {"private-dns-name", "ip-10-0-16-20.ec2.internal"},
      {"ipv6-addresses.ipv6-address", interface(id).ipv6_addresses.at(0)},
      {"mac-address", interface(id).mac_address},
      {"attachment.attachment-id", attachment},
      {"attachment.device-index", "1"},
      {"attachment.delete-on-termination", "false"},
      {"association.allocation-id", address_id},
      {"association.association-id", association.id},
      {"association.public-ip", address(address_id).public_ip},
      {"addresses.association.public-ip", address(address_id).public_ip},
  };
  for (const auto& [filter, value] : filters) EXPECT_EQ(found_by(filter, value), Texts{id}) << filter;
  const std::vector<std::pair<std::string, std::string>> of_both = {{"vpc-id", vpc},
                                                                    {"subnet-id", subnet},
                                                                    {"availability-zone", "us-east-1a"},
                                                                    {"owner-id", "123456789012"},
                                                                    {"status", "in-use"},
                                                                    {"interface-type", "interface"},
                                                                    {"source-dest-check", "true"},
                                                                    {"requester-managed", "false"},
                                                                    {"attachment.instance-id", instance_id},
                                                                    {"attachment.status", "attached"}};
  for (const auto& [filter, value] : of_both) EXPECT_EQ(found_by(filter, value).size(), 2u) << filter;
  EXPECT_EQ(found_by("private-ip-address", "10.0.16.99"), Texts{});
}

TEST_F(InterfaceActions, AnUnknownFilterIsAnErrorAlsoWhereThereIsNothing) {
  EXPECT_EQ(code("DescribeNetworkInterfaces", {{"Filter.1.Name", "fake"}, {"Filter.1.Value.1", "x"}}),
            "InvalidParameterValue");
}

TEST_F(InterfaceActions, AnAddressInsideOfAPrefixIsNotListed) {
  const auto id = new_interface("10.0.16.20", {{"Ipv4Prefix.1.Ipv4Prefix", "10.0.16.32/28"}});
  const auto address_id = new_address_on(id, "10.0.16.33");
  EXPECT_EQ(shown(id).all("networkInterfaceSet/item/privateIpAddressesSet/item/privateIpAddress"),
            Texts{"10.0.16.20"});
  EXPECT_EQ(found_by("private-ip-address", "10.0.16.33"), Texts{});
  EXPECT_EQ(found_by("association.allocation-id", address_id), Texts{id});
}

TEST_F(InterfaceActions, IdsAreCheckedAndShownOnce) {
  const auto id = new_interface();
  const auto twice =
      done("DescribeNetworkInterfaces", {{"NetworkInterfaceId.1", id}, {"NetworkInterfaceId.2", id}});
  EXPECT_EQ(twice.all("networkInterfaceSet/item/networkInterfaceId"), Texts{id});
  EXPECT_EQ(code("DescribeNetworkInterfaces", {{"NetworkInterfaceId.1", "eni-0aaaaaaaaaaaaaaaa"}}),
            "InvalidNetworkInterfaceID.NotFound");
  for (const auto* malformed : {"eni-", "eni-xyz", "i-0aaaaaaaaaaaaaaaa", "eni-0aaaaaaaaaaaaaaaab0"})
    EXPECT_EQ(code("DescribeNetworkInterfaces", {{"NetworkInterfaceId.1", malformed}}),
              "InvalidNetworkInterfaceId.Malformed")
        << malformed;
}

TEST_F(InterfaceActions, PagesHaveTheirRules) {
  Texts all;
  for (int i = 0; i < 7; ++i) all.push_back(new_interface());
  std::sort(all.begin(), all.end());
  const auto first = done("DescribeNetworkInterfaces", {{"MaxResults", "5"}});
  const auto next = first.text("nextToken");
  const auto second = done("DescribeNetworkInterfaces", {{"MaxResults", "5"}, {"NextToken", next}});
  auto paged = first.all("networkInterfaceSet/item/networkInterfaceId");
  EXPECT_EQ(paged.size(), 5u);
  for (const auto& id : second.all("networkInterfaceSet/item/networkInterfaceId")) paged.push_back(id);
  EXPECT_EQ(paged, all);
  EXPECT_EQ(second.all("nextToken"), Texts{});
  EXPECT_EQ(code("DescribeNetworkInterfaces", {{"MaxResults", "4"}}), "InvalidParameterValue");
  EXPECT_EQ(code("DescribeNetworkInterfaces", {{"MaxResults", "1001"}}), "InvalidParameterValue");
  EXPECT_EQ(code("DescribeNetworkInterfaces", {{"MaxResults", "5"}, {"NetworkInterfaceId.1", all[0]}}),
            "InvalidParameterCombination");
}

TEST_F(InterfaceActions, ANewOneMayNotBeSeenYet) {
  pass(seconds(100));
  settings().visibility = seconds(60);
  const auto id = new_interface();
  EXPECT_EQ(code("DescribeNetworkInterfaces", {{"NetworkInterfaceId.1", id}}),
            "InvalidNetworkInterfaceID.NotFound");
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", id}}),
            "InvalidNetworkInterfaceID.NotFound");
  pass(seconds(60));
  shown(id);
}

// DeleteNetworkInterface

TEST_F(InterfaceActions, DeletingFreesItsAddresses) {
  const auto id = new_interface("10.0.16.20");
  const auto address_id = new_address_on(id, "10.0.16.20");
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", id}});
  EXPECT_FALSE(address(address_id).association);
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", id}}),
            "InvalidNetworkInterfaceID.NotFound");
  new_interface("10.0.16.20");
}

TEST_F(InterfaceActions, OneThatIsInUseIsNotDeleted) {
  settings().detach = seconds(5);
  const auto id = new_interface();
  const auto attachment = attach(id, new_instance(), 1);
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", id}}), "InvalidParameterValue");
  done("DetachNetworkInterface", {{"AttachmentId", attachment}});
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", id}}), "InvalidParameterValue");
  pass(seconds(5));
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", id}});
}

TEST_F(InterfaceActions, ThoseOfOthersAreNotChanged) {
  NetworkInterface requested = interface(new_interface());
  requested.requester_managed = true;
  world.network_interfaces.put(requested, now);
  NetworkInterface operated = interface(new_interface());
  operated.operator_managed = true;
  world.network_interfaces.put(operated, now);
  world.others_interfaces.insert("eni-0bbbbbbbbbbbbbbbb");
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", requested.id}}), "AuthFailure");
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", operated.id}}), "OperationNotPermitted");
  EXPECT_EQ(code("DeleteNetworkInterface", {{"NetworkInterfaceId", "eni-0bbbbbbbbbbbbbbbb"}}), "AuthFailure");
}

// ModifyNetworkInterfaceAttribute

TEST_F(InterfaceActions, OneAttributeIsModifiedAtATime) {
  const auto group = new_group(vpc, "one");
  const auto id = new_interface();
  const auto attachment = attach(id, new_instance(), 1);
  EXPECT_EQ(modify(id, {{"Description.Value", "new"}}), "");
  EXPECT_EQ(modify(id, {{"SourceDestCheck.Value", "false"}}), "");
  EXPECT_EQ(modify(id, {{"SecurityGroupId.1", group}}), "");
  EXPECT_EQ(modify(id, {{"Attachment.AttachmentId", attachment}, {"Attachment.DeleteOnTermination", "true"}}),
            "");
  EXPECT_EQ(interface(id).description, "new");
  EXPECT_FALSE(interface(id).source_dest_check);
  EXPECT_EQ(interface(id).groups, Texts{group});
  EXPECT_TRUE(interface(id).attachment->delete_on_termination);
  EXPECT_EQ(modify(id, {}), "MissingParameter");
  EXPECT_EQ(modify(id, {{"Description.Value", "x"}, {"SourceDestCheck.Value", "true"}}),
            "InvalidParameterCombination");
  EXPECT_EQ(modify(id, {{"SecurityGroupId.1", "sg-0aaaaaaaaaaaaaaaa"}}), "InvalidGroup.NotFound");
  EXPECT_EQ(modify(id, {{"Attachment.AttachmentId", "eni-attach-0aaaaaaaaaaaaaaaa"},
                        {"Attachment.DeleteOnTermination", "true"}}),
            "InvalidAttachmentID.NotFound");
  EXPECT_EQ(interface(id).description, "new");
}

TEST_F(InterfaceActions, AnAutoAssignedPublicIpCanBeHadAndGivenUp) {
  new_instance("10.0.16.10");
  const auto id = found_by("private-ip-address", "10.0.16.10").at(0);
  EXPECT_EQ(modify(id, {{"AssociatePublicIpAddress", "true"}}), "");
  EXPECT_NE(interface(id).auto_assigned_public_ip, "");
  EXPECT_EQ(modify(id, {{"AssociatePublicIpAddress", "false"}}), "");
  EXPECT_EQ(interface(id).auto_assigned_public_ip, "");
}

}  // namespace
}  // namespace ec2_double
