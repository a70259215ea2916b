#include "ec2_double/ipv6.hpp"

#include <cstdio>

namespace ec2_double {

std::string new_ipv6_address(World& world) {
  const auto number = world.draw();
  char text[48];
  std::snprintf(text, sizeof text, "2001:db8::%x:%x:%x:%x", static_cast<unsigned>(number >> 48 & 0xFFFF),
                static_cast<unsigned>(number >> 32 & 0xFFFF), static_cast<unsigned>(number >> 16 & 0xFFFF),
                static_cast<unsigned>(number & 0xFFFF));
  return text;
}

}  // namespace ec2_double
