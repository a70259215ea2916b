// What people do in EC2 by hand.

#include "ec2_double/effects.hpp"
#include "simulation/users.hpp"

namespace simulation {

// One that carries our tags, as a rule.
std::optional<ec2_double::Address> Users::any_address() {
  std::vector<ec2_double::Address> ours;
  for (const auto* address : world_.ec2.world.addresses.all())
    if (const auto tag = address->tags.find(kClusterTag);
        tag != address->tags.end() && tag->second == kCluster)
      ours.push_back(*address);
  if (ours.empty()) return std::nullopt;
  return chance_.one_of(ours);
}

void Users::take_off_by_hand() {
  const auto address = any_address();
  if (!address || !address->association) return;
  touched(address->id);
  ec2_double::disassociate(world_.ec2.world, address->id, world_.now());
  tell("disassociates " + address->id + " by hand");
}

void Users::move_by_hand() {
  const auto address = any_address();
  const auto ip = cluster_.idle_ip();
  if (!address || ip.empty()) return;
  for (const auto* interface : world_.ec2.world.network_interfaces.all()) {
    if (interface->subnet_id == kOtherVpcSubnet || !ec2_double::holds(*interface, ip)) continue;
    if (const auto* there = ec2_double::address_on(world_.ec2.world, interface->id, ip)) touched(there->id);
    touched(address->id);
    ec2_double::associate(world_.ec2.world, address->id, interface->id, ip, world_.now());
    tell("moves " + address->id + " to " + ip + " by hand");
    return;
  }
}

void Users::release_by_hand() {
  const auto address = any_address();
  if (!address) return;
  touched(address->id);
  ec2_double::disassociate(world_.ec2.world, address->id, world_.now());
  auto& ec2 = world_.ec2.world;
  ec2.addresses.erase(address->id, world_.now());
  ec2.released[address->id] = address->public_ip;
  const bool taken = chance_.with(0.3);
  if (taken)
    ec2.others_addresses.insert(address->public_ip);
  else if (address->public_ipv4_pool == "amazon")
    ec2.recoverable.insert(address->public_ip);
  tell("releases " + address->id + " (" + address->public_ip + ") by hand" +
       (taken ? ", and somebody else gets it" : ""));
}

void Users::tag_by_hand() {
  auto address = any_address();
  if (!address) return;
  touched(address->id);
  const int what = chance_.between(0, 4);
  if (what == 0) {
    address->tags = {{"Name", "mine"}};
    tell("strips the tags of " + address->id + " by hand");
  } else if (what == 1) {
    address->tags.erase("team");
    tell("removes the tag team of " + address->id + " by hand");
  } else if (what == 2) {
    address->tags["team"] = "hand";
    tell("changes the tag team of " + address->id + " by hand");
  } else {
    address->tags["Name"] = "by hand";
    tell("adds a tag to " + address->id + " by hand");
  }
  world_.ec2.world.addresses.put(*address, world_.now());
}

void Users::put_other_address_on_pod() {
  const auto pod = any_pod();
  if (!pod || pod->ip.empty()) return;
  const std::string id = "eipalloc-00000000000000002";
  for (const auto* interface : world_.ec2.world.network_interfaces.all()) {
    if (interface->subnet_id == kOtherVpcSubnet || !ec2_double::holds(*interface, pod->ip)) continue;
    if (const auto* there = ec2_double::address_on(world_.ec2.world, interface->id, pod->ip))
      touched(there->id);
    touched(id);
    ec2_double::associate(world_.ec2.world, id, interface->id, pod->ip, world_.now());
    tell("puts " + id + ", which is no EIP's, on " + pod->ip + " of pod " + pod->ns + "/" + pod->name);
    return;
  }
}

void Users::take_other_address_off() {
  const std::string id = "eipalloc-00000000000000002";
  touched(id);
  ec2_double::disassociate(world_.ec2.world, id, world_.now());
  tell("takes " + id + " off by hand");
}

}  // namespace simulation
