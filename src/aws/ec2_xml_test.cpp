#include "aws/ec2_xml.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using base::FaultKind;

constexpr std::string_view kAddresses = R"(<?xml version="1.0" encoding="UTF-8"?>
<DescribeAddressesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>r-1</requestId>
  <addressesSet>
    <item>
      <publicIp>203.0.113.7</publicIp><allocationId>eipalloc-1</allocationId><domain>vpc</domain>
      <instanceId/><associationId>eipassoc-1</associationId><networkInterfaceId>eni-1</networkInterfaceId>
      <networkInterfaceOwnerId>123456789012</networkInterfaceOwnerId><privateIpAddress>10.0.0.5</privateIpAddress>
      <publicIpv4Pool>amazon</publicIpv4Pool><networkBorderGroup>eu-west-1</networkBorderGroup>
      <serviceManaged>nlb</serviceManaged><newThing><deep>x</deep></newThing>
      <tagSet><item><key>a</key><value>b &amp; c</value></item><item><key>blank</key><value> </value></item>
              <item><key>empty</key><value/></item></tagSet>
    </item>
    <item><publicIp>203.0.113.8</publicIp><allocationId>eipalloc-2</allocationId><tagSet/></item>
  </addressesSet>
</DescribeAddressesResponse>)";

constexpr std::string_view kInterfaces =
    R"(<x:DescribeNetworkInterfacesResponse xmlns:x="http://ec2.amazonaws.com/doc/2016-11-15">
<x:requestId>r</x:requestId><x:networkInterfaceSet><x:item>
 <x:networkInterfaceId>eni-1</x:networkInterfaceId><x:subnetId>subnet-1</x:subnetId><x:vpcId>vpc-1</x:vpcId>
 <x:availabilityZone>eu-west-1a</x:availabilityZone><x:description>d</x:description><x:ownerId>123</x:ownerId>
 <x:requesterManaged>true</x:requesterManaged><x:operator><x:managed>true</x:managed></x:operator>
 <x:status>in-use</x:status><x:macAddress>02:00</x:macAddress><x:interfaceType>interface</x:interfaceType>
 <x:privateIpAddress>10.0.0.5</x:privateIpAddress>
 <x:groupSet><x:item><x:groupId>sg-1</x:groupId><x:groupName>n</x:groupName></x:item></x:groupSet>
 <x:attachment><x:attachmentId>eni-attach-1</x:attachmentId><x:instanceId>i-1</x:instanceId>
   <x:deviceIndex>1</x:deviceIndex><x:status>attached</x:status></x:attachment>
 <x:association><x:publicIp>203.0.113.7</x:publicIp><x:ipOwnerId>123</x:ipOwnerId><x:allocationId>eipalloc-1</x:allocationId>
   <x:associationId>eipassoc-1</x:associationId></x:association>
 <x:privateIpAddressesSet>
   <x:item><x:privateIpAddress>10.0.0.5</x:privateIpAddress><x:primary>true</x:primary>
     <x:association><x:publicIp>203.0.113.7</x:publicIp><x:ipOwnerId>amazon</x:ipOwnerId></x:association></x:item>
   <x:item><x:privateIpAddress>10.0.0.6</x:privateIpAddress><x:primary>false</x:primary></x:item>
 </x:privateIpAddressesSet>
 <x:ipv4PrefixSet><x:item><x:ipv4Prefix>10.0.1.0/28</x:ipv4Prefix></x:item></x:ipv4PrefixSet>
 <x:tagSet><x:item><x:key>k</x:key><x:value>v</x:value></x:item></x:tagSet>
</x:item></x:networkInterfaceSet><x:nextToken>t+/=</x:nextToken></x:DescribeNetworkInterfacesResponse>)";

