#pragma once
// What went wrong, told by what to do about it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// The remedy in brackets. Foreign codes are mapped to a kind once, where they enter (kube/api,
// aws/error_codes, http/curl_transport); only retry, controller and report judge a kind.
enum class FaultKind {
  not_found,    // the thing is not there [often success]
  conflict,     // someone else wrote first [look again]
  throttled,    // asked too often; the call had no effect [slow down]
  unavailable,  // the server could not be reached or could not answer [back off]
  timed_out,    // no answer in time; the call may have had its effect [back off, then look]
  expired,      // a resourceVersion, page token or credential is too old [start again from a fresh one]
  denied,       // the server knows us, or not, and says no [tell the user, try slowly]
  invalid,      // the request can't be right as it is [tell the user]
  exhausted,    // a quota or capacity is used up [tell the user, try slowly]
  failed,       // anything unknown [tell us]
};

std::string_view name_of(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::failed;
  std::string code;     // the foreign code as it came: "AddressLimitExceeded", "Conflict", "curl 7"
  std::string message;  // for a person; never holds a secret
  // False: the request surely had no effect, since it was not sent, or was refused by the server.
  bool effect_possible = false;
  std::optional<std::chrono::milliseconds> retry_after;  // as the server asked

  // Adds where it happened, outermost first: "list pods: connection refused".
  Fault within(std::string_view where) &&;
  std::string text() const;  // "message (code)"
};

}  // namespace base
