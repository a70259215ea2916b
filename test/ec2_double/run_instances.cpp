#include "ec2_double/run_instances.hpp"

#include <map>
#include <utility>

#include "ec2_double/attachments.hpp"
#include "ec2_double/client_token.hpp"
#include "ec2_double/effects.hpp"
#include "ec2_double/instance_view.hpp"
#include "ec2_double/interface_request.hpp"
#include "ec2_double/known_ids.hpp"

namespace ec2_double {
namespace {

constexpr auto kDefaultType = "m1.small";

struct Launch {
  Instance instance;
  std::vector<NetworkInterface> interfaces;
};

// What is taken of each subnet, by the instances of this call too.
using Spaces = std::map<std::string, SubnetSpace>;

SubnetSpace& space_of(Call& call, Spaces& spaces, const Subnet& subnet) {
  return spaces.try_emplace(subnet.id, call.world, subnet).first->second;
}

// Unlike that of other calls, the specification may name several types of resources; some we do not have.
Tags tags_for(const Call& call, std::string_view resource_type) {
  Tags found;
  for (const auto& item : call.params.structures("TagSpecification"))
    if (call.params.text(item + ".ResourceType") == resource_type) found.merge(call.params.tags(item + '.'));
  check_tags(found, {}, call.world.settings.quotas.tags_per_resource);
  return found;
}

// The beginnings of the parameters of its interfaces; one that is empty stands for the request's own.
std::vector<std::string> interface_prefixes(const Params& params) {
  std::vector<std::string> prefixes;
  for (const auto& item : params.structures("NetworkInterface")) prefixes.push_back(item + '.');
  if (prefixes.empty()) return {""};
  if (params.has("SubnetId"))
    throw Error{
        "InvalidParameterCombination",
        "Network interfaces and an instance-level subnet ID may not be specified on the same request"};
  if (params.has("SecurityGroupId.1"))
    throw Error{
        "InvalidParameterCombination",
        "Network interfaces and an instance-level security groups may not be specified on the same request"};
  return prefixes;
}

NetworkInterface new_interface(Call& call, const std::string& prefix, Spaces& spaces) {
  const auto& params = call.params;
  if (!params.has(prefix + "SubnetId"))
    throw Error{"VPCIdNotSpecified", "No default VPC for this user: a subnet is needed."};
  const auto& subnet = known_subnet(call, params.text(prefix + "SubnetId"));
  auto interface = requested_interface(call, prefix, subnet, space_of(call, spaces, subnet));
  interface.tags = tags_for(call, "network-interface");
  const bool first = params.number(prefix + "DeviceIndex").value_or(0) == 0;
  interface.associate_public_ip_address =
      first && params.flag(prefix + "AssociatePublicIpAddress", subnet.map_public_ip_on_launch);
  if (interface.associate_public_ip_address) interface.auto_assigned_public_ip = call.world.new_public_ip();
  return interface;
}

NetworkInterface existing_interface(Call& call, const std::string& id) {
  auto interface = changeable_interface(call, id);
  if (interface.attachment)
    throw Error{"InvalidNetworkInterface.InUse", "Interface: [" + interface.id + "] in use."};
  return interface;
}

Attachment attachment_at_launch(Call& call, const std::string& prefix, bool is_new) {
  const auto& params = call.params;
  Attachment attachment;
  attachment.id = call.world.new_id("eni-attach-");
  attachment.device_index = params.number(prefix + "DeviceIndex").value_or(0);
  attachment.network_card_index = params.number(prefix + "NetworkCardIndex").value_or(0);
  attachment.delete_on_termination = params.flag(prefix + "DeleteOnTermination", is_new);
  attachment.since = call.now;
  attachment.due = call.now + call.world.settings.attach;
  return attachment;
}

void check_interfaces(const Launch& launch, const InstanceType& type) {
  std::vector<const NetworkInterface*> present;
  bool primary = false;
  for (const auto& interface : launch.interfaces) {
    check_place(present, launch.instance, &type, interface.attachment->network_card_index,
                interface.attachment->device_index);
    if (places_taken(interface) > type.ipv4_addresses_per_interface)
      throw Error{"InvalidInterface.IpAddressLimitExceeded",
                  "Number of private addresses exceeds the limit of " + type.id + "."};
    primary = primary || is_primary(interface);
    present.push_back(&interface);
  }
  if (!primary)
    throw Error{"InvalidParameterCombination", "A network interface with device index 0 is needed."};
}

Launch prepare(Call& call, const InstanceType& type, const std::string& reservation_id, Spaces& spaces) {
  Launch launch;
  launch.instance.id = call.world.new_id("i-");
  launch.instance.type = type.id;
  launch.instance.reservation_id = reservation_id;
  launch.instance.launch_time = call.now;
  launch.instance.state = "pending";
  launch.instance.due = call.now + call.world.settings.instance_start;
  launch.instance.tags = tags_for(call, "instance");
  for (const auto& prefix : interface_prefixes(call.params)) {
    const auto existing = call.params.text(prefix + "NetworkInterfaceId");
    auto interface =
        existing.empty() ? new_interface(call, prefix, spaces) : existing_interface(call, existing);
    interface.attachment = attachment_at_launch(call, prefix, existing.empty());
    interface.attachment->instance_id = launch.instance.id;
    interface.status = "in-use";
    launch.interfaces.push_back(std::move(interface));
  }
  launch.instance.subnet_id = launch.interfaces.front().subnet_id;
  check_interfaces(launch, type);
  return launch;
}

const InstanceType& known_type(const Call& call) {
  const auto name = call.params.text("InstanceType", kDefaultType);
  const auto found = call.world.instance_types.find(name);
  if (found == call.world.instance_types.end())
    throw Error{"InvalidParameterValue", "Invalid value '" + name + "' for InstanceType."};
  return found->second;
}

int wanted_count(const Params& params) {
  params.required("MinCount");
  params.required("MaxCount");
  const int least = *params.number("MinCount"), most = *params.number("MaxCount");
  if (least < 1 || most < least)
    throw Error{"InvalidParameterValue", "MinCount must be at least 1, and MaxCount not below it."};
  return most;  // here there is always enough capacity
}

void answer_reservation(Call& call, const std::string& reservation_id) {
  std::vector<const Instance*> instances;
  for (const auto* instance : call.world.instances.all())
    if (instance->reservation_id == reservation_id) instances.push_back(instance);
  if (instances.empty())
    throw Error{"IdempotentInstanceTerminated",
                "The client token was used for an instance that has been terminated."};
  // The answer shows what it made, however late reads see it.
  Call latest{call.world, call.params, call.now, View(call.now, Span{}, 0), call.answer};
  InstanceView(latest).show_reservation(call.answer, instances);
}

}  // namespace

void run_instances(Call& call) {
  if (const auto reservation_id = made_before(call)) return answer_reservation(call, *reservation_id);
  const auto& type = known_type(call);
  const int count = wanted_count(call.params);
  const auto reservation_id = call.world.new_id("r-");
  Spaces spaces;
  std::vector<Launch> launches;
  int interfaces = 0;
  for (int i = 0; i < count; ++i) {
    launches.push_back(prepare(call, type, reservation_id, spaces));
    interfaces += static_cast<int>(launches.back().interfaces.size());
  }
  check_interface_quota(call.world, interfaces);
  for (auto& launch : launches) {
    for (auto& interface : launch.interfaces)
      call.world.network_interfaces.put(std::move(interface), call.now);
    call.world.instances.put(std::move(launch.instance), call.now);
  }
  remember_token(call, reservation_id);
  answer_reservation(call, reservation_id);
}

}  // namespace ec2_double
