#include "aws/ec2.hpp"

namespace aws {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::allocate_address:
      return "AllocateAddress";
    case Action::assign_private_ip_addresses:
      return "AssignPrivateIpAddresses";
    case Action::associate_address:
      return "AssociateAddress";
    case Action::attach_network_interface:
      return "AttachNetworkInterface";
    case Action::create_network_interface:
      return "CreateNetworkInterface";
    case Action::create_tags:
      return "CreateTags";
    case Action::delete_network_interface:
      return "DeleteNetworkInterface";
    case Action::delete_tags:
      return "DeleteTags";
    case Action::describe_addresses:
      return "DescribeAddresses";
    case Action::describe_instance_types:
      return "DescribeInstanceTypes";
    case Action::describe_instances:
      return "DescribeInstances";
    case Action::describe_network_interfaces:
      return "DescribeNetworkInterfaces";
    case Action::describe_public_ipv4_pools:
      return "DescribePublicIpv4Pools";
    case Action::describe_security_groups:
      return "DescribeSecurityGroups";
    case Action::describe_subnets:
      return "DescribeSubnets";
    case Action::detach_network_interface:
      return "DetachNetworkInterface";
    case Action::disassociate_address:
      return "DisassociateAddress";
    case Action::modify_network_interface_attribute:
      return "ModifyNetworkInterfaceAttribute";
    case Action::release_address:
      return "ReleaseAddress";
    case Action::unassign_private_ip_addresses:
      return "UnassignPrivateIpAddresses";
    case Action::get_caller_identity:
      return "GetCallerIdentity";
  }
  return "Unknown";
}

bool has_effect(Action action) {
  switch (action) {
    case Action::allocate_address:
    case Action::assign_private_ip_addresses:
    case Action::associate_address:
    case Action::attach_network_interface:
    case Action::create_network_interface:
    case Action::create_tags:
    case Action::delete_network_interface:
    case Action::delete_tags:
    case Action::detach_network_interface:
    case Action::disassociate_address:
    case Action::modify_network_interface_attribute:
    case Action::release_address:
    case Action::unassign_private_ip_addresses:
      return true;
    case Action::describe_addresses:
    case Action::describe_instance_types:
    case Action::describe_instances:
    case Action::describe_network_interfaces:
    case Action::describe_public_ipv4_pools:
    case Action::describe_security_groups:
    case Action::describe_subnets:
    case Action::get_caller_identity:
      return false;
  }
  return true;
}

std::string_view service_of(Action action) {
  return action == Action::get_caller_identity ? "sts" : "ec2";
}

}  // namespace aws
