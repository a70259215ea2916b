#pragma once
// The instance metadata service: version 2 with its session token, else version 1 (kube2iam, kiam, hop limit
// 1).
//
// Promises: a token is kept for its life and dropped when it is refused; an answer of 403, 404 or 405 to the
// request for a token, or none in time, means version 1 for the next five minutes, unless version 1 is
// forbidden; a GET is tried again on trouble that may pass. Requests are short: a machine that is no instance
// costs about two seconds. Faults: not_found (404), unavailable (no answer, 5xx), timed_out, denied (anything
// else, and switched off).
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html

#include <optional>
#include <string>

#include "aws/environment.hpp"
#include "base/clock.hpp"
#include "http/transport.hpp"

namespace aws {

struct ImdsConfig {
  std::string endpoint = "http://169.254.169.254";  // without a slash at its end
  bool disabled = false;                            // AWS_EC2_METADATA_DISABLED
  bool v1_disabled = false;                         // AWS_EC2_METADATA_V1_DISABLED
  std::chrono::milliseconds timeout{1'000};
  int attempts = 3;  // of a GET
};

// AWS_EC2_METADATA_SERVICE_ENDPOINT, else AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE (IPv4, IPv6).
base::Result<ImdsConfig> imds_config(const Environment& environment);

class Imds {
 public:
  Imds(http::Transport& transport, base::Clock& clock, ImdsConfig config)
      : transport_(transport), clock_(clock), config_(std::move(config)) {}

  // `path` begins with a slash. The body of the answer, which may hold a secret.
  base::Task<base::Result<std::string>> get(std::string path);
  const ImdsConfig& config() const { return config_; }

 private:
  base::Task<base::Result<std::string>> token();  // empty: use version 1

  http::Transport& transport_;
  base::Clock& clock_;
  ImdsConfig config_;
  std::optional<std::string> token_;  // empty: version 1
  base::SteadyTime token_until_{};
};

}  // namespace aws
