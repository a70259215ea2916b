#include <algorithm>

#include "ec2_double/effects.hpp"
#include "ec2_double/ipv4.hpp"

namespace ec2_double {
namespace {

bool is_on(const Address& address, std::string_view interface_id, std::string_view private_ip) {
  const auto& association = address.association;
  return association && association->network_interface_id == interface_id &&
         association->private_ip_address == private_ip;
}

void set_association(World& world, Address address, std::optional<Association> association, Time now) {
  address.association = std::move(association);
  world.addresses.put(std::move(address), now);
}

bool has_address(const World& world, const std::string& interface_id) {
  const auto addresses = world.addresses.all();
  return std::any_of(addresses.begin(), addresses.end(), [&](const Address* address) {
    return address->association && address->association->network_interface_id == interface_id;
  });
}

// An auto-assigned public IP comes back only to a running instance, and if no other private address has an
// address. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
void regain_public_ip(World& world, const Association& left, Time now) {
  const auto* interface = world.network_interfaces.latest(left.network_interface_id);
  if (!interface || !interface->attachment ||
      interface->private_ip_addresses.front() != left.private_ip_address || has_address(world, interface->id))
    return;
  const auto* instance = world.instances.latest(interface->attachment->instance_id);
  if (instance && instance->state == "running") assign_public_ip(world, *instance, now);
}

}  // namespace

const Address* address_on(const World& world, std::string_view interface_id, std::string_view private_ip) {
  const auto addresses = world.addresses.all();
  const auto found = std::find_if(addresses.begin(), addresses.end(), [&](const Address* address) {
    return is_on(*address, interface_id, private_ip);
  });
  return found == addresses.end() ? nullptr : *found;
}

std::map<std::pair<std::string, std::string>, const Address*> placed(const Call& call) {
  std::map<std::pair<std::string, std::string>, const Address*> found;
  for (const auto* address : call.world.addresses.all_seen(call.view))
    if (const auto& at = address->association)
      found.emplace(std::pair(at->network_interface_id, at->private_ip_address), address);
  return found;
}

bool holds(const NetworkInterface& interface, std::string_view private_ip) {
  const auto& addresses = interface.private_ip_addresses;
  const auto& prefixes = interface.ipv4_prefixes;
  return std::find(addresses.begin(), addresses.end(), private_ip) != addresses.end() ||
         std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return in_cidr(prefix, private_ip); });
}

bool in_cidr(std::string_view cidr, std::string_view ip) {
  const auto block = parse_ipv4_block(cidr);
  const auto address = parse_ipv4(ip);
  return block && address && block->contains(*address);
}

std::string associate(World& world, const std::string& allocation_id, const std::string& interface_id,
                      const std::string& private_ip, Time now) {
  const Address address = *world.addresses.latest(allocation_id);
  if (is_on(address, interface_id, private_ip)) return address.association->id;
  if (const auto* displaced = address_on(world, interface_id, private_ip))
    set_association(world, *displaced, std::nullopt, now);
  const Association association{world.new_id("eipassoc-"), interface_id, private_ip};
  set_association(world, address, association, now);
  auto interface = *world.network_interfaces.latest(interface_id);
  if (interface.private_ip_addresses.front() == private_ip && !interface.auto_assigned_public_ip.empty()) {
    interface.auto_assigned_public_ip.clear();
    world.network_interfaces.put(std::move(interface), now);
  }
  if (address.association) regain_public_ip(world, *address.association, now);
  return association.id;
}

void disassociate(World& world, const std::string& allocation_id, Time now) {
  const auto* found = world.addresses.latest(allocation_id);
  if (!found || !found->association) return;
  const Address address = *found;
  set_association(world, address, std::nullopt, now);
  regain_public_ip(world, *address.association, now);
}

void settle_reverse_dns(World& world, Time now) {
  for (auto due = world.addresses.next_due(); due && due->first <= now; due = world.addresses.next_due()) {
    Address address = *world.addresses.latest(due->second);
    address.ptr_record = std::exchange(address.ptr_update, {});
    address.ptr_due = {};
    world.addresses.put(std::move(address), due->first);
  }
}

}  // namespace ec2_double
