#include "kube_double/object.hpp"

namespace kube_double {
namespace {

const json::object kNoObject;
const json::array kNoArray;

}  // namespace

const std::string& Stored::text() const {
  if (text_.empty()) text_ = json::serialize(value);
  return text_;
}

const json::value* at(const json::object& object, std::string_view name) {
  return object.if_contains(name);
}

const json::object& object_at(const json::object& object, std::string_view name) {
  const auto* value = at(object, name);
  return value != nullptr && value->is_object() ? value->get_object() : kNoObject;
}

const json::array& array_at(const json::object& object, std::string_view name) {
  const auto* value = at(object, name);
  return value != nullptr && value->is_array() ? value->get_array() : kNoArray;
}

std::string_view text_at(const json::object& object, std::string_view name) {
  const auto* value = at(object, name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::int64_t number_at(const json::object& object, std::string_view name) {
  const auto* value = at(object, name);
  return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

const json::object& meta_of(const json::object& object) {
  return object_at(object, "metadata");
}

json::object& meta_of(json::object& object) {
  auto& meta = object["metadata"];
  return meta.is_object() ? meta.get_object() : meta.emplace_object();
}

std::string_view name_of(const json::object& object) {
  return text_at(meta_of(object), "name");
}

std::string_view namespace_of(const json::object& object) {
  return text_at(meta_of(object), "namespace");
}

std::string_view uid_of(const json::object& object) {
  return text_at(meta_of(object), "uid");
}

bool deleting(const json::object& object) {
  return !text_at(meta_of(object), "deletionTimestamp").empty();
}

std::vector<std::string> finalizers_of(const json::object& object) {
  std::vector<std::string> found;
  for (const auto& one : array_at(meta_of(object), "finalizers"))
    if (one.is_string()) found.emplace_back(one.get_string());
  return found;
}

void set_finalizers(json::object& object, const std::vector<std::string>& finalizers) {
  auto& meta = meta_of(object);
  if (finalizers.empty()) {
    meta.erase("finalizers");
  } else {
    meta["finalizers"] = json::value_from(finalizers);
  }
}

}  // namespace kube_double
