#include "kube/status.hpp"

#include <charconv>

#include "kube/json.hpp"

namespace kube {
namespace {

using base::FaultKind;

FaultKind kind_of(int code, std::string_view reason) {
  switch (code) {
    case 401:
    case 403:
      return FaultKind::denied;
    case 404:
      return FaultKind::not_found;
    case 408:
      return FaultKind::timed_out;
    case 409:
      return FaultKind::conflict;  // AlreadyExists too: the code tells which
    case 410:
      return FaultKind::expired;
    case 429:
      return FaultKind::throttled;
    case 400:
    case 405:
    case 406:
    case 413:
    case 415:
    case 422:
      return FaultKind::invalid;
    case 504:
      return FaultKind::timed_out;
    default:
      break;
  }
  if (reason == "Timeout" || reason == "ServerTimeout") return FaultKind::timed_out;
  if (reason == "Expired" || reason == "Gone") return FaultKind::expired;
  if (code >= 500) return FaultKind::unavailable;
  return FaultKind::failed;
}

std::optional<std::chrono::milliseconds> seconds_in(std::string_view text) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds > 86'400) return std::nullopt;
  return std::chrono::seconds(seconds);
}

// What an API server answers to a JSON patch that can't be applied: a failed `test`, or a path that is no
// longer there. It gives no cause and no name, unlike a refusal by validation.
constexpr std::string_view kPatchNotApplicable =
    "the server rejected our request due to an error in our request";

}  // namespace

base::Fault fault_of(const http::Response& response, bool mutating) {
  base::Fault fault;
  fault.code = "HTTP " + std::to_string(response.status);
  std::string reason;
  if (const auto status = parse_json(response.body); status && (*status)["kind"].string_or("") == "Status") {
    reason = (*status)["reason"].string_or("");
    fault.message = (*status)["message"].string_or("");
    if (const auto wait = (*status)["details"]["retryAfterSeconds"].integer();
        wait && *wait > 0 && *wait <= 86'400)
      fault.retry_after = std::chrono::seconds(*wait);
  }
  fault.kind = kind_of(response.status, reason);
  if (!reason.empty()) fault.code = reason;
  if (fault.message.empty())
    fault.message = "the API server answered HTTP " + std::to_string(response.status);
  if (const auto wait = seconds_in(response.header("retry-after"))) fault.retry_after = wait;
  fault.effect_possible = mutating && (response.status >= 500 || response.status == 408);
  if (response.status == 422 && fault.message == kPatchNotApplicable) {
    fault.kind = FaultKind::conflict;
    fault.code = "PatchNotApplicable";
    fault.message = "the object changed: the patch does not apply to it any more";
  }
  return fault;
}

base::Fault fault_of_status(int code, std::string reason, std::string message) {
  const auto kind = kind_of(code, reason);
  if (reason.empty()) reason = "HTTP " + std::to_string(code);
  return {kind, std::move(reason), std::move(message), false, std::nullopt};
}

}  // namespace kube
