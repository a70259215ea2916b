#include <algorithm>
#include <utility>

#include "ec2_double/attachments.hpp"
#include "ec2_double/effects.hpp"
#include "ec2_double/interface_actions.hpp"
#include "ec2_double/interface_request.hpp"
#include "ec2_double/ipv6.hpp"
#include "ec2_double/known_ids.hpp"

namespace ec2_double {
namespace {

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::vector<std::string> each_once(std::vector<std::string> texts) {
  std::vector<std::string> found;
  for (auto& text : texts)
    if (!contains(found, text)) found.push_back(std::move(text));
  return found;
}

AddressChoice choice_of(const Params& params) {
  AddressChoice choice{.addresses = each_once(params.list("PrivateIpAddress")),
                       .address_count = params.number("SecondaryPrivateIpAddressCount"),
                       .prefixes = each_once(params.list("Ipv4Prefix")),
                       .prefix_count = params.number("Ipv4PrefixCount")};
  if (choice.is_empty())
    throw Error{
        "MissingParameter",
        "The request must contain private addresses, a count of them, prefixes, or a count of prefixes."};
  check_choice(choice);
  return choice;
}

// The other interface of the subnet that has the address as one of its own; nullptr if it lies in a prefix.
const NetworkInterface* owner_of(const World& world, const std::string& subnet_id, const std::string& ip) {
  for (const auto* interface : world.network_interfaces.all())
    if (interface->subnet_id == subnet_id && contains(interface->private_ip_addresses, ip)) return interface;
  return nullptr;
}

// Addresses that are taken from other interfaces: address -> interface.
using Moves = std::map<std::string, std::string>;

// Takes those that are free. Those of other interfaces are to be moved, if the call allows it and they are
// not primary. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html
Moves take_or_move(const Call& call, const NetworkInterface& interface, const std::vector<std::string>& ips,
                   SubnetSpace& space) {
  Moves moves;
  std::string refused;
  for (const auto& ip : ips) {
    if (!space.is_taken(ip)) {
      space.take(ip);
      continue;
    }
    const auto* owner = owner_of(call.world, interface.subnet_id, ip);
    if (!owner) throw Error{"InvalidIPAddress.InUse", "The address " + ip + " is part of a prefix in use."};
    if (owner->id == interface.id) continue;
    if (!call.params.flag("AllowReassignment"))
      refused += (refused.empty() ? "" : ", ") + ip;
    else if (ip == owner->private_ip_addresses.front())
      throw Error{"InvalidIPAddress.InUse",
                  "The address " + ip + " is the primary one of another interface."};
    moves[ip] = owner->id;
  }
  if (!refused.empty())
    throw Error{"InvalidParameterValue", "[" + refused + "] assigned, but move is not allowed."};
  return moves;
}

// An Elastic IP address on the private address goes with it.
void move_address(Call& call, const std::string& ip, const std::string& from, const std::string& to) {
  NetworkInterface previous = *call.world.network_interfaces.latest(from);
  std::erase(previous.private_ip_addresses, ip);
  call.world.network_interfaces.put(std::move(previous), call.now);
  if (const auto* found = address_on(call.world, from, ip)) {
    Address address = *found;
    address.association->network_interface_id = to;
    call.world.addresses.put(std::move(address), call.now);
  }
}

void check_places(const World& world, const NetworkInterface& interface) {
  if (!interface.attachment) return;
  const auto* instance = world.instances.latest(interface.attachment->instance_id);
  const auto* type = instance ? type_of(world, *instance) : nullptr;
  if (type && places_taken(interface) > type->ipv4_addresses_per_interface)
    throw Error{"PrivateIpAddressLimitExceeded",
                interface.id + ": Number of private addresses will exceed limit."};
}

void put_items(pugi::xml_node node, const char* set, const char* name,
               const std::vector<std::string>& values) {
  auto items = node.append_child(set);
  for (const auto& value : values) put(items.append_child("item"), name, value);
}

void put_plain_items(pugi::xml_node node, const char* set, const std::vector<std::string>& values) {
  auto items = node.append_child(set);
  for (const auto& value : values) put(items, "item", value);
}

}  // namespace

void assign_private_ip_addresses(Call& call) {
  auto interface = changeable_interface(call, call.params.required("NetworkInterfaceId"));
  auto choice = choice_of(call.params);
  SubnetSpace space(call.world, known_subnet(call, interface.subnet_id));
  const auto moves = take_or_move(call, interface, choice.addresses, space);
  for (const auto& prefix : choice.prefixes)
    if (!contains(interface.ipv4_prefixes, prefix)) space.take_prefix(prefix);
  const auto addresses =
      choice.address_count ? take_counted_addresses(call.world, space, choice) : std::move(choice.addresses);
  const auto prefixes =
      choice.prefix_count ? take_counted_prefixes(call.world, space, choice) : std::move(choice.prefixes);
  for (const auto& ip : addresses)
    if (!contains(interface.private_ip_addresses, ip)) interface.private_ip_addresses.push_back(ip);
  for (const auto& prefix : prefixes)
    if (!contains(interface.ipv4_prefixes, prefix)) interface.ipv4_prefixes.push_back(prefix);
  check_places(call.world, interface);

  for (const auto& [ip, from] : moves) move_address(call, ip, from, interface.id);
  put(call.answer, "networkInterfaceId", interface.id);
  if (!addresses.empty())
    put_items(call.answer, "assignedPrivateIpAddressesSet", "privateIpAddress", addresses);
  if (!prefixes.empty()) put_items(call.answer, "assignedIpv4PrefixSet", "ipv4Prefix", prefixes);
  call.world.network_interfaces.put(std::move(interface), call.now);
  put_done(call);
}

void unassign_private_ip_addresses(Call& call) {
  const auto interface = changeable_interface(call, call.params.required("NetworkInterfaceId"));
  const auto ips = each_once(call.params.list("PrivateIpAddress"));
  const auto prefixes = each_once(call.params.list("Ipv4Prefix"));
  if (ips.empty() && prefixes.empty())
    throw Error{"MissingParameter", "The request must contain private addresses or prefixes."};
  const auto& own = interface.private_ip_addresses;
  if (contains(ips, own.front()))
    throw Error{"InvalidParameterValue", "The primary private address " + own.front() + " of " +
                                             interface.id + " cannot be unassigned."};
  const bool all_there =
      std::all_of(ips.begin(), ips.end(), [&](const auto& ip) { return contains(own, ip); }) &&
      std::all_of(prefixes.begin(), prefixes.end(),
                  [&](const auto& prefix) { return contains(interface.ipv4_prefixes, prefix); });
  if (!all_there)
    throw Error{"InvalidParameterValue",
                "Some of the specified addresses are not assigned to interface " + interface.id};
  for (const auto* part : {&ips, &prefixes})
    for (const auto& what : *part) unassign(call.world, interface.id, what, call.now);
  put_done(call);
}

void assign_ipv6_addresses(Call& call) {
  auto interface = changeable_interface(call, call.params.required("NetworkInterfaceId"));
  auto addresses = each_once(call.params.list("Ipv6Addresses"));
  const auto count = call.params.number("Ipv6AddressCount");
  if (addresses.empty() == !count)
    throw Error{addresses.empty() ? "MissingParameter" : "InvalidParameterCombination",
                "The request must contain either IPv6 addresses or a count of them."};
  for (const auto* other : call.world.network_interfaces.all())
    for (const auto& ip : addresses)
      if (contains(other->ipv6_addresses, ip))
        throw Error{"InvalidIPAddress.InUse", "The address " + ip + " is already in use."};
  for (int i = 0; i < count.value_or(0); ++i) addresses.push_back(new_ipv6_address(call.world));
  interface.ipv6_addresses.insert(interface.ipv6_addresses.end(), addresses.begin(), addresses.end());
  put(call.answer, "networkInterfaceId", interface.id);
  put_plain_items(call.answer, "assignedIpv6Addresses", addresses);
  call.world.network_interfaces.put(std::move(interface), call.now);
}

void unassign_ipv6_addresses(Call& call) {
  auto interface = changeable_interface(call, call.params.required("NetworkInterfaceId"));
  const auto addresses = each_once(call.params.list("Ipv6Addresses"));
  for (const auto& ip : addresses)
    if (std::erase(interface.ipv6_addresses, ip) == 0)
      throw Error{"InvalidParameterValue",
                  "Some of the specified addresses are not assigned to interface " + interface.id};
  put(call.answer, "networkInterfaceId", interface.id);
  put_plain_items(call.answer, "unassignedIpv6Addresses", addresses);
  call.world.network_interfaces.put(std::move(interface), call.now);
}

}  // namespace ec2_double