TEST(Ec2Xml, AnAddressIsReadWithAllItsFields) {
  const auto page = aws::read_addresses(kAddresses);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->items.size(), 2u);
  const auto& address = page->items[0];
  EXPECT_EQ(address.allocation_id, "eipalloc-1");
  EXPECT_EQ(address.public_ip, "203.0.113.7");
  EXPECT_EQ(address.association_id, "eipassoc-1");
  EXPECT_EQ(address.instance_id, "") << "an empty element is absent";
  EXPECT_EQ(address.network_interface_id, "eni-1");
  EXPECT_EQ(address.network_interface_owner_id, "123456789012");
  EXPECT_EQ(address.private_ip_address, "10.0.0.5");
  EXPECT_EQ(address.public_ipv4_pool, "amazon");
  EXPECT_EQ(address.network_border_group, "eu-west-1");
  EXPECT_EQ(address.service_managed, "nlb");
  EXPECT_EQ(address.tags, (aws::Tags{{"a", "b & c"}, {"blank", " "}, {"empty", ""}}));
  EXPECT_TRUE(page->items[1].tags.empty());
  EXPECT_EQ(page->next_token, "");
}

TEST(Ec2Xml, AnInterfaceIsReadWithAllItsFieldsWhateverTheNamespacePrefix) {
  const auto page = aws::read_network_interfaces(kInterfaces);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->items.size(), 1u);
  const auto& eni = page->items[0];
  EXPECT_EQ(eni.network_interface_id, "eni-1");
  EXPECT_TRUE(eni.requester_managed);
  EXPECT_TRUE(eni.operator_managed);
  EXPECT_EQ(eni.status, "in-use");
  EXPECT_EQ(eni.vpc_id, "vpc-1");
  EXPECT_EQ(eni.groups, std::vector<std::string>{"sg-1"});
  EXPECT_EQ(eni.attachment_id, "eni-attach-1");
  EXPECT_EQ(eni.instance_id, "i-1");
  EXPECT_EQ(eni.device_index, 1);
  EXPECT_EQ(eni.attachment_status, "attached");
  EXPECT_EQ(eni.association.association_id, "eipassoc-1");
  ASSERT_EQ(eni.private_ip_addresses.size(), 2u);
  EXPECT_TRUE(eni.private_ip_addresses[0].primary);
  EXPECT_EQ(eni.private_ip_addresses[0].association.allocation_id, "") << "an auto-assigned address has none";
  EXPECT_EQ(eni.private_ip_addresses[1].association, aws::InterfaceAssociation{});
  EXPECT_EQ(eni.ipv4_prefixes, std::vector<std::string>{"10.0.1.0/28"});
  EXPECT_EQ(eni.tags.at("k"), "v");
  EXPECT_EQ(page->next_token, "t+/=");
}

TEST(Ec2Xml, PoolsAllocationsAssociationsAndIdentitiesAreRead) {
  const auto pools = aws::read_public_ipv4_pools(
      "<DescribePublicIpv4PoolsResponse><publicIpv4PoolSet><item><poolId>p</poolId><networkBorderGroup>g</"
      "networkBorderGroup>"
      "<totalAddressCount>256</totalAddressCount><totalAvailableAddressCount>9</totalAvailableAddressCount></"
      "item>"
      "</publicIpv4PoolSet></DescribePublicIpv4PoolsResponse>");
  ASSERT_TRUE(pools);
  EXPECT_EQ(pools->items.at(0).total_available_address_count, 9);
  const auto allocated = aws::read_allocated(
      "<AllocateAddressResponse><publicIp>203.0.113.7</publicIp><allocationId>eipalloc-1</allocationId></"
      "AllocateAddressResponse>");
  ASSERT_TRUE(allocated);
  EXPECT_EQ(allocated->allocation_id, "eipalloc-1");
  const auto associated = aws::read_association_id(
      "<AssociateAddressResponse><return>true</return><associationId>eipassoc-1</associationId></"
      "AssociateAddressResponse>");
  ASSERT_TRUE(associated);
  EXPECT_EQ(*associated, "eipassoc-1");
  const auto account = aws::read_account_id(
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123</Account></GetCallerIdentityResult></"
      "GetCallerIdentityResponse>");
  ASSERT_TRUE(account);
  EXPECT_EQ(*account, "123");
  EXPECT_TRUE(
      aws::read_done("<ReleaseAddressResponse><requestId>request-id</requestId></ReleaseAddressResponse>"));
}

