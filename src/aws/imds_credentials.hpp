#pragma once
// Credentials of the instance's role, from instance metadata (or from kube2iam or kiam in its place).
//
// Promises: no instance, metadata switched off or no role is "not found here"; a broken answer is a fault.
// They are statically stable: in an outage they may be used past their end, as AWS advises.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html

#include "aws/credentials.hpp"
#include "aws/imds.hpp"

namespace aws {

class ImdsCredentials final : public CredentialProvider {
 public:
  explicit ImdsCredentials(Imds& imds) : imds_(imds) {}
  base::Task<base::Result<Found>> find() override;

 private:
  Imds& imds_;
};

// The JSON that holds a role's credentials. `Code` may be absent (emulators) or must be Success. Shows none
// of it.
base::Result<Credentials> read_role_credentials(std::string_view json);

}  // namespace aws
