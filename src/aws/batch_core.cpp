#include "aws/batch_core.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace aws {
namespace {

bool tag_matches(const Tags& tags, std::string_view filter, std::string_view value) {
  if (filter == "tag-key") return tags.contains(std::string(value));
  if (!filter.starts_with("tag:")) return false;
  const auto tag = tags.find(std::string(filter.substr(4)));
  return tag != tags.end() && tag->second == value;
}

bool knows_tag_filter(std::string_view name) {
  return name == "tag-key" || (name.starts_with("tag:") && name.size() > 4);
}

std::optional<std::uint32_t> ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned byte = 256;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), byte);
    if (error != std::errc() || byte > 255) return std::nullopt;
    address = address << 8 | byte;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (part == 3) break;
    if (text.empty() || text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

bool in_prefix(std::string_view prefix, std::uint32_t address) {
  const auto slash = prefix.find('/');
  if (slash == std::string_view::npos) return false;
  const auto network = ipv4(prefix.substr(0, slash));
  unsigned bits = 33;
  const auto length = prefix.substr(slash + 1);
  std::from_chars(length.data(), length.data() + length.size(), bits);
  if (!network || bits > 32) return false;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return (address & mask) == (*network & mask);
}

bool has_private_address(const NetworkInterface& interface, std::string_view value) {
  if (interface.private_ip_address == value) return true;
  for (const auto& address : interface.private_ip_addresses)
    if (address.private_ip_address == value) return true;
  // An address out of a delegated prefix is listed nowhere.
  if (interface.ipv4_prefixes.empty()) return false;
  const auto address = ipv4(value);
  return address && std::any_of(interface.ipv4_prefixes.begin(), interface.ipv4_prefixes.end(),
                                [&](const std::string& prefix) { return in_prefix(prefix, *address); });
}

// Filters on one plain field.
template <class Item>
struct Field {
  std::string_view filter;
  std::string Item::*member;
};

constexpr std::array kAddressFields{
    Field<Address>{"allocation-id", &Address::allocation_id},
    Field<Address>{"association-id", &Address::association_id},
    Field<Address>{"instance-id", &Address::instance_id},
    Field<Address>{"network-border-group", &Address::network_border_group},
    Field<Address>{"network-interface-id", &Address::network_interface_id},
    Field<Address>{"network-interface-owner-id", &Address::network_interface_owner_id},
    Field<Address>{"private-ip-address", &Address::private_ip_address},
    Field<Address>{"public-ip", &Address::public_ip},
};

constexpr std::array kInterfaceFields{
    Field<NetworkInterface>{"attachment.attachment-id", &NetworkInterface::attachment_id},
    Field<NetworkInterface>{"attachment.instance-id", &NetworkInterface::instance_id},
    Field<NetworkInterface>{"mac-address", &NetworkInterface::mac_address},
    Field<NetworkInterface>{"network-interface-id", &NetworkInterface::network_interface_id},
    Field<NetworkInterface>{"subnet-id", &NetworkInterface::subnet_id},
    Field<NetworkInterface>{"vpc-id", &NetworkInterface::vpc_id},
};

constexpr std::array kInstanceFields{Field<Instance>{"instance-id", &Instance::instance_id}};
constexpr std::array kInstanceTypeFields{Field<InstanceType>{"instance-type", &InstanceType::instance_type}};
constexpr std::array kSubnetFields{Field<Subnet>{"subnet-id", &Subnet::subnet_id}};
constexpr std::array kGroupFields{
    Field<SecurityGroup>{"group-id", &SecurityGroup::group_id},
    Field<SecurityGroup>{"group-name", &SecurityGroup::group_name},
};

constexpr std::string_view kAnyPrivateAddress = "addresses.private-ip-address";

template <class Fields>
auto find(const Fields& fields, std::string_view filter) {
  return std::find_if(fields.begin(), fields.end(),
                      [&](const auto& field) { return field.filter == filter; });
}

template <class Fields, class Item>
bool matches_field(const Fields& fields, const Item& item, std::string_view filter, std::string_view value) {
  const auto field = find(fields, filter);
  return field != fields.end() && !value.empty() && item.*field->member == value;
}

}  // namespace

bool matches(const Address& address, std::string_view filter, std::string_view value) {
  return matches_field(kAddressFields, address, filter, value) || tag_matches(address.tags, filter, value);
}

bool matches(const NetworkInterface& interface, std::string_view filter, std::string_view value) {
  if (filter == kAnyPrivateAddress) return !value.empty() && has_private_address(interface, value);
  return matches_field(kInterfaceFields, interface, filter, value) ||
         tag_matches(interface.tags, filter, value);
}

bool matches(const Instance& instance, std::string_view filter, std::string_view value) {
  return matches_field(kInstanceFields, instance, filter, value);
}

bool matches(const InstanceType& type, std::string_view filter, std::string_view value) {
  return matches_field(kInstanceTypeFields, type, filter, value);
}

bool matches(const Subnet& subnet, std::string_view filter, std::string_view value) {
  return matches_field(kSubnetFields, subnet, filter, value);
}

bool matches(const SecurityGroup& group, std::string_view filter, std::string_view value) {
  return matches_field(kGroupFields, group, filter, value);
}

bool matches(const PublicIpv4Pool&, std::string_view, std::string_view) {
  return true;
}

const std::string& identity(const Address& address) {
  return address.allocation_id.empty() ? address.public_ip : address.allocation_id;
}

const std::string& identity(const NetworkInterface& interface) {
  return interface.network_interface_id;
}

const std::string& identity(const Instance& instance) {
  return instance.instance_id;
}

const std::string& identity(const InstanceType& type) {
  return type.instance_type;
}

const std::string& identity(const Subnet& subnet) {
  return subnet.subnet_id;
}

const std::string& identity(const SecurityGroup& group) {
  return group.group_id;
}

const std::string& identity(const PublicIpv4Pool& pool) {
  return pool.pool_id;
}

bool knows_address_filter(std::string_view name) {
  return knows_tag_filter(name) || find(kAddressFields, name) != kAddressFields.end();
}

bool knows_interface_filter(std::string_view name) {
  return knows_tag_filter(name) || name == kAnyPrivateAddress ||
         find(kInterfaceFields, name) != kInterfaceFields.end();
}

}  // namespace aws
