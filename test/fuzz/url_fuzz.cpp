// URLs and what is encoded into them.
//
// Promises: what is split and put together again splits the same; what is encoded is decoded to the same and
// has only characters that stand for themselves; base and path are joined by one slash.

#include <string>

#include "aws/query.hpp"
#include "fuzz.hpp"
#include "http/url.hpp"

namespace {

int digit(char c) {
  return c <= '9' ? c - '0' : c - 'A' + 10;
}

std::string decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool plain(std::string_view text) {
  static constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%+";
  return text.find_first_not_of(kPlain) == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto parts = http::split(text);
  if (parts.scheme.empty()) {
    fuzz::require(parts.host.empty() && parts.port.empty() && parts.rest.empty(), "no URL has no parts");
  } else {
    fuzz::require(parts.scheme == "http" || parts.scheme == "https", "the scheme");
    fuzz::require(!parts.host.empty() && !parts.port.empty(), "host and port are always said");
    fuzz::require(fuzz::one_line(text) && text.find(' ') == std::string_view::npos,
                  "no second line, no blank");
    const bool v6 = parts.host.find(':') != std::string::npos;
    const auto again = http::split(parts.scheme + "://" + (v6 ? "[" + parts.host + "]" : parts.host) + ":" +
                                   parts.port + parts.rest);
    fuzz::require(again.scheme == parts.scheme && again.host == parts.host && again.port == parts.port &&
                      again.rest == parts.rest,
                  "the parts put together are another URL");
  }
  const auto percent = http::percent_encode(text);
  fuzz::require(plain(percent) && decoded(percent, false) == text, "percent-encoded and decoded");
  const auto form = aws::form_encode(text);
  fuzz::require(plain(form) && decoded(form, true) == text, "form-encoded and decoded");
  fuzz::require(
      http::query({{std::string(text), "a"}, {"b", std::string(text)}}) == percent + "=a&b=" + percent,
      "a query is its parts");
  const auto joined = http::join("https://h", text);
  fuzz::require(joined.starts_with("https://h/") && !joined.starts_with("https://h//"),
                "joined by one slash");
  return 0;
}
