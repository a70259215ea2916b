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
};

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

domain::Outcome failed_outcome(const base::Fault& fault) {
  domain::Outcome outcome;
  outcome.ok = false;
  outcome.effect_possible = fault.effect_possible;
  outcome.not_found = fault.kind == FaultKind::not_found;
  outcome.conflict = fault.kind == FaultKind::conflict;
  outcome.refused = fault.kind == FaultKind::not_found || fault.kind == FaultKind::invalid ||
                    (fault.kind == FaultKind::denied && fault.code == "AuthFailure");
  outcome.denied = (fault.kind == FaultKind::denied && !outcome.refused) || fault.code == aws::kNoCredentials;
  outcome.reason = reason_of(fault.kind);
  outcome.message = fault.text();
  outcome.stalled = fault.kind == FaultKind::denied || fault.kind == FaultKind::exhausted ||
                    fault.kind == FaultKind::invalid;
  const auto row = std::find_if(std::begin(kByCode), std::end(kByCode),
                                [&](const Row& r) { return fault.code == r.code; });
  if (row != std::end(kByCode)) {
    outcome.reason = row->reason;
    outcome.stalled = row->stalled;
  }
  return outcome;
}

}  // namespace app
