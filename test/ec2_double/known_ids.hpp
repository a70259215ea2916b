#pragma once
// The resources that a call names by id. Beside known_interface() and its like, see effects.hpp.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

#include <string>

#include "ec2_double/actions.hpp"

namespace ec2_double {

// As the call sees them. Errors: InvalidGroupId.Malformed, InvalidGroup.NotFound; those of internet gateways.
const SecurityGroup& known_group(const Call& call, const std::string& id);
const InternetGateway& known_internet_gateway(const Call& call, const std::string& id);

// A copy to be changed and put back: a change starts from what there is, not from what the call sees. Errors:
// those of known_...(), the NotFound also where it is gone already; for interfaces that a service of AWS
// looks after, AuthFailure or OperationNotPermitted.
NetworkInterface changeable_interface(const Call& call, const std::string& id);
Instance changeable_instance(const Call& call, const std::string& id);
Vpc changeable_vpc(const Call& call, const std::string& id);

}  // namespace ec2_double
