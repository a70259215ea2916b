#include "kube/base64.hpp"

namespace kube {

std::optional<std::string> base64_decode(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  std::size_t characters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    ++characters;
    if (c == '=') {
      if (++padding > 2) return std::nullopt;
      continue;
    }
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFFFF;
    switch (characters % 4) {
      case 2:
        out += static_cast<char>(bits >> 4 & 0xFF);
        break;
      case 3:
        out += static_cast<char>(bits >> 2 & 0xFF);
        break;
      case 0:
        out += static_cast<char>(bits & 0xFF);
        break;
      default:
        break;
    }
  }
  if (characters % 4 != 0) return std::nullopt;
  return out;
}

}  // namespace kube
