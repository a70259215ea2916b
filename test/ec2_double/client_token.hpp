#pragma once
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html

#include <optional>
#include <string>

#include "ec2_double/actions.hpp"

namespace ec2_double {

// What a call of this action with the same client token made before. Errors: IdempotentParameterMismatch if
// its parameters were others, InvalidClientToken.
std::optional<std::string> made_before(const Call& call);
// From now on the call's token, if it has one, stands for this resource. How long EC2 remembers a token is
// not written down; here it is for ever.
void remember_token(Call& call, const std::string& resource_id);

}  // namespace ec2_double
