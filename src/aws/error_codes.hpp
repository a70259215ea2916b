#pragma once
// EC2's and STS's error codes, and what to do about each: the one place where they are classified.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html

#include <string>
#include <string_view>

#include "base/fault.hpp"

namespace aws {

// EC2 says AuthFailure for two things. With HTTP 401 it does not accept the credentials (or our clock); with
// 400 the address or interface is another account's, perhaps since ours was released. Only the first gets a
// code of our own.
inline constexpr std::string_view kCredentialsRefused = "AuthFailure 401";
inline constexpr std::string_view kNotOurs = "AuthFailure";

struct Verdict {
  base::FaultKind kind = base::FaultKind::failed;
  bool effect_possible = false;
  bool known = false;  // false: judged by the status alone
};

// The code is looked at before the status: RequestLimitExceeded comes with 503 and had no effect.
Verdict judge(std::string_view code, int status);

// The fault of an answer that is no success. `service` and `action` as in an IAM permission: "ec2",
// "AllocateAddress". The message is one printable line, without those parts of AWS's text that differ each
// time or quote the signed request (an encoded authorisation message, a canonical string).
base::Fault fault_of(std::string_view service, std::string_view action, int status, std::string_view body);

// The fault of a request that is not sent, since it can't be right.
base::Fault refusal(std::string message);

// AWS did not accept who we are or when we say it is: surely no effect; other credentials may help.
bool credentials_refused(const base::Fault& fault);

// A short word for a metric's label: a known code, or the kind.
std::string label_of(const base::Fault& fault);

}  // namespace aws
