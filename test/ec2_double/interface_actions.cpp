#include "ec2_double/interface_actions.hpp"

#include <utility>

#include "ec2_double/client_token.hpp"
#include "ec2_double/effects.hpp"
#include "ec2_double/interface_request.hpp"
#include "ec2_double/interface_view.hpp"
#include "ec2_double/known_ids.hpp"

namespace ec2_double {
namespace {

void answer_created(Call& call, const NetworkInterface& interface) {
  InterfaceView(call).show(call.answer.append_child("networkInterface"), interface);
  put(call.answer, "clientToken", interface.client_token);
}

void create_network_interface(Call& call) {
  if (const auto id = made_before(call)) {
    const auto* made = call.world.network_interfaces.latest(*id);
    // What EC2 says of a token whose interface is deleted is not written down; it makes no second one.
    answer_created(call, made ? *made : known_interface(call, *id));
    return;
  }
  const auto& params = call.params;
  const auto& subnet = known_subnet(call, params.required("SubnetId"));
  const auto tags =
      params.tag_specification("network-interface", call.world.settings.quotas.tags_per_resource);
  check_interface_quota(call.world, 1);
  SubnetSpace space(call.world, subnet);
  auto interface = requested_interface(call, "", subnet, space);
  interface.tags = tags;
  interface.client_token = params.text("ClientToken");
  interface.status = "pending";
  interface.due = call.now + call.world.settings.interface_create;
  remember_token(call, interface.id);
  answer_created(call, interface);
  call.world.network_interfaces.put(std::move(interface), call.now);
}

void describe_network_interfaces(Call& call) {
  constexpr auto kIds = "NetworkInterfaceId";
  const InterfaceView view(call);
  const auto rows = wanted_rows<NetworkInterface>(
      call, call.world.network_interfaces, kIds, known_interface,
      [&](const NetworkInterface& interface, std::string_view name) { return view.values(interface, name); });
  auto set = call.answer.append_child("networkInterfaceSet");
  for (const auto* interface : page_of(call, rows, kIds)) view.show(set.append_child("item"), *interface);
}

void delete_network_interface(Call& call) {
  const auto interface = changeable_interface(call, call.params.required("NetworkInterfaceId"));
  // Seen to be this code, and not InvalidNetworkInterface.InUse:
  // https://github.com/aws/amazon-vpc-cni-k8s/issues/1399
  if (interface.attachment || interface.status == "in-use")
    throw Error{"InvalidParameterValue", "Network interface '" + interface.id + "' is currently in use."};
  delete_interface(call.world, interface.id, call.now);
  put_done(call);
}

void set_public_ip(Call& call, NetworkInterface& interface, bool wanted) {
  interface.associate_public_ip_address = wanted;
  if (!wanted)
    interface.auto_assigned_public_ip.clear();
  else if (interface.auto_assigned_public_ip.empty() &&
           !address_on(call.world, interface.id, interface.private_ip_addresses.front()))
    interface.auto_assigned_public_ip = call.world.new_public_ip();
}

void set_delete_on_termination(const Params& params, NetworkInterface& interface) {
  const auto id = params.required("Attachment.AttachmentId");
  if (!interface.attachment || interface.attachment->id != id)
    throw Error{"InvalidAttachmentID.NotFound",
                "The networkInterface attachment ID '" + id + "' does not exist"};
  interface.attachment->delete_on_termination = params.flag("Attachment.DeleteOnTermination");
}

void modify_network_interface_attribute(Call& call) {
  const auto& params = call.params;
  auto interface = changeable_interface(call, params.required("NetworkInterfaceId"));
  const auto groups = params.list("SecurityGroupId");
  const bool description = params.has("Description.Value");
  const bool check = params.has("SourceDestCheck.Value");
  const bool attachment = params.has("Attachment.DeleteOnTermination");
  const bool public_ip = params.has("AssociatePublicIpAddress");
  const int attributes =
      int{!groups.empty()} + int{description} + int{check} + int{attachment} + int{public_ip};
  if (attributes == 0)
    throw Error{"MissingParameter", "The request must contain an attribute to be modified."};
  if (attributes > 1)
    throw Error{"InvalidParameterCombination", "Only one attribute can be modified at a time."};
  if (!groups.empty())
    interface.groups = known_groups(call, groups, known_subnet(call, interface.subnet_id).vpc_id);
  else if (description)
    interface.description = params.text("Description.Value");
  else if (check)
    interface.source_dest_check = params.flag("SourceDestCheck.Value");
  else if (attachment)
    set_delete_on_termination(params, interface);
  else
    set_public_ip(call, interface, params.flag("AssociatePublicIpAddress"));
  call.world.network_interfaces.put(std::move(interface), call.now);
  put_done(call);
}

}  // namespace

Actions interface_actions() {
  return {
      {"CreateNetworkInterface", create_network_interface},
      {"DescribeNetworkInterfaces", describe_network_interfaces},
      {"DeleteNetworkInterface", delete_network_interface},
      {"ModifyNetworkInterfaceAttribute", modify_network_interface_attribute},
      {"AttachNetworkInterface", attach_network_interface},
      {"DetachNetworkInterface", detach_network_interface},
      {"AssignPrivateIpAddresses", assign_private_ip_addresses},
      {"UnassignPrivateIpAddresses", unassign_private_ip_addresses},
      {"AssignIpv6Addresses", assign_ipv6_addresses},
      {"UnassignIpv6Addresses", unassign_ipv6_addresses},
  };
}

}  // namespace ec2_double
