#include <algorithm>

#include "ec2_double/address_actions.hpp"
#include "ec2_double/effects.hpp"
#include "ec2_double/known_ids.hpp"

namespace ec2_double {
namespace {

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html

void check_state(const World& world, const std::string& instance_id) {
  const auto* instance = world.instances.latest(instance_id);
  if (instance &&
      (instance->state == "running" || instance->state == "stopping" || instance->state == "stopped"))
    return;
  throw Error{"IncorrectInstanceState", "The " + (instance ? instance->state : "terminated") + " instance '" +
                                            instance_id + "' is not in a valid state for this operation."};
}

// The interface of an instance that has only one.
std::string only_interface_of(const Call& call, const std::string& instance_id) {
  known_instance(call, instance_id);
  check_state(call.world, instance_id);
  std::vector<std::string> found;
  for (const auto* interface : call.world.network_interfaces.all())
    if (interface->attachment && interface->attachment->instance_id == instance_id)
      found.push_back(interface->id);
  if (found.size() != 1)
    throw Error{"InvalidInstanceID", "There are " + std::to_string(found.size()) +
                                         " interfaces attached to instance '" + instance_id +
                                         "'. Please specify an interface ID for the operation instead."};
  return found.front();
}

NetworkInterface target_of(const Call& call) {
  const auto interface_id = call.params.text("NetworkInterfaceId");
  const auto instance_id = call.params.text("InstanceId");
  if (interface_id.empty() && instance_id.empty())
    throw Error{"MissingParameter", "Either 'InstanceId' or 'NetworkInterfaceId' must be specified"};
  if (!interface_id.empty() && !instance_id.empty())
    throw Error{"InvalidParameterCombination", "You may specify InstanceId or NetworkInterfaceId, not both"};
  const auto interface =
      changeable_interface(call, interface_id.empty() ? only_interface_of(call, instance_id) : interface_id);
  if (interface.attachment) check_state(call.world, interface.attachment->instance_id);
  return interface;
}

// An address is reachable where its network border group is, and through an internet gateway.
void check_network(const World& world, const Address& address, const NetworkInterface& interface) {
  const auto* subnet = world.subnets.latest(interface.subnet_id);
  const auto* vpc = subnet ? world.vpcs.latest(subnet->vpc_id) : nullptr;
  if (!vpc || vpc->internet_gateway_id.empty())
    throw Error{"Gateway.NotAttached", "Network " + (subnet ? subnet->vpc_id : "of " + interface.subnet_id) +
                                           " is not attached to any internet gateway"};
  const auto zone = world.availability_zones.find(subnet->availability_zone);
  const auto& group =
      zone == world.availability_zones.end() ? world.region : zone->second.network_border_group;
  // The code is that of CreateNatGateway in the same case; for this action none is published.
  if (address.network_border_group != group)
    throw Error{"OperationNotPermitted",
                "The Elastic IP address and the subnet belong in different network border groups."};
}

void associate_address(Call& call) {
  const auto& params = call.params;
  if (!params.has("AllocationId"))
    throw Error{"InvalidParameterCombination",
                "You must specify an allocation id when mapping an address to a VPC instance"};
  const auto address = changeable_address(call, params.text("AllocationId"));
  const auto interface = target_of(call);
  const auto private_ip = params.text("PrivateIpAddress", interface.private_ip_addresses.front());
  if (!holds(interface, private_ip))
    throw Error{"InvalidParameterValue",
                "The private IP address " + private_ip + " is not assigned to interface " + interface.id};
  check_network(call.world, address, interface);
  const bool may_move = params.flag("AllowReassociation", call.world.settings.reassociation_default);
  const auto& present = address.association;
  const bool elsewhere =
      present && (present->network_interface_id != interface.id || present->private_ip_address != private_ip);
  if (elsewhere && !may_move)
    throw Error{"Resource.AlreadyAssociated",
                "resource " + address.id + " is already associated with associate-id " + present->id};
  const auto association_id = associate(call.world, address.id, interface.id, private_ip, call.now);
  put_done(call);
  put(call.answer, "associationId", association_id);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html
void disassociate_address(Call& call) {
  const auto id = call.params.required("AssociationId");
  const auto has_it = [&](const Address* address) {
    return address && address->association && address->association->id == id;
  };
  const auto seen = call.world.addresses.all_seen(call.view);
  const auto found = std::find_if(seen.begin(), seen.end(), has_it);
  if (found == seen.end() || !has_it(call.world.addresses.latest((*found)->id)))
    throw Error{"InvalidAssociationID.NotFound", "The association ID '" + id + "' does not exist"};
  disassociate(call.world, changeable_address(call, (*found)->id).id, call.now);
  put_done(call);
}

}  // namespace

Actions association_actions() {
  return {{"AssociateAddress", associate_address}, {"DisassociateAddress", disassociate_address}};
}

}  // namespace ec2_double
