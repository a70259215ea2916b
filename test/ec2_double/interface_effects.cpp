#include <algorithm>
#include <optional>
#include <utility>

#include "ec2_double/effects.hpp"

namespace ec2_double {
namespace {

// EC2 shows terminated instances for about an hour.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
constexpr auto kTerminatedShown = std::chrono::hours(1);

std::vector<NetworkInterface> interfaces_of(const World& world, const std::string& instance_id) {
  std::vector<NetworkInterface> found;
  for (const auto* interface : world.network_interfaces.all())
    if (interface->attachment && interface->attachment->instance_id == instance_id)
      found.push_back(*interface);
  return found;
}

void detach(World& world, NetworkInterface interface, Time now) {
  interface.attachment.reset();
  interface.auto_assigned_public_ip.clear();
  interface.status = "available";
  world.network_interfaces.put(std::move(interface), now);
}

void settle_interface(World& world, const std::string& id, Time due) {
  NetworkInterface interface = *world.network_interfaces.latest(id);
  if (interface.attachment && interface.attachment->status == "detaching") {
    detach(world, std::move(interface), due);
    return;
  }
  if (interface.attachment)
    interface.attachment->status = "attached";
  else
    interface.status = "available";
  world.network_interfaces.put(std::move(interface), due);
}

void release_public_ips(World& world, const Instance& instance, Time now) {
  for (auto& interface : interfaces_of(world, instance.id)) {
    if (interface.auto_assigned_public_ip.empty()) continue;
    interface.auto_assigned_public_ip.clear();
    world.network_interfaces.put(std::move(interface), now);
  }
}

void give_up_interfaces(World& world, const Instance& instance, Time now) {
  for (auto& interface : interfaces_of(world, instance.id)) {
    if (interface.attachment->delete_on_termination)
      delete_interface(world, interface.id, now);
    else
      detach(world, std::move(interface), now);
  }
}

void settle_instance(World& world, const std::string& id, Time due) {
  Instance instance = *world.instances.latest(id);
  if (instance.state == "terminated") {
    world.instances.erase(id, due);
    return;
  }
  if (instance.state == "pending") {
    instance.state = "running";
    assign_public_ip(world, instance, due);
  } else if (instance.state == "stopping") {
    instance.state = "stopped";
    release_public_ips(world, instance, due);
  } else {
    instance.state = "terminated";
    instance.due = due + kTerminatedShown;
    give_up_interfaces(world, instance, due);
  }
  world.instances.put(std::move(instance), due);
}

}  // namespace

std::optional<Time> next_change(const Address& address) {
  return address.ptr_due == Time{} ? std::nullopt : std::optional(address.ptr_due);
}

std::optional<Time> next_change(const NetworkInterface& interface) {
  if (interface.attachment)
    return interface.attachment->status == "attached" ? std::nullopt
                                                      : std::optional(interface.attachment->due);
  return interface.status == "pending" ? std::optional(interface.due) : std::nullopt;
}

std::optional<Time> next_change(const Instance& instance) {
  if (instance.state == "running" || instance.state == "stopped") return std::nullopt;
  // One that was seeded as terminated and without a time stays.
  if (instance.state == "terminated" && instance.due == Time{}) return std::nullopt;
  return instance.due;
}

void assign_public_ip(World& world, const Instance& instance, Time now) {
  auto interfaces = interfaces_of(world, instance.id);
  if (interfaces.size() != 1) return;
  auto& interface = interfaces.front();
  if (!interface.associate_public_ip_address || !interface.auto_assigned_public_ip.empty() ||
      address_on(world, interface.id, interface.private_ip_addresses.front()))
    return;
  interface.auto_assigned_public_ip = world.new_public_ip();
  world.network_interfaces.put(std::move(interface), now);
}

void unassign(World& world, const std::string& interface_id, const std::string& private_ip_or_prefix,
              Time now) {
  for (const auto* address : world.addresses.all()) {
    const auto& association = address->association;
    if (association && association->network_interface_id == interface_id &&
        (association->private_ip_address == private_ip_or_prefix ||
         in_cidr(private_ip_or_prefix, association->private_ip_address)))
      disassociate(world, address->id, now);
  }
  NetworkInterface interface = *world.network_interfaces.latest(interface_id);
  std::erase(interface.private_ip_addresses, private_ip_or_prefix);
  std::erase(interface.ipv4_prefixes, private_ip_or_prefix);
  world.network_interfaces.put(std::move(interface), now);
}

void delete_interface(World& world, const std::string& interface_id, Time now) {
  for (const auto* address : world.addresses.all())
    if (address->association && address->association->network_interface_id == interface_id)
      disassociate(world, address->id, now);
  world.network_interfaces.erase(interface_id, now);
}

void settle(World& world, Time now) {
  if (const auto due = world.addresses.next_due(); due && due->first <= now) settle_reverse_dns(world, now);
  // In the order of time: what an instance does to its interfaces may come before or after what they do
  // themselves.
  for (;;) {
    const auto interface = world.network_interfaces.next_due();
    const auto instance = world.instances.next_due();
    const bool interface_first = interface && (!instance || interface->first <= instance->first);
    const auto& next = interface_first ? interface : instance;
    if (!next || next->first > now) return;
    if (interface_first)
      settle_interface(world, next->second, next->first);
    else
      settle_instance(world, next->second, next->first);
  }
}

}  // namespace ec2_double
