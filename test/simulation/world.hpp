#pragma once
// All that a history is about, without the operator and without those who act in it: time, the two servers,
// and the story.

#include <boost/asio/io_context.hpp>

#include "ec2_double/double.hpp"
#include "kube_double/server.hpp"
#include "simulation/chance.hpp"
#include "simulation/network.hpp"
#include "simulation/story.hpp"

namespace simulation {

namespace json = boost::json;

inline constexpr auto kRegion = "us-east-1";
inline constexpr auto kCluster = "sim";
inline constexpr auto kVpc = "vpc-0000000000000001a";
inline constexpr auto kOtherVpc = "vpc-0000000000000002b";
inline constexpr auto kSubnet = "subnet-0000000000000001a";
inline constexpr auto kOtherZoneSubnet = "subnet-0000000000000001b";
inline constexpr auto kOtherVpcSubnet = "subnet-0000000000000002a";
inline constexpr auto kSecurityGroup = "sg-0000000000000001a";
inline constexpr auto kWebGroup = "sg-0000000000000001b";
inline constexpr auto kPool = "ipv4pool-ec2-0000000000000001a";

struct World {
  explicit World(std::uint64_t seed);
  World(const World&) = delete;

  ec2_double::Time now() const { return timeline.wall_now(); }

  std::uint64_t seed;
  Chance chance;
  Timeline timeline;
  Story story;
  boost::asio::io_context outside;
  ProcessClock clock;
  ec2_double::Double ec2;
  kube_double::Server kube;
  Network network;
  // When somebody other than the operator last changed a thing in EC2, by its id.
  std::map<std::string, ec2_double::Time, std::less<>> touched;
  // Uids of all objects that there ever were, and their keys.
  std::map<std::string, std::string> objects;
  // Uids of objects that were taken away without the operator's knowledge: what they had is the users' to
  // clean up.
  std::set<std::string> orphaned;
  // Addresses and interfaces that version 1.4.1 made, and the uids of their objects.
  std::map<std::string, std::string> left;
};

}  // namespace simulation
