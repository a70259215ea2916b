// Addresses and prefixes as EC2 and Kubernetes show them. An input is two texts with a blank between.
//
// Promises: whatever the system takes for an IPv4 address is one; the order is one; a prefix of 32 bits holds
// its own address and no other, a prefix of none holds all.

#include <arpa/inet.h>

#include <string>

#include "domain/network_interface.hpp"
#include "fuzz.hpp"

namespace {

bool system_takes(const std::string& text) {
  in_addr address{};
  return text.find('\0') == std::string::npos && inet_pton(AF_INET, text.c_str(), &address) == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using domain::cidr_contains;
  using domain::ipv4_less;
  using domain::is_ipv4;
  const auto text = fuzz::text_of(data, size);
  const auto blank = text.find(' ');
  const std::string a(text.substr(0, blank));
  const std::string b(blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1));
  if (system_takes(a)) fuzz::require(is_ipv4(a), "an IPv4 address");
  fuzz::require(!ipv4_less(a, a) && !(ipv4_less(a, b) && ipv4_less(b, a)), "an order");
  fuzz::require(cidr_contains(a + "/0", b) == (is_ipv4(a) && is_ipv4(b)), "no bits: all addresses");
  const bool same = is_ipv4(a) && is_ipv4(b) && !ipv4_less(a, b) && !ipv4_less(b, a);
  fuzz::require(cidr_contains(a + "/32", b) == same, "all bits: this address");
  if (cidr_contains(a, b))
    fuzz::require(is_ipv4(b) && is_ipv4(a.substr(0, a.find('/'))), "a prefix of addresses");
  return 0;
}
