// Base64, as kubeconfigs hold certificates.
//
// Promises: any bytes that are encoded decode to the same, whatever white space comes between; what decodes
// at all decodes to no more than three bytes for four characters.

#include <string>

#include "fuzz.hpp"
#include "kube/base64.hpp"

namespace {

std::string encoded(std::string_view bytes, fuzz::Draw& draw) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kAlphabet[bits >> (18 - 6 * j) & 63] : '=';
      if (draw.below(16) == 0) out += " \t\r\n"[draw.below(4)];
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  fuzz::Draw draw(text);
  fuzz::require(kube::base64_decode(encoded(text, draw)) == text,
                "bytes that were encoded decode differently");
  const auto bytes = kube::base64_decode(text);
  if (!bytes) return 0;
  fuzz::require(bytes->size() <= size / 4 * 3, "more bytes than the characters hold");
  fuzz::require(kube::base64_decode(encoded(*bytes, draw)) == bytes, "what was decoded encodes differently");
  return 0;
}