constexpr std::string_view kInstances =
    R"(<DescribeInstancesResponse><reservationSet>
<item><reservationId>r-1</reservationId><instancesSet>
 <item><instanceId>i-1</instanceId><instanceType>m5.large</instanceType>
  <instanceState><code>16</code><name>running</name></instanceState>
  <subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><placement><availabilityZone>eu-west-1a</availabilityZone></placement>
  <networkInterfaceSet>
   <item><networkInterfaceId>eni-1</networkInterfaceId><status>in-use</status>
    <attachment><attachmentId>a</attachmentId><deviceIndex>0</deviceIndex><networkCardIndex>0</networkCardIndex></attachment></item>
   <item><networkInterfaceId>eni-2</networkInterfaceId>
    <attachment><deviceIndex>1</deviceIndex><networkCardIndex>1</networkCardIndex></attachment></item>
   <item><networkInterfaceId>eni-3</networkInterfaceId><attachment><deviceIndex>2</deviceIndex></attachment></item>
  </networkInterfaceSet></item>
 <item><instanceId>i-2</instanceId><instanceState><name>terminated</name></instanceState><subnetId/></item>
</instancesSet></item>
<item><instancesSet><item><instanceId>i-3</instanceId></item></instancesSet></item>
</reservationSet><nextToken>t</nextToken></DescribeInstancesResponse>)";

TEST(Ec2Xml, InstancesAreReadOutOfTheirReservationsWithTheirInterfaces) {
  const auto page = aws::read_instances(kInstances);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->items.size(), 3u);
  const aws::Instance first{
      .instance_id = "i-1",
      .instance_type = "m5.large",
      .state = "running",
      .subnet_id = "subnet-1",
      .vpc_id = "vpc-1",
      .availability_zone = "eu-west-1a",
      .network_interfaces = {{"eni-1", 0, 0}, {"eni-2", 1, 1}, {"eni-3", 2, 0}},
  };
  EXPECT_EQ(page->items[0], first);
  EXPECT_EQ(page->items[1].state, "terminated");
  EXPECT_EQ(page->items[1].subnet_id, "");
  EXPECT_EQ(page->items[2].instance_id, "i-3");
  EXPECT_EQ(page->next_token, "t");
}

TEST(Ec2Xml, InstanceTypesTellWhatTheirFirstCardHolds) {
  const auto page = aws::read_instance_types(
      "<DescribeInstanceTypesResponse><instanceTypeSet>"
      "<item><instanceType>two.cards</instanceType><networkInfo>"
      "<maximumNetworkInterfaces>16</maximumNetworkInterfaces><ipv4AddressesPerInterface>50</"
      "ipv4AddressesPerInterface><networkCards>"
      "<item><networkCardIndex>1</networkCardIndex><maximumNetworkInterfaces>9</maximumNetworkInterfaces></"
      "item>"
      "<item><networkCardIndex>0</networkCardIndex><maximumNetworkInterfaces>7</maximumNetworkInterfaces></"
      "item>"
      "</networkCards></networkInfo></item>"
      "<item><instanceType>no.cards</instanceType><networkInfo>"
      "<maximumNetworkInterfaces>3</maximumNetworkInterfaces></networkInfo></item>"
      "<item><instanceType>nothing</instanceType></item>"
      "</instanceTypeSet></DescribeInstanceTypesResponse>");
  ASSERT_TRUE(page) << page.error().text();
  const std::vector<aws::InstanceType> expected{
      {"two.cards", 16, 7, 50}, {"no.cards", 3, 3, 0}, {"nothing", 0, 0, 0}};
  EXPECT_EQ(page->items, expected);
}

