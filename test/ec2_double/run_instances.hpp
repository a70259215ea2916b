#pragma once

#include "ec2_double/actions.hpp"

namespace ec2_double {

// The image and all that is no network are ignored. Instances come with the interfaces that the request
// describes or names, or with one in its subnet.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
void run_instances(Call& call);

}  // namespace ec2_double
