#include <algorithm>
#include <utility>

#include "ec2_double/attachments.hpp"
#include "ec2_double/effects.hpp"
#include "ec2_double/interface_actions.hpp"
#include "ec2_double/known_ids.hpp"

namespace ec2_double {
namespace {

std::string zone_of(const World& world, const std::string& subnet_id) {
  const auto* subnet = world.subnets.latest(subnet_id);
  return subnet ? subnet->availability_zone : "";
}

int required_number(const Params& params, const char* key) {
  params.required(key);
  return *params.number(key);
}

Error no_attachment(const std::string& id) {
  return {"InvalidAttachmentID.NotFound", "The networkInterface attachment ID '" + id + "' does not exist"};
}

// The interface that the call sees attached so, as it is now.
NetworkInterface attached_interface(const Call& call, const std::string& attachment_id) {
  for (const auto* seen : call.world.network_interfaces.all_seen(call.view)) {
    if (!seen->attachment || seen->attachment->id != attachment_id) continue;
    auto interface = changeable_interface(call, seen->id);
    if (!interface.attachment || interface.attachment->id != attachment_id)
      throw no_attachment(attachment_id);
    return interface;
  }
  throw no_attachment(attachment_id);
}

void check_attachable(const Call& call, const NetworkInterface& interface, const Instance& instance) {
  if (interface.attachment)
    throw Error{"InvalidNetworkInterface.InUse", "Interface: [" + interface.id + "] in use."};
  if (instance.state != "running" && instance.state != "stopped")
    throw Error{"IncorrectInstanceState", "The instance '" + instance.id + "' is " + instance.state +
                                              ", neither 'running' nor 'stopped'."};
  if (zone_of(call.world, interface.subnet_id) != zone_of(call.world, instance.subnet_id))
    throw Error{"InvalidParameterCombination",
                "You may not attach a network interface to an instance if they are not in the same "
                "availability zone"};
}

}  // namespace

void attach_network_interface(Call& call) {
  const auto& params = call.params;
  auto interface = changeable_interface(call, params.required("NetworkInterfaceId"));
  const auto instance = changeable_instance(call, params.required("InstanceId"));
  const int device_index = required_number(params, "DeviceIndex");
  const int card_index = params.number("NetworkCardIndex").value_or(0);
  check_attachable(call, interface, instance);
  const auto* type = type_of(call.world, instance);
  check_place(attached_to(call.world, instance.id), instance, type, card_index, device_index);
  if (type && places_taken(interface) > type->ipv4_addresses_per_interface)
    throw Error{"PrivateIpAddressLimitExceeded",
                "Number of private addresses exceeds the limit of " + type->id + "."};

  Attachment attachment;
  attachment.id = call.world.new_id("eni-attach-");
  attachment.instance_id = instance.id;
  attachment.device_index = device_index;
  attachment.network_card_index = card_index;
  attachment.since = call.now;
  attachment.due = call.now + call.world.settings.attach;
  put(call.answer, "attachmentId", attachment.id);
  put(call.answer, "networkCardIndex", card_index);
  interface.status = "in-use";
  interface.attachment = std::move(attachment);
  call.world.network_interfaces.put(std::move(interface), call.now);
}

void detach_network_interface(Call& call) {
  const auto id = call.params.required("AttachmentId");
  if (id.starts_with("ela-attach-"))
    throw Error{"OperationNotPermitted", "You are not allowed to manage 'ela-attach' attachments."};
  if (!id.starts_with("eni-attach-"))
    throw Error{"InvalidNetworkInterfaceAttachmentId.Malformed",
                "Invalid id: \"" + id + "\" (expecting \"eni-attach-...\")"};
  auto interface = attached_interface(call, id);
  if (is_primary(interface))
    throw Error{"OperationNotPermitted",
                "The network interface at device index 0 and networkCard index 0 cannot be detached."};
  auto& attachment = *interface.attachment;
  // Asked for again it ends no later; forced, it ends at once.
  const auto due = call.params.flag("Force") ? call.now : call.now + call.world.settings.detach;
  attachment.due = attachment.status == "detaching" ? std::min(attachment.due, due) : due;
  attachment.status = "detaching";
  call.world.network_interfaces.put(std::move(interface), call.now);
  put_done(call);
}

}  // namespace ec2_double
