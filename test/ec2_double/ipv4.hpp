#pragma once
// IPv4 addresses as numbers, for ranges and blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ec2_double {

std::optional<std::uint32_t> parse_ipv4(std::string_view text);
std::string format_ipv4(std::uint32_t address);

struct Ipv4Block {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  bool contains(std::uint32_t address) const { return first <= address && address <= last; }
  bool overlaps(const Ipv4Block& other) const { return first <= other.last && other.first <= last; }
  std::uint64_t size() const { return std::uint64_t{last} - first + 1; }
};
// Of "10.0.0.0/28"; nothing if it is none, or has bits beyond its length.
std::optional<Ipv4Block> parse_ipv4_block(std::string_view cidr);

}  // namespace ec2_double
