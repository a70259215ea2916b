#include "ec2_double/ipv4.hpp"

#include <charconv>

namespace ec2_double {
namespace {

// Reads a number up to `most` and removes it; nothing if there is none.
std::optional<std::uint32_t> number(std::string_view& text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > most) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto byte = number(text, 255);
    if (!byte) return std::nullopt;
    address = address << 8 | *byte;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

std::string format_ipv4(std::uint32_t address) {
  return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 255) + '.' +
         std::to_string(address >> 8 & 255) + '.' + std::to_string(address & 255);
}

std::optional<Ipv4Block> parse_ipv4_block(std::string_view cidr) {
  const auto slash = cidr.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto first = parse_ipv4(cidr.substr(0, slash));
  auto rest = cidr.substr(slash + 1);
  const auto length = number(rest, 32);
  if (!first || !length || !rest.empty()) return std::nullopt;
  const auto host_bits = static_cast<std::uint32_t>((std::uint64_t{1} << (32 - *length)) - 1);
  if ((*first & host_bits) != 0) return std::nullopt;
  return Ipv4Block{*first, *first | host_bits};
}

}  // namespace ec2_double
