#include "base/fault.hpp"

namespace base {

std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::not_found:
      return "not_found";
    case FaultKind::conflict:
      return "conflict";
    case FaultKind::throttled:
      return "throttled";
    case FaultKind::unavailable:
      return "unavailable";
    case FaultKind::timed_out:
      return "timed_out";
    case FaultKind::expired:
      return "expired";
    case FaultKind::denied:
      return "denied";
    case FaultKind::invalid:
      return "invalid";
    case FaultKind::exhausted:
      return "exhausted";
    case FaultKind::failed:
      return "failed";
  }
  return "failed";
}

Fault Fault::within(std::string_view where) && {
  message = std::string(where) + ": " + message;
  return std::move(*this);
}

std::string Fault::text() const {
  return code.empty() ? message : message + " (" + code + ")";
}

}  // namespace base
