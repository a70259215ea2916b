#pragma once
// A request and its answer, as values.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// What SigV4 signs with (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html). Never logged.
struct AwsSignature {
  std::string region;
  std::string service;
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for long-term keys
};

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{30'000};  // for send() the whole exchange; for open() until the headers
  std::optional<AwsSignature> signature;      // the transport signs when it sends
};

struct Response {
  int status = 0;
  Headers headers;  // names in lower case
  std::string body;

  // The first header of that lower-case name, or empty.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
};

}  // namespace http
