#pragma once
// Security groups, as names that interfaces have: without rules.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html

#include <string>

#include "ec2_double/actions.hpp"

namespace ec2_double {

Actions security_group_actions();  // a part of network_actions()

bool is_default(const SecurityGroup& group);
// The group that comes and goes with a VPC.
void add_default_group(World& world, const std::string& vpc_id, Time now);

}  // namespace ec2_double
