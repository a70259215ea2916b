#include "ec2_double/account_fixture.hpp"

namespace ec2_double {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class InstanceActions : public AccountTest {
 protected:
  static constexpr auto kItem = "reservationSet/item/instancesSet/item/";

  std::string run_error(Parameters more) {
    for (const auto& [key, value] :
         Parameters{{"MinCount", "1"}, {"MaxCount", "1"}, {"InstanceType", "m5.large"}})
      more.emplace_back(key, value);
    return code("RunInstances", more);
  }
  Read described(const std::string& id) { return done("DescribeInstances", {{"InstanceId.1", id}}); }
  Texts instances_by(const std::string& filter, const std::string& value) {
    return done("DescribeInstances", {{"Filter.1.Name", filter}, {"Filter.1.Value.1", value}})
        .all(std::string(kItem) + "instanceId");
  }
  std::string primary_of(const std::string& instance_id) {
    return described(instance_id).text(std::string(kItem) + "networkInterfaceSet/item/networkInterfaceId");
  }
};

// RunInstances

TEST_F(InstanceActions, AnInstanceComesWithItsPrimaryInterface) {
  settings().instance_start = seconds(20);
  const auto group = new_group(vpc, "nodes");
  const auto reply = done("RunInstances", {{"ImageId", "ami-12c6146b"},
                                           {"MinCount", "1"},
                                           {"MaxCount", "1"},
                                           {"InstanceType", "m5.large"},
                                           {"SubnetId", subnet},
                                           {"PrivateIpAddress", "10.0.16.10"},
                                           {"SecurityGroupId.1", group},
                                           {"TagSpecification.1.ResourceType", "instance"},
                                           {"TagSpecification.1.Tag.1.Key", "Name"},
                                           {"TagSpecification.1.Tag.1.Value", "node"}});
  const std::string item = "instancesSet/item/";
  EXPECT_EQ(reply.text(item + "instanceState/name"), "pending");
  EXPECT_EQ(reply.text(item + "privateIpAddress"), "10.0.16.10");
  EXPECT_EQ(reply.text(item + "placement/availabilityZone"), "us-east-1a");
  EXPECT_EQ(reply.text(item + "vpcId"), vpc);
  EXPECT_EQ(reply.text(item + "tagSet/item/value"), "node");
  const auto id = reply.text(item + "networkInterfaceSet/item/networkInterfaceId");
  EXPECT_EQ(interface(id).groups, Texts{group});
  EXPECT_TRUE(interface(id).attachment->delete_on_termination);
  EXPECT_EQ(interface(id).attachment->device_index, 0);
  EXPECT_TRUE(interface(id).tags.empty());
  pass(seconds(20));
  EXPECT_EQ(instance(reply.text(item + "instanceId")).state, "running");
}

TEST_F(InstanceActions, InterfacesAreDescribedOrNamed) {
  const auto existing = new_interface("10.0.16.40");
  const Parameters parameters = {{"NetworkInterface.1.DeviceIndex", "0"},
                                 {"NetworkInterface.1.SubnetId", subnet},
                                 {"NetworkInterface.1.DeleteOnTermination", "false"},
                                 {"NetworkInterface.1.PrivateIpAddresses.1.PrivateIpAddress", "10.0.16.10"},
                                 {"NetworkInterface.1.PrivateIpAddresses.1.Primary", "true"},
                                 {"NetworkInterface.1.PrivateIpAddresses.2.PrivateIpAddress", "10.0.16.11"},
                                 {"NetworkInterface.2.DeviceIndex", "1"},
                                 {"NetworkInterface.2.NetworkInterfaceId", existing}};
  EXPECT_EQ(run_error(parameters), "");
  const auto made = found_by("private-ip-address", "10.0.16.10").at(0);
  EXPECT_EQ(interface(made).private_ip_addresses, (Texts{"10.0.16.10", "10.0.16.11"}));
  EXPECT_FALSE(interface(made).attachment->delete_on_termination);
  EXPECT_EQ(interface(existing).attachment->device_index, 1);
  EXPECT_FALSE(interface(existing).attachment->delete_on_termination);
  EXPECT_EQ(run_error({{"NetworkInterface.1.DeviceIndex", "0"},
                       {"NetworkInterface.1.NetworkInterfaceId", existing}}),
            "InvalidNetworkInterface.InUse");
}

TEST_F(InstanceActions, WhatDoesNotFitIsRefusedAndMakesNothing) {
  const Parameters nic = {{"NetworkInterface.1.DeviceIndex", "0"}, {"NetworkInterface.1.SubnetId", subnet}};
  const auto with = [&](const std::string& key, const std::string& value) {
    auto parameters = nic;
    parameters.emplace_back(key, value);
    return parameters;
  };
  EXPECT_EQ(run_error(with("SubnetId", subnet)), "InvalidParameterCombination");
  EXPECT_EQ(run_error(with("SecurityGroupId.1", new_group(vpc, "g"))), "InvalidParameterCombination");
  EXPECT_EQ(run_error(with("NetworkInterface.1.SecondaryPrivateIpAddressCount", "10")),
            "InvalidInterface.IpAddressLimitExceeded");
  EXPECT_EQ(run_error({{"NetworkInterface.1.DeviceIndex", "1"}, {"NetworkInterface.1.SubnetId", subnet}}),
            "InvalidParameterCombination");
  EXPECT_EQ(run_error({}), "VPCIdNotSpecified");
  EXPECT_EQ(code("RunInstances", {{"SubnetId", subnet}}), "InvalidParameterValue");  // there is no m1.small
  EXPECT_EQ(code("RunInstances", {{"SubnetId", subnet}, {"InstanceType", "m5.large"}}), "MissingParameter");
  EXPECT_EQ(code("RunInstances",
                 {{"SubnetId", subnet}, {"InstanceType", "m5.large"}, {"MinCount", "2"}, {"MaxCount", "1"}}),
            "InvalidParameterValue");
  settings().quotas.network_interfaces = 0;
  EXPECT_EQ(run_error(nic), "NetworkInterfaceLimitExceeded");
  EXPECT_TRUE(world.instances.all().empty());
  EXPECT_TRUE(world.network_interfaces.all().empty());
}

TEST_F(InstanceActions, SeveralInstancesHaveAddressesOfTheirOwn) {
  const auto reply =
      done("RunInstances",
           {{"MinCount", "2"}, {"MaxCount", "3"}, {"InstanceType", "m5.large"}, {"SubnetId", subnet}});
  const auto ips = reply.all("instancesSet/item/privateIpAddress");
  EXPECT_EQ(std::set<std::string>(ips.begin(), ips.end()).size(), 3u);
  EXPECT_EQ(done("DescribeInstances").all("reservationSet/item/reservationId"),
            Texts{reply.text("reservationId")});
}

TEST_F(InstanceActions, AClientTokenStartsInstancesOnce) {
  const auto first = new_instance("", {{"ClientToken", "t"}});
  EXPECT_EQ(new_instance("", {{"ClientToken", "t"}}), first);
  EXPECT_EQ(world.instances.all().size(), 1u);
  EXPECT_EQ(run_error({{"ClientToken", "t"}}), "IdempotentParameterMismatch");
  done("TerminateInstances", {{"InstanceId.1", first}});
  pass(hours(2));
  EXPECT_EQ(run_error({{"ClientToken", "t"}, {"SubnetId", subnet}}), "IdempotentInstanceTerminated");
}

// DescribeInstances

TEST_F(InstanceActions, TheAssociationInItHasNoIds) {
  const auto id = new_instance("10.0.16.10");
  pass(seconds(0));
  const auto address_id = new_address_on(primary_of(id), "10.0.16.10");
  const auto reply = described(id);
  const std::string item = kItem;
  EXPECT_EQ(reply.text(item + "ipAddress"), address(address_id).public_ip);
  const auto association = item + "networkInterfaceSet/item/privateIpAddressesSet/item/association/";
  EXPECT_EQ(reply.text(association + "publicIp"), address(address_id).public_ip);
  EXPECT_EQ(reply.all(association + "allocationId | " + association + "associationId"), Texts{});
}

TEST_F(InstanceActions, FiltersFindIt) {
  const auto group = new_group(vpc, "nodes");
  const auto id = new_instance("10.0.16.10", {{"SecurityGroupId.1", group},
                                              {"TagSpecification.1.ResourceType", "instance"},
                                              {"TagSpecification.1.Tag.1.Key", "Name"},
                                              {"TagSpecification.1.Tag.1.Value", "node"}});
  subnet = new_subnet(vpc, "10.0.17.0/24", "us-east-1b");
  new_instance("10.0.17.10");
  const auto extra = interface(primary_of(id));
  const std::vector<std::pair<std::string, std::string>> filters = {
      {"instance-id", id},
      {"subnet-id", extra.subnet_id},
      {"availability-zone", "us-east-1a"},
      {"private-ip-address", "10.0.16.10"},
      {"instance.group-id", group},
      {"reservation-id", instance(id).reservation_id},
      {"network-interface.network-interface-id", extra.id},
      {"network-interface.addresses.private-ip-address", "10.0.16.10"},
      {"network-interface.attachment.attachment-id", extra.attachment->id},
      {"network-interface.group-id", group},
      {"tag:Name", "node"},
      {"tag-key", "Name"}};
  for (const auto& [filter, value] : filters) EXPECT_EQ(instances_by(filter, value), Texts{id}) << filter;
  EXPECT_EQ(instances_by("vpc-id", vpc).size(), 2u);
  EXPECT_EQ(instances_by("instance-state-name", "running").size(), 2u);
  EXPECT_EQ(instances_by("instance-state-code", "16").size(), 2u);
  EXPECT_EQ(code("DescribeInstances", {{"Filter.1.Name", "network-interface.x"}, {"Filter.1.Value.1", "x"}}),
            "InvalidParameterValue");
}

TEST_F(InstanceActions, PagesHaveTheirRules) {
  for (int i = 0; i < 6; ++i) new_instance();
  const auto first = done("DescribeInstances", {{"MaxResults", "5"}});
  EXPECT_EQ(first.all(std::string(kItem) + "instanceId").size(), 5u);
  const auto rest = done("DescribeInstances", {{"MaxResults", "5"}, {"NextToken", first.text("nextToken")}});
  EXPECT_EQ(rest.all(std::string(kItem) + "instanceId").size(), 1u);
  EXPECT_EQ(code("DescribeInstances", {{"MaxResults", "5"}, {"InstanceId.1", "i-0aaaaaaaaaaaaaaaa"}}),
            "InvalidInstanceID.NotFound");
  EXPECT_EQ(code("DescribeInstances", {{"MaxResults", "1001"}}), "InvalidParameterValue");
}

// Its life

TEST_F(InstanceActions, TerminatingGivesUpItsInterfaces) {
  settings().instance_stop = seconds(30);
  const auto id = new_instance("10.0.16.10");
  const auto primary = primary_of(id);
  const auto kept = new_interface("10.0.16.20");
  attach(kept, id, 1);
  const auto freed = new_address_on(primary, "10.0.16.10");
  const auto stays = new_address_on(kept, "10.0.16.20");
  const auto reply = done("TerminateInstances", {{"InstanceId.1", id}});
  EXPECT_EQ(reply.text("instancesSet/item/previousState/name"), "running");
  EXPECT_EQ(reply.text("instancesSet/item/currentState/name"), "shutting-down");
  pass(seconds(29));
  EXPECT_TRUE(address(freed).association);
  pass(seconds(1));
  EXPECT_EQ(described(id).text(std::string(kItem) + "instanceState/name"), "terminated");
  EXPECT_EQ(described(id).all(std::string(kItem) + "subnetId"), Texts{});
  EXPECT_EQ(instances_by("vpc-id", vpc), Texts{});
  EXPECT_EQ(world.network_interfaces.latest(primary), nullptr);
  EXPECT_FALSE(address(freed).association);
  EXPECT_EQ(interface(kept).status, "available");
  EXPECT_FALSE(interface(kept).attachment);
  EXPECT_TRUE(address(stays).association);
  pass(hours(1));
  EXPECT_EQ(code("DescribeInstances", {{"InstanceId.1", id}}), "InvalidInstanceID.NotFound");
}

TEST_F(InstanceActions, StoppingKeepsElasticIpsAndNoOthers) {
  const auto auto_ip = done("RunInstances", {{"MinCount", "1"},
                                             {"MaxCount", "1"},
                                             {"InstanceType", "m5.large"},
                                             {"NetworkInterface.1.DeviceIndex", "0"},
                                             {"NetworkInterface.1.SubnetId", subnet},
                                             {"NetworkInterface.1.AssociatePublicIpAddress", "true"}})
                           .text("instancesSet/item/instanceId");
  const auto elastic = new_instance("10.0.16.10");
  pass(seconds(0));
  const auto address_id = new_address_on(primary_of(elastic), "10.0.16.10");
  const auto before = interface(primary_of(auto_ip)).auto_assigned_public_ip;
  done("StopInstances", {{"InstanceId.1", auto_ip}, {"InstanceId.2", elastic}});
  pass(seconds(0));
  EXPECT_EQ(instance(elastic).state, "stopped");
  EXPECT_TRUE(address(address_id).association);
  EXPECT_EQ(interface(primary_of(auto_ip)).auto_assigned_public_ip, "");
  done("StartInstances", {{"InstanceId.1", auto_ip}});
  pass(seconds(0));
  const auto after = interface(primary_of(auto_ip)).auto_assigned_public_ip;
  EXPECT_NE(after, "");
  EXPECT_NE(after, before);
}

TEST_F(InstanceActions, StatesAllowSomeChangesOnly) {
  settings().instance_start = settings().instance_stop = seconds(10);
  const auto id = new_instance();
  EXPECT_EQ(code("StopInstances", {{"InstanceId.1", id}}), "IncorrectInstanceState");
  pass(seconds(10));
  done("StartInstances", {{"InstanceId.1", id}});  // it runs already
  EXPECT_EQ(instance(id).state, "running");
  done("StopInstances", {{"InstanceId.1", id}});
  EXPECT_EQ(code("StartInstances", {{"InstanceId.1", id}}), "IncorrectInstanceState");
  pass(seconds(10));
  EXPECT_EQ(instance(id).state, "stopped");
  done("StartInstances", {{"InstanceId.1", id}});
  EXPECT_EQ(instance(id).state, "pending");
  done("TerminateInstances", {{"InstanceId.1", id}});
  pass(seconds(10));
  done("TerminateInstances", {{"InstanceId.1", id}});
  EXPECT_EQ(instance(id).state, "terminated");
  EXPECT_EQ(code("StartInstances", {{"InstanceId.1", id}}), "IncorrectInstanceState");
  EXPECT_EQ(code("StopInstances"), "MissingParameter");
}

// DescribeInstanceTypes

TEST_F(InstanceActions, TypesSayTheirLimits) {
  const auto reply = done("DescribeInstanceTypes", {{"InstanceType.1", "m5.large"}});
  const std::string network = "instanceTypeSet/item/networkInfo/";
  EXPECT_EQ(reply.text(network + "maximumNetworkInterfaces"), "3");
  EXPECT_EQ(reply.text(network + "ipv4AddressesPerInterface"), "10");
  EXPECT_EQ(reply.all(network + "networkCards/item/maximumNetworkInterfaces"), Texts{"3"});
  EXPECT_EQ(code("DescribeInstanceTypes", {{"InstanceType.1", "m5.none"}}), "InvalidInstanceType");
  EXPECT_EQ(code("DescribeInstanceTypes", {{"MaxResults", "101"}}), "InvalidParameterValue");
  const auto many =
      done("DescribeInstanceTypes", {{"Filter.1.Name", "instance-type"}, {"Filter.1.Value.1", "m5.*"}});
  EXPECT_GT(many.all("instanceTypeSet/item/instanceType").size(), 1u);
}

}  // namespace
}  // namespace ec2_double
