#include "ec2_double/world.hpp"

#include <algorithm>
#include <cstdio>

#include "ec2_double/draw.hpp"
#include "ec2_double/error.hpp"
#include "ec2_double/ipv4.hpp"

namespace ec2_double {
namespace {

bool is_in_use(const World& world, const std::string& public_ip) {
  if (world.others_addresses.contains(public_ip) || world.recoverable.contains(public_ip)) return true;
  const auto addresses = world.addresses.all();
  const auto interfaces = world.network_interfaces.all();
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const Address* address) { return address->public_ip == public_ip; }) ||
         std::any_of(interfaces.begin(), interfaces.end(), [&](const NetworkInterface* interface) {
           return interface->auto_assigned_public_ip == public_ip;
         });
}

void add_zone(World& world, const std::string& name, const std::string& group, const std::string& type) {
  world.availability_zones[name] = {.id = name, .network_border_group = group, .zone_type = type};
}

void add_type(World& world, const std::string& name, int addresses, const std::vector<int>& network_cards) {
  InstanceType type{.id = name,
                    .maximum_network_interfaces = 0,
                    .ipv4_addresses_per_interface = addresses,
                    .network_cards = network_cards};
  for (const int interfaces : network_cards) type.maximum_network_interfaces += interfaces;
  world.instance_types[name] = type;
}

}  // namespace

World::World(std::string region_name, std::uint64_t seed_number)
    : region(std::move(region_name)), seed(seed_number), state_(mix(seed_number)) {
  for (const char letter : {'a', 'b', 'c'}) add_zone(*this, region + letter, region, "availability-zone");
  add_zone(*this, region + "-bos-1a", region + "-bos-1", "local-zone");
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html
  add_type(*this, "t3.micro", 2, {2});
  add_type(*this, "m5.large", 10, {3});
  add_type(*this, "m5.xlarge", 15, {4});
  add_type(*this, "m5.4xlarge", 30, {8});
  add_type(*this, "p4d.24xlarge", 50, {15, 15, 15, 15});
}

std::string World::new_id(std::string_view prefix) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "0%016llx", static_cast<unsigned long long>(draw()));
  return std::string(prefix) + digits;
}

std::string World::new_public_ip() {
  constexpr std::uint32_t kFirst = 198u << 24 | 18u << 16;
  constexpr std::uint32_t kCount = 1u << 17;
  const auto start = draw();
  for (std::uint32_t step = 0; step < kCount; ++step)
    if (auto ip = format_ipv4(kFirst + static_cast<std::uint32_t>((start + step) % kCount));
        !is_in_use(*this, ip))
      return ip;
  throw Error{"InsufficientAddressCapacity", "There is no free address left", 503};
}

std::string World::new_mac_address() {
  const auto number = draw();
  char text[24];
  std::snprintf(text, sizeof text, "02:%02x:%02x:%02x:%02x:%02x", static_cast<unsigned>(number & 255),
                static_cast<unsigned>(number >> 8 & 255), static_cast<unsigned>(number >> 16 & 255),
                static_cast<unsigned>(number >> 24 & 255), static_cast<unsigned>(number >> 32 & 255));
  return text;
}

std::uint64_t World::draw() {
  return mix(state_++);
}

}  // namespace ec2_double
