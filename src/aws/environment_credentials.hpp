#pragma once
// Credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. One key without the other
// is a fault. https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html

#include "aws/credentials.hpp"
#include "aws/environment.hpp"

namespace aws {

class EnvironmentCredentials final : public CredentialProvider {
 public:
  explicit EnvironmentCredentials(Environment environment) : environment_(std::move(environment)) {}
  base::Task<base::Result<Found>> find() override;

 private:
  Environment environment_;
};

}  // namespace aws
