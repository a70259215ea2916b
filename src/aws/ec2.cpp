#include "aws/ec2.hpp"

namespace aws {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::allocate_address:
      return "AllocateAddress";
    case Action::associate_address:
      return "AssociateAddress";
    case Action::create_tags:
      return "CreateTags";
    case Action::delete_tags:
      return "DeleteTags";
    case Action::describe_addresses:
      return "DescribeAddresses";
    case Action::describe_network_interfaces:
      return "DescribeNetworkInterfaces";
    case Action::describe_public_ipv4_pools:
      return "DescribePublicIpv4Pools";
    case Action::disassociate_address:
      return "DisassociateAddress";
    case Action::release_address:
      return "ReleaseAddress";
    case Action::get_caller_identity:
      return "GetCallerIdentity";
  }
  return "Unknown";
}

bool has_effect(Action action) {
  switch (action) {
    case Action::allocate_address:
    case Action::associate_address:
    case Action::create_tags:
    case Action::delete_tags:
    case Action::disassociate_address:
    case Action::release_address:
      return true;
    case Action::describe_addresses:
    case Action::describe_network_interfaces:
    case Action::describe_public_ipv4_pools:
    case Action::get_caller_identity:
      return false;
  }
  return true;
}

std::string_view service_of(Action action) {
  return action == Action::get_caller_identity ? "sts" : "ec2";
}

}  // namespace aws
