#pragma once
// Credentials for the pod's service account (IRSA): the token that the kubelet writes to a file is exchanged
// at STS.
//
// Promises: the file is read at each find(), since the kubelet replaces it; the exchange is tried three times
// on trouble that may pass; neither token nor credentials reach a fault or the log. Faults: denied for what
// an administrator must mend, unavailable or timed_out for the rest.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
// https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html

#include <string>

#include "aws/credentials.hpp"
#include "aws/environment.hpp"
#include "base/backoff.hpp"
#include "http/transport.hpp"

namespace aws {

struct WebIdentityConfig {
  std::string sts_endpoint;
  std::chrono::milliseconds timeout{10'000};
  int attempts = 3;
  base::Backoff backoff{std::chrono::milliseconds(500), std::chrono::milliseconds(5'000)};
};

class WebIdentity final : public CredentialProvider {
 public:
  WebIdentity(Environment environment, ReadFile read_file, http::Transport& transport, base::Clock& clock,
              WebIdentityConfig config)
      : environment_(std::move(environment)),
        read_file_(std::move(read_file)),
        transport_(transport),
        clock_(clock),
        config_(std::move(config)) {}

  base::Task<base::Result<Found>> find() override;

 private:
  base::Task<base::Result<Credentials>> exchange(std::string role_arn, std::string session_name,
                                                 std::string token);

  Environment environment_;
  ReadFile read_file_;
  http::Transport& transport_;
  base::Clock& clock_;
  WebIdentityConfig config_;
};

}  // namespace aws
