#include "ec2_double/account_fixture.hpp"

namespace ec2_double {
namespace {

class NetworkActions : public AccountTest {
 protected:
  std::string subnet_error(const std::string& cidr, const std::string& zone = "us-east-1a") {
    return code("CreateSubnet", {{"VpcId", vpc}, {"CidrBlock", cidr}, {"AvailabilityZone", zone}});
  }
};

TEST_F(NetworkActions, AVpcComesWithADefaultGroup) {
  const auto groups =
      done("DescribeSecurityGroups", {{"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", vpc}});
  EXPECT_EQ(groups.all("securityGroupInfo/item/groupName"), Texts{"default"});
  const auto id = groups.text("securityGroupInfo/item/groupId");
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", id}}), "CannotDelete");
}

TEST_F(NetworkActions, BlocksOfVpcsHaveASize) {
  EXPECT_EQ(code("CreateVpc", {{"CidrBlock", "10.0.0.0/15"}}), "InvalidVpc.Range");
  EXPECT_EQ(code("CreateVpc", {{"CidrBlock", "10.0.0.0/29"}}), "InvalidVpc.Range");
  EXPECT_EQ(code("CreateVpc", {{"CidrBlock", "10.0.0.1/16"}}), "InvalidParameterValue");
  EXPECT_EQ(code("CreateVpc"), "MissingParameter");
}

TEST_F(NetworkActions, VpcsAreDescribed) {
  const auto reply = done("DescribeVpcs", {{"VpcId.1", vpc}});
  EXPECT_EQ(reply.text("vpcSet/item/cidrBlock"), "10.0.0.0/16");
  EXPECT_EQ(done("DescribeVpcs", {{"Filter.1.Name", "cidr"}, {"Filter.1.Value.1", "10.9.0.0/16"}})
                .all("vpcSet/item"),
            Texts{});
  EXPECT_EQ(code("DescribeVpcs", {{"VpcId.1", "vpc-0"}}), "InvalidVpcID.NotFound");
  EXPECT_EQ(code("DescribeVpcs", {{"VpcId.1", "x"}}), "InvalidVpcID.Malformed");
  EXPECT_EQ(code("DescribeVpcs", {{"Filter.1.Name", "fake"}, {"Filter.1.Value.1", "x"}}),
            "InvalidParameterValue");
}

TEST_F(NetworkActions, AVpcThatIsUsedStays) {
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", vpc}}), "DependencyViolation");
  done("DeleteSubnet", {{"SubnetId", subnet}});
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", vpc}}), "DependencyViolation");
  done("DetachInternetGateway",
       {{"VpcId", vpc}, {"InternetGatewayId", world.vpcs.latest(vpc)->internet_gateway_id}});
  const auto group = new_group(vpc, "one");
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", vpc}}), "DependencyViolation");
  done("DeleteSecurityGroup", {{"GroupId", group}});
  done("DeleteVpc", {{"VpcId", vpc}});
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", vpc}}), "InvalidVpcID.NotFound");
  EXPECT_TRUE(world.security_groups.all().empty());
}

TEST_F(NetworkActions, ASubnetIsAPartOfItsVpcAlone) {
  EXPECT_EQ(subnet_error("10.1.0.0/24"), "InvalidSubnet.Range");
  EXPECT_EQ(subnet_error("10.0.32.0/29"), "InvalidSubnet.Range");
  EXPECT_EQ(subnet_error("10.0.16.128/26"), "InvalidSubnet.Conflict");
  EXPECT_EQ(subnet_error("10.0.32.0/24", "us-east-1z"), "InvalidParameterValue");
  EXPECT_EQ(subnet_error("10.0.32.0/24"), "");
}

TEST_F(NetworkActions, ASubnetCountsItsFreeAddresses) {
  const auto free = [&] {
    return done("DescribeSubnets", {{"SubnetId.1", subnet}}).text("subnetSet/item/availableIpAddressCount");
  };
  EXPECT_EQ(free(), "251");
  const auto id = new_interface("", {{"SecondaryPrivateIpAddressCount", "1"}});
  EXPECT_EQ(free(), "249");
  EXPECT_EQ(code("DeleteSubnet", {{"SubnetId", subnet}}), "DependencyViolation");
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", id}});
  EXPECT_EQ(free(), "251");
  done("DeleteSubnet", {{"SubnetId", subnet}});
  EXPECT_EQ(code("DescribeSubnets", {{"SubnetId.1", subnet}}), "InvalidSubnetID.NotFound");
}

TEST_F(NetworkActions, SubnetsAreFoundByFilters) {
  const auto other = new_subnet(vpc, "10.0.17.0/24", "us-east-1b");
  const auto found = [&](const std::string& filter, const std::string& value) {
    return done("DescribeSubnets", {{"Filter.1.Name", filter}, {"Filter.1.Value.1", value}})
        .all("subnetSet/item/subnetId");
  };
  EXPECT_EQ(found("availability-zone", "us-east-1b"), Texts{other});
  EXPECT_EQ(found("cidr-block", "10.0.17.0/24"), Texts{other});
  EXPECT_EQ(found("vpc-id", vpc).size(), 2u);
}

TEST_F(NetworkActions, AnInternetGatewayHasOneVpcAndAVpcOneGateway) {
  const auto present = world.vpcs.latest(vpc)->internet_gateway_id;
  const auto other_vpc = done("CreateVpc", {{"CidrBlock", "10.1.0.0/16"}}).text("vpc/vpcId");
  const auto other = done("CreateInternetGateway").text("internetGateway/internetGatewayId");
  EXPECT_EQ(code("AttachInternetGateway", {{"VpcId", vpc}, {"InternetGatewayId", present}}),
            "Resource.AlreadyAssociated");
  EXPECT_EQ(code("AttachInternetGateway", {{"VpcId", other_vpc}, {"InternetGatewayId", present}}),
            "Resource.AlreadyAssociated");
  EXPECT_EQ(code("AttachInternetGateway", {{"VpcId", vpc}, {"InternetGatewayId", other}}),
            "InvalidParameterValue");
  EXPECT_EQ(code("DetachInternetGateway", {{"VpcId", vpc}, {"InternetGatewayId", other}}),
            "Gateway.NotAttached");
  EXPECT_EQ(code("AttachInternetGateway", {{"VpcId", vpc}, {"InternetGatewayId", "igw-0aaaaaaaaaaaaaaaa"}}),
            "InvalidInternetGatewayID.NotFound");
}

TEST_F(NetworkActions, AGatewayOfAVpcWithPublicAddressesStays) {
  const auto gateway = world.vpcs.latest(vpc)->internet_gateway_id;
  new_address_on(new_interface("10.0.16.20"), "10.0.16.20");
  EXPECT_EQ(code("DetachInternetGateway", {{"VpcId", vpc}, {"InternetGatewayId", gateway}}),
            "DependencyViolation");
}

TEST_F(NetworkActions, GroupsHaveNamesOfTheirVpc) {
  const auto group = new_group(vpc, "one");
  const auto create = [&](const std::string& in, const std::string& name) {
    return code("CreateSecurityGroup", {{"VpcId", in}, {"GroupName", name}, {"GroupDescription", "x"}});
  };
  EXPECT_EQ(create(vpc, "one"), "InvalidGroup.Duplicate");
  EXPECT_EQ(create(vpc, "default"), "InvalidParameterValue");
  EXPECT_EQ(create(new_vpc(), "one"), "");
  EXPECT_EQ(code("CreateSecurityGroup", {{"GroupName", "x"}, {"GroupDescription", "x"}}),
            "VPCIdNotSpecified");
  EXPECT_EQ(done("DescribeSecurityGroups", {{"GroupId.1", group}}).text("securityGroupInfo/item/groupName"),
            "one");
  EXPECT_EQ(done("DescribeSecurityGroups",
                 {{"GroupName.1", "one"}, {"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", vpc}})
                .all("securityGroupInfo/item/groupId"),
            Texts{group});
  EXPECT_EQ(code("DescribeSecurityGroups", {{"GroupName.1", "two"}}), "InvalidGroup.NotFound");
  EXPECT_EQ(code("DescribeSecurityGroups", {{"GroupId.1", "sg-0aaaaaaaaaaaaaaaa"}}), "InvalidGroup.NotFound");
}

TEST_F(NetworkActions, AGroupThatIsUsedStays) {
  const auto group = new_group(vpc, "one");
  const auto id = new_interface("", {{"SecurityGroupId.1", group}});
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", group}}), "DependencyViolation");
  done("DeleteNetworkInterface", {{"NetworkInterfaceId", id}});
  done("DeleteSecurityGroup", {{"GroupId", group}});
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", group}}), "InvalidGroup.NotFound");
}

TEST_F(NetworkActions, ZonesSayTheirBorderGroup) {
  const auto all = done("DescribeAvailabilityZones").all("availabilityZoneInfo/item/zoneName");
  EXPECT_EQ(all.size(), world.availability_zones.size());
  const auto local = done("DescribeAvailabilityZones", {{"ZoneName.1", "us-east-1-bos-1a"}});
  EXPECT_EQ(local.all("availabilityZoneInfo/item/networkBorderGroup"), Texts{"us-east-1-bos-1"});
  EXPECT_EQ(local.text("availabilityZoneInfo/item/zoneType"), "local-zone");
  EXPECT_EQ(code("DescribeAvailabilityZones", {{"ZoneName.1", "us-east-1z"}}), "InvalidParameterValue");
}

}  // namespace
}  // namespace ec2_double
