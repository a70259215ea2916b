#pragma once
// Who sends a request, and whether EC2 would take it from him now: by the SigV4 headers, whose signature
// itself is not checked. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ec2_double/double.hpp"

namespace ec2_double {

// The credential scope of the Authorization header.
struct Scope {
  std::string access_key_id;
  std::string date;  // 20261123
  std::string region;
  std::string service;
};
std::optional<Scope> scope_of(const Request& request);

// Errors: MissingAuthenticationToken, IncompleteSignature, SignatureDoesNotMatch (the dates differ),
// AuthFailure 401 (another region or service, a clock that is off by more than 5 minutes), RequestExpired
// (more than 15, or credentials of STS that have expired). Of STS itself the codes are its own.
void authenticate(const Request& request, const World& world, std::string_view service, Time now);

std::string http_date(Time at);  // Sun, 06 Nov 1994 08:49:37 GMT
std::string amz_date(Time at);   // 20261123T100000Z

}  // namespace ec2_double
