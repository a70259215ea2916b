#include "http/url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace http {

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (letter || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += percent_encode(name);
    out += '=';
    out += percent_encode(value);
  }
  return out;
}

std::string join(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string out(base);
  out += '/';
  out += path;
  return out;
}

namespace {

bool is_any_of(char c, std::string_view more) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || more.find(c) != std::string_view::npos;
}

// A name (of any alphabet: curl knows IDN), or what may stand in brackets: an IPv6 address and its zone.
bool is_host(std::string_view text, bool in_brackets) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return in_brackets ? is_any_of(c, ":.%-_~")
                       : is_any_of(c, "-._~%!$&'()*+,;=") || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port <= 65535;
}

}  // namespace

UrlParts split(std::string_view url) {
  UrlParts parts;
  const auto blank_or_control = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  if (std::any_of(url.begin(), url.end(), blank_or_control)) return {};
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  parts.scheme = url.substr(0, colon);
  std::transform(parts.scheme.begin(), parts.scheme.end(), parts.scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (parts.scheme != "http" && parts.scheme != "https") return {};
  url.remove_prefix(colon + 3);
  auto authority = url.substr(0, url.find_first_of("/?#"));
  parts.rest = url.substr(authority.size());
  if (authority.find('@') != std::string_view::npos) return {};
  const bool in_brackets = authority.starts_with('[');
  if (in_brackets) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return {};
    parts.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    parts.host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(parts.host.size());
  }
  if (!is_host(parts.host, in_brackets) || (!authority.empty() && authority.front() != ':')) return {};
  if (authority.size() > 1) {
    parts.port = authority.substr(1);
    if (!is_port(parts.port)) return {};
  } else {
    parts.port = parts.scheme == "https" ? "443" : "80";
  }
  return parts;
}

}  // namespace http