TEST(Ec2Xml, SubnetsAndSecurityGroupsAreRead) {
  const auto subnets = aws::read_subnets(
      "<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId>"
      "<availabilityZone>eu-west-1a</availabilityZone><availableIpAddressCount>251</availableIpAddressCount>"
      "</item></subnetSet></DescribeSubnetsResponse>");
  ASSERT_TRUE(subnets) << subnets.error().text();
  EXPECT_EQ(subnets->items, (std::vector<aws::Subnet>{{"subnet-1", "vpc-1", "eu-west-1a", 251}}));
  const auto groups = aws::read_security_groups(
      "<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</"
      "groupName><groupDescription>d</groupDescription><vpcId>vpc-1</vpcId></item></securityGroupInfo>"
      "</DescribeSecurityGroupsResponse>");
  ASSERT_TRUE(groups) << groups.error().text();
  EXPECT_EQ(groups->items, (std::vector<aws::SecurityGroup>{{"sg-1", "web", "vpc-1"}}));
}

TEST(Ec2Xml, WhatEffectsOnInterfacesMadeIsRead) {
  const auto created = aws::read_created_interface(
      "<CreateNetworkInterfaceResponse><networkInterface><networkInterfaceId>eni-1</networkInterfaceId>"
      "<status>pending</status><macAddress>02:00</macAddress><privateIpAddressesSet><item>"
      "<privateIpAddress>10.0.0.5</privateIpAddress><primary>true</primary></item></privateIpAddressesSet>"
      "<tagSet><item><key>k</key><value>v</value></item></tagSet></networkInterface>"
      "<clientToken>token-1</clientToken></CreateNetworkInterfaceResponse>");
  ASSERT_TRUE(created) << created.error().text();
  EXPECT_EQ(created->network_interface_id, "eni-1");
  EXPECT_EQ(created->status, "pending");
  EXPECT_EQ(created->private_ip_addresses.at(0).private_ip_address, "10.0.0.5");
  EXPECT_EQ(created->tags.at("k"), "v");
  const auto attached = aws::read_attachment_id(
      "<AttachNetworkInterfaceResponse><attachmentId>eni-attach-1</attachmentId><networkCardIndex>0</"
      "networkCardIndex></AttachNetworkInterfaceResponse>");
  ASSERT_TRUE(attached) << attached.error().text();
  EXPECT_EQ(*attached, "eni-attach-1");
  const auto assigned = aws::read_assigned_addresses(
      "<AssignPrivateIpAddressesResponse><assignedPrivateIpAddressesSet><item><privateIpAddress>10.0.0.6</"
      "privateIpAddress></item><item><privateIpAddress>10.0.0.7</privateIpAddress></item>"
      "</assignedPrivateIpAddressesSet></AssignPrivateIpAddressesResponse>");
  ASSERT_TRUE(assigned) << assigned.error().text();
  EXPECT_EQ(*assigned, (std::vector<std::string>{"10.0.0.6", "10.0.0.7"}));
  const auto bare = aws::read_assigned_addresses(
      "<AssignPrivateIpAddressesResponse><return>true</return></AssignPrivateIpAddressesResponse>");
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->empty());
  EXPECT_FALSE(
      aws::read_created_interface("<CreateNetworkInterfaceResponse><networkInterface/></"
                                  "CreateNetworkInterfaceResponse>"));
  EXPECT_FALSE(aws::read_attachment_id("<AttachNetworkInterfaceResponse/>"));
  EXPECT_FALSE(aws::read_assigned_addresses(""));
}

TEST(Ec2Xml, ErrorsAreReadFromTheEnvelopesOfEc2OfStsAndOfMoto) {
  const auto ec2 = aws::read_error(
      "<Response><Errors><Error><Code>A.B</Code><Message>m</Message></Error></Errors><RequestID>r</"
      "RequestID></Response>");
  ASSERT_TRUE(ec2);
  EXPECT_EQ(ec2->code, "A.B");
  EXPECT_EQ(ec2->request_id, "r");
  const auto sts = aws::read_error(
      "<ErrorResponse "
      "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>C</Code>"
      "<Message>m</Message></Error><RequestId>q</RequestId></ErrorResponse>");
  ASSERT_TRUE(sts);
  EXPECT_EQ(sts->code, "C");
  EXPECT_EQ(sts->request_id, "q");
  const auto moto = aws::read_error(
      "<ErrorResponse><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors></"
      "ErrorResponse>");
  ASSERT_TRUE(moto);
  EXPECT_EQ(moto->code, "AuthFailure");
}

