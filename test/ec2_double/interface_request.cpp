#include "ec2_double/interface_request.hpp"

#include <algorithm>

#include "ec2_double/ipv6.hpp"
#include "ec2_double/known_ids.hpp"
#include "ec2_double/security_group_actions.hpp"

namespace ec2_double {
namespace {

void check_count(std::optional<int> count, const char* name) {
  if (count && *count < 1)
    throw Error{"InvalidParameterValue", "Value (" + std::to_string(*count) + ") for parameter " + name +
                                             " is invalid. Value must be a positive number."};
}

std::vector<std::string> default_group(const World& world, const std::string& vpc_id) {
  for (const auto* group : world.security_groups.all())
    if (group->vpc_id == vpc_id && is_default(*group)) return {group->id};
  return {};
}

// The addresses by name, the primary one apart.
struct NamedAddresses {
  std::string primary;
  std::vector<std::string> others;
};

NamedAddresses named_addresses(const Params& params, const std::string& prefix) {
  NamedAddresses named{.primary = params.text(prefix + "PrivateIpAddress"), .others = {}};
  for (const auto& item : params.structures(prefix + "PrivateIpAddresses")) {
    const auto ip = params.required(item + ".PrivateIpAddress");
    if (!params.flag(item + ".Primary")) {
      named.others.push_back(ip);
    } else if (named.primary.empty()) {
      named.primary = ip;
    } else {
      throw Error{"InvalidParameterCombination", "Only one primary private IP address can be specified."};
    }
  }
  return named;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void add_addresses(Call& call, const std::string& prefix, SubnetSpace& space, NetworkInterface& interface) {
  const auto& params = call.params;
  auto named = named_addresses(params, prefix);
  AddressChoice choice{.addresses = std::move(named.others),
                       .address_count = params.number(prefix + "SecondaryPrivateIpAddressCount"),
                       .prefixes = {},
                       .prefix_count = params.number(prefix + "Ipv4PrefixCount")};
  for (const auto& item : params.structures(prefix + "Ipv4Prefix"))
    choice.prefixes.push_back(params.required(item + ".Ipv4Prefix"));
  check_choice(choice);

  // Those with a name first: none that EC2 chooses may be in their way.
  if (!named.primary.empty()) space.take(named.primary);
  for (const auto& ip : choice.addresses) space.take(ip);
  for (const auto& block : choice.prefixes) space.take_prefix(block);
  interface.private_ip_addresses = {named.primary.empty() ? space.take_any(call.world.draw())
                                                          : named.primary};
  append(interface.private_ip_addresses, choice.addresses);
  append(interface.private_ip_addresses, take_counted_addresses(call.world, space, choice));
  append(interface.ipv4_prefixes, choice.prefixes);
  append(interface.ipv4_prefixes, take_counted_prefixes(call.world, space, choice));

  for (const auto& item : params.structures(prefix + "Ipv6Addresses"))
    interface.ipv6_addresses.push_back(params.required(item + ".Ipv6Address"));
  for (int i = 0; i < params.number(prefix + "Ipv6AddressCount").value_or(0); ++i)
    interface.ipv6_addresses.push_back(new_ipv6_address(call.world));
}

}  // namespace

bool AddressChoice::is_empty() const {
  return addresses.empty() && !address_count && prefixes.empty() && !prefix_count;
}

void check_choice(const AddressChoice& choice) {
  const int ways = int{!choice.addresses.empty()} + int{choice.address_count.has_value()} +
                   int{!choice.prefixes.empty()} + int{choice.prefix_count.has_value()};
  if (ways > 1)
    throw Error{"InvalidParameterCombination",
                "Specify one of private addresses, a count of them, prefixes, or a count of prefixes."};
  check_count(choice.address_count, "secondaryPrivateIpAddressCount");
  check_count(choice.prefix_count, "ipv4PrefixCount");
}

std::vector<std::string> take_counted_addresses(World& world, SubnetSpace& space,
                                                const AddressChoice& choice) {
  std::vector<std::string> taken;
  for (int i = 0; i < choice.address_count.value_or(0); ++i) taken.push_back(space.take_any(world.draw()));
  return taken;
}

std::vector<std::string> take_counted_prefixes(World& world, SubnetSpace& space,
                                               const AddressChoice& choice) {
  std::vector<std::string> taken;
  for (int i = 0; i < choice.prefix_count.value_or(0); ++i)
    taken.push_back(space.take_any_prefix(world.draw()));
  return taken;
}

std::vector<std::string> known_groups(const Call& call, const std::vector<std::string>& ids,
                                      const std::string& vpc_id) {
  std::vector<std::string> groups;
  for (const auto& id : ids) {
    if (known_group(call, id).vpc_id != vpc_id)
      throw Error{"InvalidGroup.NotFound",
                  "The security group '" + id + "' does not exist in VPC '" + vpc_id + "'"};
    if (std::find(groups.begin(), groups.end(), id) == groups.end()) groups.push_back(id);
  }
  if (static_cast<int>(groups.size()) > call.world.settings.quotas.groups_per_interface)
    throw Error{"SecurityGroupsPerInterfaceLimitExceeded",
                "The maximum number of security groups per interface has been reached."};
  return groups;
}

void check_interface_quota(const World& world, int more) {
  if (static_cast<int>(world.network_interfaces.all().size()) + more >
      world.settings.quotas.network_interfaces)
    throw Error{"NetworkInterfaceLimitExceeded",
                "The maximum number of network interfaces has been reached."};
}

NetworkInterface requested_interface(Call& call, const std::string& prefix, const Subnet& subnet,
                                     SubnetSpace& space) {
  NetworkInterface interface;
  interface.subnet_id = subnet.id;
  interface.groups = known_groups(call, call.params.list(prefix + "SecurityGroupId"), subnet.vpc_id);
  if (interface.groups.empty()) interface.groups = default_group(call.world, subnet.vpc_id);
  interface.description = call.params.text(prefix + "Description");
  interface.interface_type = call.params.text(prefix + "InterfaceType", "interface");
  add_addresses(call, prefix, space, interface);
  interface.id = call.world.new_id("eni-");
  interface.mac_address = call.world.new_mac_address();
  return interface;
}

}  // namespace ec2_double
