#include "ec2_double/subnet_space.hpp"

#include "ec2_double/error.hpp"

namespace ec2_double {
namespace {

// The network's address, the router, the name server, one for later.
constexpr std::uint32_t kReservedAtStart = 4;

Error in_use() {
  return {"InvalidIPAddress.InUse", "The specified address is already in use."};
}

}  // namespace

SubnetSpace::SubnetSpace(const World& world, const Subnet& subnet)
    : block_(parse_ipv4_block(subnet.cidr_block).value_or(Ipv4Block{})),
      taken_(block_.size()),
      available_(static_cast<int>(block_.size())) {
  mark_if_inside({block_.first, block_.first + kReservedAtStart - 1});
  mark_if_inside({block_.last, block_.last});
  for (const auto* interface : world.network_interfaces.all()) {
    if (interface->subnet_id != subnet.id) continue;
    for (const auto& ip : interface->private_ip_addresses)
      if (const auto address = parse_ipv4(ip)) mark_if_inside({*address, *address});
    for (const auto& prefix : interface->ipv4_prefixes)
      if (const auto block = parse_ipv4_block(prefix)) mark_if_inside(*block);
  }
}

void SubnetSpace::take(const std::string& ip) {
  const auto index = usable_index(ip);
  if (taken_[index]) throw in_use();
  mark(index, 1);
}

std::string SubnetSpace::take_any(std::uint64_t draw) {
  const auto size = block_.size();
  for (std::uint64_t step = 0; step < size && available_ > 0; ++step) {
    const auto index = static_cast<std::uint32_t>((draw + step) % size);
    if (taken_[index]) continue;
    mark(index, 1);
    return format_ipv4(block_.first + index);
  }
  throw Error{"InsufficientFreeAddressesInSubnet",
              "The specified subnet does not have enough free addresses to satisfy the request."};
}

void SubnetSpace::take_prefix(const std::string& cidr) {
  const auto wanted = parse_ipv4_block(cidr);
  if (!wanted || wanted->size() != kPrefixSize || !block_.contains(wanted->first) ||
      wanted->first == block_.first || wanted->last == block_.last)
    throw Error{"InvalidParameterValue", "invalid value for parameter Ipv4Prefix: " + cidr};
  const auto index = wanted->first - block_.first;
  if (!is_free(index, kPrefixSize)) throw in_use();
  mark(index, kPrefixSize);
}

std::string SubnetSpace::take_any_prefix(std::uint64_t draw) {
  const auto blocks = block_.size() / kPrefixSize;
  for (std::uint64_t step = 0; step < blocks; ++step) {
    const auto index = static_cast<std::uint32_t>((draw + step) % blocks) * kPrefixSize;
    if (!is_free(index, kPrefixSize)) continue;
    mark(index, kPrefixSize);
    return format_ipv4(block_.first + index) + "/28";
  }
  throw Error{"InsufficientCidrBlocks",
              "The specified subnet does not have enough free cidr blocks to satisfy the request."};
}

bool SubnetSpace::is_taken(const std::string& ip) const {
  return taken_[usable_index(ip)];
}

std::uint32_t SubnetSpace::usable_index(const std::string& ip) const {
  const auto address = parse_ipv4(ip);
  if (!address) throw Error{"InvalidParameterValue", "invalid value for parameter address: " + ip};
  if (!block_.contains(*address))
    throw Error{"InvalidParameterValue", "Address does not fall within the subnet's address range"};
  if (*address - block_.first < kReservedAtStart || *address == block_.last)
    throw Error{"InvalidParameterValue", "Address is in subnet's reserved address range"};
  return *address - block_.first;
}

bool SubnetSpace::is_free(std::uint32_t first, std::uint32_t count) const {
  for (auto index = first; index < first + count; ++index)
    if (taken_[index]) return false;
  return true;
}

void SubnetSpace::mark(std::uint32_t first, std::uint32_t count) {
  for (auto index = first; index < first + count; ++index) {
    if (!taken_[index]) --available_;
    taken_[index] = true;
  }
}

void SubnetSpace::mark_if_inside(const Ipv4Block& block) {
  if (block_.contains(block.first) && block_.contains(block.last))
    mark(block.first - block_.first, static_cast<std::uint32_t>(block.size()));
}

}  // namespace ec2_double
