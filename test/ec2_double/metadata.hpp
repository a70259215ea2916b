#pragma once
// The little of EC2's instance metadata that an operator asks for: its credentials and its region.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html

#include <optional>
#include <string>
#include <string_view>

#include "ec2_double/world.hpp"

namespace ec2_double {

// The text at a path that starts with /latest/; nothing if there is none, which is a 404. Tokens are given
// out (PUT /latest/api/token) and not asked for.
std::optional<std::string> metadata(const World& world, std::string_view method, std::string_view path,
                                    Time now);

}  // namespace ec2_double
