#pragma once
// Percent-encoding and the joining of URLs (RFC 3986). Pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

// All but the unreserved characters (letters, digits, "-._~") as %XX: for a path segment, a query name or a
// value. SigV4 asks for exactly this form.
std::string percent_encode(std::string_view text);

// "a=1&b=2", encoded, in the order given.
std::string query(const std::vector<std::pair<std::string, std::string>>& pairs);

// `base` and `path` with exactly one slash between them.
std::string join(std::string_view base, std::string_view path);

struct UrlParts {
  std::string scheme;  // lower case
  std::string host;    // without the brackets of an IPv6 address
  std::string port;    // given, or the scheme's
  std::string rest;    // path and query, "" or from "/" or "?" on
};
// Of an http or https URL; empty scheme if it is none, or holds a blank or a control character. User and
// password are refused: credentials are no part of a URL.
UrlParts split(std::string_view url);

}  // namespace http
