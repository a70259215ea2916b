#pragma once
// A fresh account, in which actions have made all that there is: vpc with a gateway, and a subnet in it.

#include <string>
#include <utility>
#include <vector>

#include "ec2_double/double_fixture.hpp"
#include "ec2_double/effects.hpp"

namespace ec2_double {

class AccountTest : public DoubleFixture {
 protected:
  using Texts = std::vector<std::string>;

  AccountTest() {
    world = World("us-east-1", 7);
    vpc = new_vpc();
    subnet = new_subnet(vpc, "10.0.16.0/24", "us-east-1a");
  }

  void pass(Span span) {
    now += span;
    settle(world, now);
  }

  // A VPC 10.0.0.0/16 with an internet gateway, and what is put into it. Each returns an id.
  std::string new_vpc() {
    const auto vpc = done("CreateVpc", {{"CidrBlock", "10.0.0.0/16"}}).text("vpc/vpcId");
    const auto gateway = done("CreateInternetGateway").text("internetGateway/internetGatewayId");
    done("AttachInternetGateway", {{"VpcId", vpc}, {"InternetGatewayId", gateway}});
    return vpc;
  }
  std::string new_subnet(const std::string& vpc, const std::string& cidr, const std::string& zone) {
    return done("CreateSubnet", {{"VpcId", vpc}, {"CidrBlock", cidr}, {"AvailabilityZone", zone}})
        .text("subnet/subnetId");
  }
  std::string new_group(const std::string& vpc, const std::string& name) {
    return done("CreateSecurityGroup", {{"VpcId", vpc}, {"GroupName", name}, {"GroupDescription", name}})
        .text("groupId");
  }
  std::string new_interface(const std::string& ip = "", Parameters more = {}) {
    more.emplace_back("SubnetId", subnet);
    if (!ip.empty()) more.emplace_back("PrivateIpAddress", ip);
    return done("CreateNetworkInterface", more).text("networkInterface/networkInterfaceId");
  }
  std::string new_instance(const std::string& ip = "", Parameters more = {}) {
    for (const auto& [key, value] :
         Parameters{{"MinCount", "1"}, {"MaxCount", "1"}, {"SubnetId", subnet}, {"InstanceType", "m5.large"}})
      more.emplace_back(key, value);
    if (!ip.empty()) more.emplace_back("PrivateIpAddress", ip);
    return done("RunInstances", more).text("instancesSet/item/instanceId");
  }
  std::string attach(const std::string& interface, const std::string& instance, int index) {
    return done("AttachNetworkInterface", {{"NetworkInterfaceId", interface},
                                           {"InstanceId", instance},
                                           {"DeviceIndex", std::to_string(index)}})
        .text("attachmentId");
  }
  // A new address, on this private address.
  std::string new_address_on(const std::string& interface, const std::string& ip) {
    const auto address = done("AllocateAddress", {{"Domain", "vpc"}}).text("allocationId");
    done("AssociateAddress", {{"AllocationId", address},
                              {"NetworkInterfaceId", interface},
                              {"PrivateIpAddress", ip},
                              {"AllowReassociation", "false"}});
    return address;
  }

  // As it is, past all delays.
  const NetworkInterface& interface(const std::string& id) { return *world.network_interfaces.latest(id); }
  const Instance& instance(const std::string& id) { return *world.instances.latest(id); }
  const Address& address(const std::string& id) { return *world.addresses.latest(id); }
  Settings& settings() { return world.settings; }
  // What DescribeNetworkInterfaces shows of this one.
  Read shown(const std::string& id) {
    return done("DescribeNetworkInterfaces", {{"NetworkInterfaceId.1", id}});
  }
  // The interfaces that a filter finds.
  Texts found_by(const std::string& filter, const std::string& value) {
    return done("DescribeNetworkInterfaces", {{"Filter.1.Name", filter}, {"Filter.1.Value.1", value}})
        .all("networkInterfaceSet/item/networkInterfaceId");
  }

  std::string vpc;
  std::string subnet;
};

}  // namespace ec2_double
