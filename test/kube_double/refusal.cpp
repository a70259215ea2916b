#include "kube_double/refusal.hpp"

namespace kube_double {
namespace {

json::object about(const Resource& resource, std::string_view name, std::string_view kind) {
  json::object details;
  if (!name.empty()) details["name"] = name;
  if (!resource.group.empty()) details["group"] = resource.group;
  details["kind"] = kind;
  return details;
}

std::string quoted(const Resource& resource, std::string_view name) {
  return resource.qualified() + " \"" + std::string(name) + "\"";
}

Refusal refusal(int code, std::string reason, std::string message, json::object details = {}) {
  return {code, std::move(reason), std::move(message), std::move(details), std::nullopt, {}};
}

}  // namespace

json::object Refusal::status() const {
  json::object meta;
  if (!continue_token.empty()) meta["continue"] = continue_token;
  json::object status{{"kind", "Status"},
                      {"apiVersion", "v1"},
                      {"metadata", std::move(meta)},
                      {"status", "Failure"},
                      {"message", message}};
  if (!reason.empty()) status["reason"] = reason;
  // A refused JSON patch has details too, with nothing in them.
  if (!details.empty() || code == 422) status["details"] = details;
  status["code"] = code;
  return status;
}

std::string Refusal::text() const {
  return std::to_string(code) + " " + reason + ": " + message;
}

Refusal not_found(const Resource& resource, std::string_view name) {
  return refusal(404, "NotFound", quoted(resource, name) + " not found",
                 about(resource, name, resource.plural));
}

Refusal already_exists(const Resource& resource, std::string_view name) {
  return refusal(409, "AlreadyExists", quoted(resource, name) + " already exists",
                 about(resource, name, resource.plural));
}

Refusal conflict(const Resource& resource, std::string_view name, const std::string& why) {
  return refusal(409, "Conflict", "Operation cannot be fulfilled on " + quoted(resource, name) + ": " + why,
                 about(resource, name, resource.plural));
}

Refusal failed_precondition(const Resource& resource, std::string_view name, const std::string& what,
                            const std::string& wanted, const std::string& actual,
                            const std::string& perhaps) {
  const auto kind = resource.group.empty() ? resource.kind : resource.kind + "." + resource.group;
  return refusal(409, "Conflict",
                 "Operation cannot be fulfilled on " + kind + " \"" + std::string(name) + "\": the " + what +
                     " in the precondition (" + wanted + ") does not match the " + what + " in record (" +
                     actual + "). The object might have been " + perhaps,
                 about(resource, name, resource.kind));
}

Refusal version_missing(const Resource& resource, std::string_view name) {
  const Cause cause{"FieldValueInvalid", "Invalid value: 0: must be specified for an update",
                    "metadata.resourceVersion"};
  auto told = invalid(resource, name, {cause});
  told.message = quoted(resource, name) + " is invalid: " + cause.field + ": " + cause.message;
  told.details["kind"] = resource.plural;
  return told;
}

Refusal modified_meanwhile(const Resource& resource, std::string_view name) {
  return conflict(
      resource, name,
      "the object has been modified; please apply your changes to the latest version and try again");
}

Refusal invalid(const Resource& resource, std::string_view name, const std::vector<Cause>& causes) {
  std::string list;
  json::array told;
  for (const auto& cause : causes) {
    if (!list.empty()) list += ", ";
    list += cause.field + ": " + cause.message;
    told.push_back({{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
  }
  if (causes.size() > 1) list = "[" + list + "]";
  auto details = about(resource, name, resource.kind);
  details["causes"] = std::move(told);
  const auto kind = resource.group.empty() ? resource.kind : resource.kind + "." + resource.group;
  return refusal(422, "Invalid", kind + " \"" + std::string(name) + "\" is invalid: " + list,
                 std::move(details));
}

Refusal bad_request(const std::string& message) {
  return refusal(400, "BadRequest", message);
}

Refusal patch_not_applicable() {
  return refusal(422, "Invalid", "the server rejected our request due to an error in our request");
}

Refusal namespace_terminating(const Resource& resource, std::string_view name, std::string_view ns) {
  auto told = forbidden(
      resource, name,
      "unable to create new content in namespace " + std::string(ns) + " because it is being terminated");
  told.details["causes"] = json::array{{{"reason", "NamespaceTerminating"},
                                        {"message", "namespace " + std::string(ns) + " is being terminated"},
                                        {"field", "metadata.namespace"}}};
  return told;
}

Refusal version_expired(Version asked, Version oldest) {
  return refusal(410, "Expired",
                 "too old resource version: " + std::to_string(asked) + " (" + std::to_string(oldest) + ")");
}

Refusal list_expired(std::string continue_token) {
  auto told = refusal(
      410, "Expired",
      "The provided continue parameter is too old to display a consistent list result. You can start a new "
      "list without the continue parameter, or use the continue token in this response to retrieve the "
      "remainder of the results. Continuing with the provided token results in an inconsistent list - "
      "objects "
      "that were created, modified, or deleted between the time the first chunk was returned and now may "
      "show "
      "up in the list.");
  told.continue_token = std::move(continue_token);
  return told;
}

Refusal version_too_large(Version asked, Version newest) {
  auto told = refusal(504, "Timeout",
                      "Timeout: Too large resource version: " + std::to_string(asked) +
                          ", current: " + std::to_string(newest));
  told.details["causes"] =
      json::array{{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}};
  told.details["retryAfterSeconds"] = 1;
  return told;
}

Refusal unsupported_media_type() {
  return refusal(415, "UnsupportedMediaType",
                 "the body of the request was in an unknown format - accepted media types include: "
                 "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
}

Refusal method_not_allowed() {
  return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

Refusal unauthorized() {
  return refusal(401, "Unauthorized", "Unauthorized");
}

Refusal forbidden(const Resource& resource, std::string_view name, const std::string& why) {
  return refusal(403, "Forbidden", quoted(resource, name) + " is forbidden: " + why,
                 about(resource, name, resource.plural));
}

Refusal too_many_requests(std::chrono::seconds retry_after) {
  auto told = refusal(429, "TooManyRequests", "Too many requests, please try again later.");
  told.details["retryAfterSeconds"] = retry_after.count();
  told.retry_after = retry_after;
  return told;
}

}  // namespace kube_double
