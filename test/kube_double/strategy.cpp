#include "kube_double/strategy.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "ec2_double/draw.hpp"
#include "kube_double/schema.hpp"

namespace kube_double {
namespace {

using ec2_double::mix;

void erase_empty(json::object& meta, std::string_view name) {
  const auto* value = at(meta, name);
  if (value == nullptr) return;
  const bool empty = value->is_null() || (value->is_object() && value->get_object().empty()) ||
                     (value->is_array() && value->get_array().empty()) ||
                     (value->is_string() && value->get_string().empty());
  if (empty) meta.erase(name);
}

bool counts(std::string_view member) {
  return member != "metadata" && member != "status" && member != "apiVersion" && member != "kind";
}

bool differs_from(const json::object& left, const json::object& right) {
  for (const auto& member : left) {
    if (!counts(member.key())) continue;
    const auto* other = at(right, member.key());
    if (other == nullptr || *other != member.value()) return true;
  }
  return false;
}

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view text) {
  return !text.empty() && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return alphanumeric(c) || c == '-'; });
}

bool is_subdomain(std::string_view text) {
  while (true) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool blocks_rules(const Cause& cause) {
  return cause.reason != "FieldValueInvalid";
}

}  // namespace

void prepare_create(const Resource& resource, json::object& object) {
  auto& meta = meta_of(object);
  for (const auto name : {"resourceVersion", "uid", "creationTimestamp", "generation", "deletionTimestamp",
                          "deletionGracePeriodSeconds"})
    meta.erase(name);
  if (resource.namespaced == false) meta.erase("namespace");
  if (resource.custom && resource.status) object.erase("status");
  if (resource.kind == "Pod") {
    object["status"] = {{"phase", "Pending"}, {"qosClass", "BestEffort"}};
    auto& spec = object["spec"];
    if (!spec.is_object()) spec.emplace_object();
    spec.get_object().emplace("terminationGracePeriodSeconds", 30);
  } else if (resource.kind == "Namespace") {
    object["spec"] = {{"finalizers", {"kubernetes"}}};
    object["status"] = {{"phase", "Active"}};
    auto& labels = meta_of(object)["labels"];  // afresh: a new member may have moved the others
    if (!labels.is_object()) labels.emplace_object();
    labels.get_object()["kubernetes.io/metadata.name"] = name_of(object);
  }
}

void keep_metadata(json::object& wanted, const json::object& present) {
  auto& meta = meta_of(wanted);
  const auto& old = meta_of(present);
  for (const auto name : {"name", "namespace", "generateName", "uid", "resourceVersion", "generation",
                          "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    if (const auto* value = at(old, name)) {
      meta[name] = *value;
    } else {
      meta.erase(name);
    }
  }
}

void tidy(const Resource& resource, json::object& object) {
  auto& meta = meta_of(object);
  meta.erase("managedFields");
  meta.erase("selfLink");
  for (const auto name : {"labels", "annotations", "finalizers", "ownerReferences", "generateName"})
    erase_empty(meta, name);
  json::object ordered;
  ordered.reserve(object.size() + 2);
  ordered["kind"] = resource.kind;
  ordered["apiVersion"] = resource.api_version();
  ordered["metadata"] = std::move(meta);
  for (auto& member : object)
    if (member.key() != "kind" && member.key() != "apiVersion" && member.key() != "metadata")
      ordered[member.key()] = std::move(member.value());
  object = std::move(ordered);
}

std::vector<Cause> complete_and_check(const Resource& resource, json::object& object,
                                      const json::object* old) {
  if (!resource.schema) return {};
  resource.schema->complete(object);
  auto causes = resource.schema->check(object, old);
  // The rules in CEL are left out then, and the server says so.
  if (std::any_of(causes.begin(), causes.end(), blocks_rules))
    causes.push_back({"FieldValueInvalid",
                      "Invalid value: null: some validation rules were not checked because the object was "
                      "invalid; correct the existing errors to complete validation",
                      "<nil>"});
  return causes;
}

bool spec_differs(const json::object& left, const json::object& right) {
  return differs_from(left, right) || differs_from(right, left);
}

std::optional<Cause> wrong_name(const Resource& resource, std::string_view name) {
  if (name.empty())
    return Cause{"FieldValueRequired", "Required value: name or generateName is required", "metadata.name"};
  const bool label = resource.kind == "Namespace";
  if (label ? is_label(name) && name.size() <= 63 : is_subdomain(name) && name.size() <= 253)
    return std::nullopt;
  const auto value = "Invalid value: " + json::serialize(json::string(name)) + ": ";
  if (label && name.find('.') != std::string_view::npos)
    return Cause{"FieldValueInvalid", value + "must not contain dots", "metadata.name"};
  if (label)
    return Cause{"FieldValueInvalid",
                 value +
                     "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
                     "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
                     "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
                 "metadata.name"};
  return Cause{"FieldValueInvalid",
               value +
                   "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
                   "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "
                   "regex used for validation is "
                   "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
               "metadata.name"};
}

std::string generated_name(std::string_view base, std::uint64_t draw) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  constexpr std::size_t kMost = 63 - 5;
  std::string name(base.substr(0, kMost));
  for (int i = 0; i < 5; ++i) {
    draw = mix(draw);
    name += kLetters[draw % kLetters.size()];
  }
  return name;
}

std::string uid_of_draw(std::uint64_t draw) {
  const auto high = mix(draw), low = mix(high);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xFFFF), static_cast<unsigned>(high & 0xFFF),
                static_cast<unsigned>(low >> 48 & 0xFFF),
                static_cast<unsigned long long>(low & 0xFFFF'FFFF'FFFF));
  return text.data();
}

}  // namespace kube_double