TEST(Ec2Xml, WhatIsNoAnswerBecomesAFaultWithAPrintableStart) {
  struct Case {
    std::string body;
    FaultKind kind;
    std::string says;
  };
  const Case cases[] = {
      {"", FaultKind::unavailable, "an empty body"},
      {"<!DOCTYPE html>\n<html><head><br></head>", FaultKind::unavailable, "<!DOCTYPE html> <html>"},
      {std::string(kAddresses.substr(0, 700)), FaultKind::unavailable, "<?xml"},
      {"{\"message\": \"no\"}", FaultKind::unavailable, "{\"message\""},
      {std::string("\0\x01\xff<", 4), FaultKind::unavailable, "?\?\?<"},
      {"<html><body>Sign in</body></html>", FaultKind::failed, "Sign in"},
      {"<DescribeAddressesResponse/>", FaultKind::failed, "addressesSet"},
      {"<Response><Errors><Error><Code>X</Code></Error></Errors></Response>", FaultKind::failed,
       "<Response>"},
  };
  for (const auto& [body, kind, says] : cases) {
    const auto page = aws::read_addresses(body);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().kind, kind) << body;
    EXPECT_TRUE(page.error().effect_possible);
    EXPECT_NE(page.error().message.find(says), std::string::npos) << page.error().message;
    EXPECT_LT(page.error().message.size(), 200u);
  }
  EXPECT_FALSE(
      aws::read_allocated("<AllocateAddressResponse><publicIp>1</publicIp></AllocateAddressResponse>"));
  EXPECT_FALSE(aws::read_association_id("<AssociateAddressResponse/>"));
  EXPECT_FALSE(aws::read_error("<html/>"));
}

TEST(Ec2Xml, NoFaultShowsAnythingOfAnAnswerWithCredentials) {
  const std::string body =
      "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKIA</"
      "AccessKeyId>"
      "<SecretAccessKey>hidden</SecretAccessKey>";
  const auto cut = aws::read_assumed_role(body);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().text().find("hidden"), std::string::npos);
  const auto incomplete = aws::read_assumed_role(
      body + "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>");
  ASSERT_FALSE(incomplete);
  EXPECT_EQ(incomplete.error().text().find("hidden"), std::string::npos);
}

TEST(Ec2Xml, NoBytesCanCrashTheReaders) {
  std::mt19937 random{7};
  const auto try_all = [](const std::string& body) {
    (void)aws::read_addresses(body);
    (void)aws::read_network_interfaces(body);
    (void)aws::read_public_ipv4_pools(body);
    (void)aws::read_instances(body);
    (void)aws::read_instance_types(body);
    (void)aws::read_allocated(body);
    (void)aws::read_created_interface(body);
    (void)aws::read_assigned_addresses(body);
    (void)aws::read_account_id(body);
    (void)aws::read_assumed_role(body);
    (void)aws::read_error(body);
    (void)aws::printable(body);
  };
  for (const auto source : {kAddresses, kInterfaces, kInstances}) {
    for (int i = 0; i < 2000; ++i) {
      std::string body(source);
      for (int edits = 0; edits < 4; ++edits) body[random() % body.size()] = static_cast<char>(random());
      if (i % 3 == 0) body.resize(random() % body.size());
      try_all(body);
    }
  }
  std::string deep = "<Response>";
  for (int i = 0; i < 200'000; ++i) deep += "<Errors>";
  try_all(deep);
  for (int i = 0; i < 200'000; ++i) deep += "</Errors>";
  try_all(deep + "</Response>");
}

}  // namespace
