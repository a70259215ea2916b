#include "domain/network_interface.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace domain {
namespace {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number > 255 || end - text.data() > 3) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    value = value << 8 | number;
    if (part < 3) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return std::nullopt;
  return value;
}

}  // namespace

bool is_ipv4(std::string_view text) {
  return parse_ipv4(text).has_value();
}

bool ipv4_less(const std::string& a, const std::string& b) {
  return parse_ipv4(a) < parse_ipv4(b);
}

bool cidr_contains(std::string_view prefix, std::string_view ip) {
  const auto slash = prefix.find('/');
  if (slash == std::string_view::npos) return false;
  const auto network = parse_ipv4(prefix.substr(0, slash));
  const auto address = parse_ipv4(ip);
  unsigned bits = 0;
  const auto length = prefix.substr(slash + 1);
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (!network || !address || error != std::errc() || end != length.data() + length.size() || bits > 32)
    return false;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return (*network & mask) == (*address & mask);
}

const PrivateAddressView* InterfaceView::find(std::string_view ip) const {
  for (const auto& address : addresses)
    if (address.ip == ip) return &address;
  return nullptr;
}

bool InterfaceView::holds(std::string_view ip) const {
  if (find(ip)) return true;
  return std::any_of(ipv4_prefixes.begin(), ipv4_prefixes.end(),
                     [&](const auto& prefix) { return cidr_contains(prefix, ip); });
}

bool InterfaceView::same_state(const InterfaceView& other) const {
  const auto ips = [](const InterfaceView& view) {
    std::set<std::string> all;
    for (const auto& address : view.addresses) all.insert(address.ip);
    return all;
  };
  return attachment_id == other.attachment_id && detaching() == other.detaching() &&
         description == other.description && security_group_ids == other.security_group_ids &&
         tags == other.tags && ips(*this) == ips(other);
}

}  // namespace domain
