#pragma once
// What the operator finds out before it can work: where it is, and what it may do.

#include <string>

#include "app/options.hpp"
#include "aws/environment.hpp"
#include "aws/imds.hpp"
#include "aws/throttle.hpp"
#include "kube/api.hpp"

namespace app {

// The flag, the environment, instance metadata. A fault says which flag to set.
base::Task<base::Result<std::string>> find_region(std::string flag, const aws::Environment& environment,
                                                  aws::Imds& imds);

// The uid of namespace kube-system: the cluster's identity that nobody has to choose. An API server that
// can't answer is waited for; a fault says which right or flag is missing.
base::Task<base::Result<std::string>> find_cluster(kube::Api& api, base::Clock& clock, base::Logger& log);

// EC2's published limits as the flags change them. A fault names the action that is none of ours.
base::Result<aws::ThrottleConfig> throttle_config(const Options& options);

}  // namespace app
