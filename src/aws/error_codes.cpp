#include "aws/error_codes.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "aws/ec2_xml.hpp"

namespace aws {
namespace {

using base::Fault;
using base::FaultKind;

struct Row {
  std::string_view code;
  FaultKind kind;
  bool effect_possible = false;
};

constexpr std::array kCodes{
    // Asked too often. EC2 counts before it acts.
    Row{"RequestLimitExceeded", FaultKind::throttled},
    Row{"BandwidthLimitExceeded", FaultKind::throttled},
    Row{"EC2ThrottledException", FaultKind::throttled},
    Row{"PriorRequestNotComplete", FaultKind::throttled},
    Row{"RequestThrottled", FaultKind::throttled},
    Row{"RequestThrottledException", FaultKind::throttled},
    Row{"SlowDown", FaultKind::throttled},
    Row{"ThrottledException", FaultKind::throttled},
    Row{"Throttling", FaultKind::throttled},
    Row{"ThrottlingException", FaultKind::throttled},
    Row{"TooManyRequestsException", FaultKind::throttled},
    // The server's trouble, at any point of its work.
    Row{"InternalError", FaultKind::unavailable, true},
    Row{"InternalFailure", FaultKind::unavailable, true},
    Row{"ServerInternal", FaultKind::unavailable, true},
    Row{"ServiceUnavailable", FaultKind::unavailable, true},
    Row{"Unavailable", FaultKind::unavailable, true},
    Row{"RequestTimeout", FaultKind::timed_out, true},
    Row{"RequestTimeoutException", FaultKind::timed_out, true},
    Row{"IDPCommunicationError", FaultKind::unavailable},
    // Who we are, and when.
    Row{kCredentialsRefused, FaultKind::denied},
    Row{"ExpiredToken", FaultKind::denied},
    Row{"ExpiredTokenException", FaultKind::denied},
    Row{"IncompleteSignature", FaultKind::denied},
    Row{"InvalidClientTokenId", FaultKind::denied},
    Row{"InvalidIdentityToken", FaultKind::denied},
    Row{"InvalidSecurity.RequestHasExpired", FaultKind::denied},
    Row{"InvalidSignatureException", FaultKind::denied},
    Row{"MissingAuthenticationToken", FaultKind::denied},
    Row{"RequestExpired", FaultKind::denied},
    Row{"RequestTimeTooSkewed", FaultKind::denied},
    Row{"SignatureDoesNotMatch", FaultKind::denied},
    Row{"UnrecognizedClientException", FaultKind::denied},
    // What we may do.
    Row{kNotOurs, FaultKind::denied},
    Row{"AccessDenied", FaultKind::denied},
    Row{"AccessDeniedException", FaultKind::denied},
    Row{"Blocked", FaultKind::denied},
    Row{"IDPRejectedClaim", FaultKind::denied},
    Row{"InvalidAddress.Locked", FaultKind::denied},
    Row{"OperationNotPermitted", FaultKind::denied},
    Row{"OptInRequired", FaultKind::denied},
    Row{"PendingVerification", FaultKind::denied},
    Row{"RegionDisabledException", FaultKind::denied},
    Row{"UnauthorizedOperation", FaultKind::denied},
    // Used up.
    Row{"AddressLimitExceeded", FaultKind::exhausted},
    Row{"AttachmentLimitExceeded", FaultKind::exhausted},
    Row{"InsufficientAddressCapacity", FaultKind::exhausted},
    Row{"InsufficientFreeAddressesInSubnet", FaultKind::exhausted},
    Row{"InvalidInterface.IpAddressLimitExceeded", FaultKind::exhausted},
    Row{"NetworkInterfaceLimitExceeded", FaultKind::exhausted},
    Row{"PrivateIpAddressLimitExceeded", FaultKind::exhausted},
    Row{"SecurityGroupsPerInterfaceLimitExceeded", FaultKind::exhausted},
    Row{"TagLimitExceeded", FaultKind::exhausted},
    // The world is not as we thought, or is changing.
    Row{"ConcurrentTagAccess", FaultKind::conflict},
    Row{"DependencyViolation", FaultKind::conflict},
    Row{"IncorrectInstanceState", FaultKind::conflict},
    Row{"IncorrectState", FaultKind::conflict},
    Row{"InvalidIPAddress.InUse", FaultKind::conflict},
    Row{"InvalidInstanceID", FaultKind::conflict},  // "the pending instance ... is not in a valid state"
    Row{"InvalidNetworkInterface.InUse", FaultKind::conflict},
    Row{"InvalidState", FaultKind::conflict},
    Row{"Resource.AlreadyAssociated", FaultKind::conflict},
    // Page tokens.
    Row{"InvalidNextToken", FaultKind::expired},
    Row{"InvalidPaginationToken", FaultKind::expired},
    // Not there. (A young resource may be there and not yet shown.)
    Row{"InvalidAddress.NotFound", FaultKind::not_found},
    Row{"InvalidAddressID.NotFound", FaultKind::not_found},
    Row{"InvalidAllocationID.NotFound", FaultKind::not_found},
    Row{"InvalidAssociationID.NotFound", FaultKind::not_found},
    Row{"InvalidAttachmentID.NotFound", FaultKind::not_found},
    Row{"InvalidGroup.NotFound", FaultKind::not_found},
    Row{"InvalidInstanceID.NotFound", FaultKind::not_found},
    Row{"InvalidNetworkInterface.NotFound", FaultKind::not_found},
    Row{"InvalidNetworkInterfaceID.NotFound", FaultKind::not_found},
    Row{"InvalidPoolID.NotFound", FaultKind::not_found},
    Row{"InvalidPublicIpv4PoolID.NotFound", FaultKind::not_found},
    Row{"InvalidSecurityGroupID.NotFound", FaultKind::not_found},
    Row{"InvalidSubnetID.NotFound", FaultKind::not_found},
    Row{"InvalidSubnetId.NotFound", FaultKind::not_found},
    // The request can't be right.
    Row{"FilterLimitExceeded", FaultKind::invalid},
    Row{"Gateway.NotAttached", FaultKind::invalid},
    Row{"IdempotentParameterMismatch", FaultKind::invalid},
    Row{"InvalidAction", FaultKind::invalid},
    Row{"InvalidID", FaultKind::invalid},
    Row{"InvalidParameter", FaultKind::invalid},
    Row{"InvalidParameterCombination", FaultKind::invalid},
    Row{"InvalidParameterValue", FaultKind::invalid},
    Row{"InvalidSubnet", FaultKind::invalid},
    Row{"MalformedPolicyDocument", FaultKind::invalid},
    Row{"MissingParameter", FaultKind::invalid},
    Row{"NoSuchVersion", FaultKind::invalid},
    Row{"PackedPolicyTooLarge", FaultKind::invalid},
    Row{"TagPolicyViolation", FaultKind::invalid},
    Row{"UnknownParameter", FaultKind::invalid},
    Row{"Unsupported", FaultKind::invalid},
    Row{"UnsupportedOperation", FaultKind::invalid},
    Row{"ValidationError", FaultKind::invalid},
};

constexpr std::array<std::string_view, 11> kIdentity{kCredentialsRefused,
                                                     "ExpiredToken",
                                                     "ExpiredTokenException",
                                                     "InvalidClientTokenId",
                                                     "InvalidSecurity.RequestHasExpired",
                                                     "InvalidSignatureException",
                                                     "RequestExpired",
                                                     "RequestTimeTooSkewed",
                                                     "SignatureDoesNotMatch",
                                                     "UnrecognizedClientException",
                                                     "MissingAuthenticationToken"};

// EC2 says InvalidParameterValue also where the request was right and the world has changed. Only the text
// tells: an interface that is to be deleted is not yet detached; somebody else (the VPC CNI) took the device
// index; addresses that are to be unassigned are off the interface already.
constexpr std::array<std::string_view, 3> kChangedWorld{
    "is currently in use", "already has an interface attached", "addresses are not assigned to interface"};

bool tells_of_a_changed_world(std::string_view code, std::string_view message) {
  return code == "InvalidParameterValue" &&
         std::any_of(kChangedWorld.begin(), kChangedWorld.end(),
                     [&](std::string_view text) { return message.find(text) != std::string_view::npos; });
}

// AWS's text as one line, up to the part that changes with each request (it would make a status flap) or that
// quotes the signed request with its session token.
std::string tidy(std::string_view message) {
  std::string line = printable(message, message.size());  // first, so that line breaks hide nothing
  for (const std::string_view cut :
       {"Encoded authorization failure message", "The Canonical String", "The String-to-Sign"})
    line.erase(std::min(line.size(), line.find(cut)));
  return printable(line, 600);
}

}  // namespace

Verdict judge(std::string_view code, int status) {
  for (const auto& row : kCodes)
    if (row.code == code) return {row.kind, row.effect_possible, true};
  // EC2's own families.
  if (code.ends_with(".NotFound")) return {FaultKind::not_found, false, true};
  if (code.ends_with(".Malformed")) return {FaultKind::invalid, false, true};
  if (code.ends_with("LimitExceeded")) return {FaultKind::exhausted, false, true};
  if (status == 429) return {FaultKind::throttled, false, false};
  if (status == 401 || status == 403 || status == 407) return {FaultKind::denied, false, false};
  if (status == 408) return {FaultKind::unavailable, false, false};
  if (status >= 400 && status < 500) return {FaultKind::failed, false, false};
  if (status >= 500 && status < 600) return {FaultKind::unavailable, true, false};
  return {FaultKind::failed, true, false};
}

Fault fault_of(std::string_view service, std::string_view action, int status, std::string_view body) {
  const std::string http = "HTTP " + std::to_string(status);
  Fault fault;
  fault.message = std::string(action) + ": ";
  const auto error = read_error(body);
  if (!error) {
    const auto verdict = judge({}, status);
    fault.kind = verdict.kind;
    fault.effect_possible = verdict.effect_possible;
    fault.code = http;
    fault.message += "the answer is not one of AWS: " + (body.empty() ? "an empty body" : printable(body));
    return fault;
  }
  fault.code = printable(error->code, 100);
  if (fault.code.empty()) fault.code = http;  // it was blank
  const std::string text = tidy(error->message);
  const bool about_keys = text.find("validate the provided access credentials") != std::string::npos;
  if (fault.code == kNotOurs && (status == 401 || about_keys)) fault.code = kCredentialsRefused;
  const auto verdict = judge(fault.code, status);
  fault.kind = tells_of_a_changed_world(fault.code, text) ? FaultKind::conflict : verdict.kind;
  fault.effect_possible = verdict.effect_possible;
  fault.message += text.empty() ? http : text;
  if (!verdict.known) fault.message += " [" + http + "]";
  const bool permission = error->code == "UnauthorizedOperation" || error->code.starts_with("AccessDenied");
  if (permission && action != "GetCallerIdentity") {
    fault.message += " - needs the IAM permission " + std::string(service) + ":" + std::string(action);
    if (action == "AllocateAddress" || action == "CreateNetworkInterface")
      fault.message += ", and ec2:CreateTags since the tags go with it";
  }
  return fault;
}

Fault refusal(std::string message) {
  return {.kind = FaultKind::invalid,
          .code = "InvalidRequest",
          .message = std::move(message),
          .effect_possible = false,
          .retry_after = {}};
}

bool credentials_refused(const Fault& fault) {
  return std::find(kIdentity.begin(), kIdentity.end(), fault.code) != kIdentity.end();
}

std::string label_of(const Fault& fault) {
  const bool known =
      std::any_of(kCodes.begin(), kCodes.end(), [&](const Row& row) { return row.code == fault.code; });
  return known ? fault.code : std::string(base::name_of(fault.kind));
}

}  // namespace aws
