#pragma once
// The little of IPv6 that the double has: addresses without subnets.

#include <string>

#include "ec2_double/world.hpp"

namespace ec2_double {

// Of the range for documentation, 2001:db8::/32 (RFC 3849), as EC2 would write it.
std::string new_ipv6_address(World& world);

}  // namespace ec2_double
