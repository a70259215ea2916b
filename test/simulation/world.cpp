#include "simulation/world.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

void add_subnet(ec2_double::World& world, const char* id, const char* vpc, const char* cidr,
                const char* zone) {
  ec2_double::Subnet subnet;
  subnet.id = id;
  subnet.vpc_id = vpc;
  subnet.cidr_block = cidr;
  subnet.availability_zone = zone;
  world.subnets.put(subnet, {});
}

void add_group(ec2_double::World& world, const char* id, const char* name, const char* vpc) {
  world.security_groups.put({id, name, "", vpc, {}}, {});
}

// Two VPCs with the same addresses, as companies have them.
ec2_double::World account(std::uint64_t seed, Chance chance) {
  ec2_double::World world(kRegion, seed);
  world.vpcs.put({kVpc, "10.0.0.0/16", "igw-1", {}}, {});
  world.vpcs.put({kOtherVpc, "10.0.0.0/16", "igw-2", {}}, {});
  world.internet_gateways.put({"igw-1", {}}, {});
  world.internet_gateways.put({"igw-2", {}}, {});
  add_subnet(world, kSubnet, kVpc, "10.0.0.0/24", "us-east-1a");
  add_subnet(world, kOtherZoneSubnet, kVpc, "10.0.1.0/24", "us-east-1b");
  add_subnet(world, kOtherVpcSubnet, kOtherVpc, "10.0.0.0/24", "us-east-1a");
  add_group(world, kSecurityGroup, "pods", kVpc);
  add_group(world, kWebGroup, "web", kVpc);
  add_group(world, "sg-0000000000000002a", "pods", kOtherVpc);
  world.pools.put({kPool, "ours", "", "203.0.113.0", 3, {}}, {});
  auto& settings = world.settings;
  settings.visibility = std::chrono::duration_cast<ec2_double::Span>(
      chance.with(0.3) ? base::Duration::zero() : chance.between(100ms, chance.with(0.2) ? 20s : 3s));
  settings.attach = std::chrono::duration_cast<ec2_double::Span>(chance.between(0s, 8s));
  settings.detach = std::chrono::duration_cast<ec2_double::Span>(chance.between(0s, 8s));
  settings.interface_create = std::chrono::duration_cast<ec2_double::Span>(chance.between(0s, 3s));
  settings.rate_limits = chance.with(0.5) ? 1 : 0;
  settings.quotas.addresses = chance.with(0.2) ? chance.between(4, 7) : 30;
  return world;
}

kube_double::Settings cluster(std::uint64_t seed, Chance chance) {
  kube_double::Settings settings;
  settings.seed = seed;
  settings.controller_delay = std::chrono::duration_cast<kube_double::Span>(chance.between(0s, 2s));
  settings.memory = chance.with(0.3) ? 1min : 10min;
  return settings;
}

}  // namespace

World::World(std::uint64_t number)
    : seed(number),
      chance(ec2_double::mix(number)),
      story(timeline),
      clock(timeline, outside.get_executor(), {}),
      ec2(account(number, chance.fork("account"))),
      kube(clock, outside.get_executor(), cluster(number, chance.fork("cluster"))),
      network(timeline, ec2, kube, chance.fork("network")) {}

}  // namespace simulation
