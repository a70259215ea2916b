#include "app/outcome.hpp"

#include <algorithm>
#include <iterator>

#include "aws/credentials.hpp"

namespace app {
namespace {

using base::FaultKind;

struct Row {
  const char* code;
  const char* reason;  // of docs/reasons.md
  bool stalled;        // only a person can mend it
  const char* advice = "";
};

constexpr const char* kMissingGroup = "create it in the subnet's VPC, or correct spec.securityGroups";
constexpr const char* kMissingSubnet =
    "it cannot be changed: delete the ENI, and make one with another subnet";

// Where EC2's code tells more than the kind of the fault.
constexpr Row kByCode[] = {
    {"AddressLimitExceeded", "AddressLimitExceeded", true},
    {"InsufficientAddressCapacity", "InsufficientAddressCapacity", true},
    {"InvalidPublicIpv4PoolID.NotFound", "PoolNotFound", true},
    {"InvalidPublicIpv4PoolID.Malformed", "PoolNotFound", true},
    {"InvalidPoolID.NotFound", "PoolNotFound", true},
    {"InvalidAddress.NotFound", "AddressNotAvailable", true},
    {"InvalidAddress.Locked", "AddressLocked", true},
    {"Gateway.NotAttached", "NoInternetGateway", true},
    {"TagLimitExceeded", "TagLimitExceeded", true},
    {"TagPolicyViolation", "TagPolicyViolation", true},
    {"AuthFailure", "NotPermitted", true},  // of HTTP 400: the thing belongs to someone else
    {"UnauthorizedOperation", "Unauthorized", true},
    {"AccessDenied", "Unauthorized", true},
    {"Resource.AlreadyAssociated", "Assigning", false},
    // Network interfaces.
    {"AttachmentLimitExceeded", "AttachmentLimitExceeded", true,
     "detach one, let the pod run on another node, or use larger instances"},
    {"PrivateIpAddressLimitExceeded", "PrivateIpAddressLimitExceeded", true,
     "lower spec.secondaryPrivateIPAddressCount, or use larger instances"},
    {"InvalidInterface.IpAddressLimitExceeded", "PrivateIpAddressLimitExceeded", true,
     "lower spec.secondaryPrivateIPAddressCount, or use larger instances"},
    {"InsufficientFreeAddressesInSubnet", "InsufficientFreeAddressesInSubnet", true,
     "free some addresses, or make an ENI in another subnet"},
    {"NetworkInterfaceLimitExceeded", "NetworkInterfaceLimitExceeded", true,
     "delete some, or raise the quota in Service Quotas"},
    {"SecurityGroupsPerInterfaceLimitExceeded", "SecurityGroupsPerInterfaceLimitExceeded", true,
     "name fewer security groups, or raise the quota in Service Quotas"},
    {"InvalidGroup.NotFound", "SecurityGroupNotFound", true, kMissingGroup},
    {"InvalidGroupId.Malformed", "SecurityGroupNotFound", true, kMissingGroup},
    {"InvalidSecurityGroupID.NotFound", "SecurityGroupNotFound", true, kMissingGroup},
    {"InvalidSecurityGroupID.Malformed", "SecurityGroupNotFound", true, kMissingGroup},
    {"InvalidSubnetID.NotFound", "SubnetNotFound", true, kMissingSubnet},
    {"InvalidSubnetId.NotFound", "SubnetNotFound", true, kMissingSubnet},
    {"InvalidSubnetID.Malformed", "SubnetNotFound", true, kMissingSubnet},
    {"InvalidInstanceID.NotFound", "InstanceNotFound", false},
    {"IncorrectInstanceState", "InstanceNotReady", false},
    {"OperationNotPermitted", "NotPermitted", true},
};

const char* reason_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::throttled:
      return "Throttled";
    case FaultKind::unavailable:
    case FaultKind::timed_out:
      return "EC2Unavailable";
    case FaultKind::denied:
    case FaultKind::expired:
      return "CredentialsRejected";
    case FaultKind::exhausted:
      return "QuotaExceeded";
    case FaultKind::invalid:
      return "RequestRefused";
    case FaultKind::not_found:
      return "NotFound";
    case FaultKind::conflict:
      return "Conflict";
    case FaultKind::failed:
      return "EC2Error";
  }
  return "EC2Error";
}

}  // namespace

domain::Answer answer_of(const base::Fault& fault) {
  domain::Answer answer;
  answer.ok = false;
  answer.effect_possible = fault.effect_possible;
  answer.not_found = fault.kind == FaultKind::not_found;
  answer.conflict = fault.kind == FaultKind::conflict;
  answer.refused = fault.kind == FaultKind::not_found || fault.kind == FaultKind::invalid ||
                   (fault.kind == FaultKind::denied && fault.code == "AuthFailure");
  answer.denied = (fault.kind == FaultKind::denied && !answer.refused) || fault.code == aws::kNoCredentials;
  answer.reason = reason_of(fault.kind);
  answer.message = fault.text();
  answer.stalled = fault.kind == FaultKind::denied || fault.kind == FaultKind::exhausted ||
                   fault.kind == FaultKind::invalid;
  const auto row = std::find_if(std::begin(kByCode), std::end(kByCode),
                                [&](const Row& r) { return fault.code == r.code; });
  if (row != std::end(kByCode)) {
    answer.reason = row->reason;
    answer.stalled = row->stalled;
    if (*row->advice) answer.message += std::string(" - ") + row->advice;
  }
  return answer;
}

}  // namespace app
