#pragma once
// What the API server answers instead of doing what it was asked, and its JSON. Thrown by the double's verbs.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kube_double/object.hpp"
#include "kube_double/resource.hpp"

namespace kube_double {

struct Cause {
  std::string reason;   // FieldValueInvalid
  std::string message;  // as in the refusal's message, without the field
  std::string field;    // spec.tags
};

struct Refusal {
  int code = 500;
  std::string reason;  // NotFound, AlreadyExists, Conflict, Invalid, ...
  std::string message;
  json::object details;
  std::optional<std::chrono::seconds> retry_after;
  std::string continue_token;  // of an expired list: to go on without consistency

  json::object status() const;  // as a metav1.Status
  std::string text() const;     // "409 Conflict: ..."
};

template <class T>
using Outcome = boost::system::result<T, Refusal>;

[[noreturn]] inline void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
  throw std::logic_error("value of a refusal: " + refusal.text());
}

Refusal not_found(const Resource& resource, std::string_view name);
Refusal already_exists(const Resource& resource, std::string_view name);
Refusal conflict(const Resource& resource, std::string_view name, const std::string& why);
Refusal modified_meanwhile(const Resource& resource, std::string_view name);
// `what` of a delete's preconditions: "UID"; `perhaps`: "modified".
Refusal failed_precondition(const Resource& resource, std::string_view name, const std::string& what,
                            const std::string& wanted, const std::string& actual, const std::string& perhaps);
Refusal version_missing(const Resource& resource, std::string_view name);  // of a PUT
Refusal invalid(const Resource& resource, std::string_view name, const std::vector<Cause>& causes);
Refusal bad_request(const std::string& message);
Refusal patch_not_applicable();
Refusal namespace_terminating(const Resource& resource, std::string_view name, std::string_view ns);
Refusal version_expired(Version asked, Version oldest);
Refusal list_expired(std::string continue_token);
Refusal version_too_large(Version asked, Version newest);
Refusal unsupported_media_type();
Refusal method_not_allowed();
Refusal unauthorized();
Refusal forbidden(const Resource& resource, std::string_view name, const std::string& why);
Refusal too_many_requests(std::chrono::seconds retry_after);

}  // namespace kube_double
