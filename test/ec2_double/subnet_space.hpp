#pragma once
// Which private addresses of a subnet are free.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html

#include <cstdint>
#include <string>
#include <vector>

#include "ec2_double/ipv4.hpp"
#include "ec2_double/world.hpp"

namespace ec2_double {

// Delegated prefixes are /28s.
constexpr std::uint32_t kPrefixSize = 16;

class SubnetSpace {
 public:
  // As the interfaces of the world leave it.
  SubnetSpace(const World& world, const Subnet& subnet);

  // Each takes what it returns or was given. `draw` says where the search for a free one begins: EC2's own
  // choice is not the lowest. Errors: InvalidParameterValue outside of the subnet or where EC2 keeps
  // addresses for itself, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet, InsufficientCidrBlocks.
  void take(const std::string& ip);
  std::string take_any(std::uint64_t draw);
  void take_prefix(const std::string& cidr);
  std::string take_any_prefix(std::uint64_t draw);

  // Whether an interface has it; Error InvalidParameterValue as above.
  bool is_taken(const std::string& ip) const;
  int available() const { return available_; }

 private:
  std::uint32_t usable_index(const std::string& ip) const;
  bool is_free(std::uint32_t first, std::uint32_t count) const;
  void mark(std::uint32_t first, std::uint32_t count);
  void mark_if_inside(const Ipv4Block& block);

  Ipv4Block block_;
  std::vector<bool> taken_;  // by distance from the first address
  int available_ = 0;
};

}  // namespace ec2_double
