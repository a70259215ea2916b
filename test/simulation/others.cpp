#include "simulation/others.hpp"

#include "ec2_double/effects.hpp"
#include "simulation/facts.hpp"

namespace simulation {
namespace {

void add_address(ec2_double::World& ec2, const std::string& id, const std::string& ip,
                 ec2_double::Tags tags) {
  ec2_double::Address address;
  address.id = id;
  address.public_ip = ip;
  address.network_border_group = kRegion;
  address.tags = std::move(tags);
  ec2.addresses.put(address, {});
}

}  // namespace

void settle_others(World& world) {
  auto& ec2 = world.ec2.world;
  // In a VPC of the same range, with the addresses that pods of ours get; its id comes first in every list.
  ec2_double::NetworkInterface interface;
  interface.id = "eni-00000000000000000";
  interface.subnet_id = kOtherVpcSubnet;
  interface.groups = {"sg-0000000000000002a"};
  interface.mac_address = "02:00:00:00:01:00";
  for (int i = 11; i < 14; ++i) interface.private_ip_addresses.push_back("10.0.0." + std::to_string(i));
  for (int i = 64; i < 100; ++i) interface.private_ip_addresses.push_back("10.0.0." + std::to_string(i));
  ec2.network_interfaces.put(interface, {});
  add_address(ec2, "eipalloc-00000000000000001", "198.51.100.1",
              {{kClusterTag, "other"}, {kNamespaceTag, "shop"}, {kNameTag, "a"}, {kUidTag, "0-other-a"}});
  add_address(ec2, "eipalloc-00000000000000002", "198.51.100.2", {{"Name", "a person's"}});
  add_address(ec2, "eipalloc-00000000000000003", "198.51.100.3",
              {{kClusterTag, "other"}, {kNamespaceTag, "shop"}, {kNameTag, "b"}, {kUidTag, "0-other-b"}});
  ec2_double::associate(ec2, "eipalloc-00000000000000003", interface.id, "10.0.0.66", {});
}

}  // namespace simulation
