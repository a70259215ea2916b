#include "app/object_json.hpp"

#include <algorithm>

#include "kube/conditions.hpp"

namespace app {

namespace json = boost::json;

base::Result<ObjectJson> read_object(std::string_view text) {
  auto document = kube::parse_json(text);
  if (!document) return document.error();
  auto meta = kube::read_meta(document->root());
  if (!meta) return meta.error();
  return ObjectJson{std::move(*meta), std::move(*document)};
}

void describe(domain::Object& object, const kube::Meta& meta) {
  object.ns = meta.ns;
  object.name = meta.name;
  object.uid = meta.uid;
  object.generation = meta.generation;
  object.created = meta.creation;
  object.deleting = meta.deletion.has_value();
  object.has_finalizer = meta.has_finalizer(kFinalizer);
}

domain::Assignment read_assignment(kube::Json j) {
  domain::Assignment a;
  a.pod_name = j["podName"].string_or("");
  a.eni = j["eni"].string_or("");
  a.eni_private_ip_address_index =
      static_cast<int>(std::clamp<std::int64_t>(j["eniPrivateIPAddressIndex"].integer_or(0), -1, 1'000));
  a.private_ip_address = j["privateIPAddress"].string_or("");
  return a;
}

std::optional<domain::Assignment> read_wish(kube::Json spec) {
  const kube::Json j = spec["assignment"];
  if (!j.is_object()) return std::nullopt;
  const auto assignment = read_assignment(j);
  if (assignment == domain::Assignment{}) return std::nullopt;
  return assignment;
}

std::vector<domain::Condition> read_conditions(kube::Json j) {
  std::vector<domain::Condition> conditions;
  for (const auto& c : kube::read_conditions(j))
    conditions.push_back({c.type, c.status == kube::ConditionStatus::yes, c.reason, c.message,
                          c.observed_generation, c.last_transition});
  return conditions;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value list_or_null(const std::vector<std::string>& list) {
  return list.empty() ? json::value(nullptr) : json::value_from(list);
}

json::value map_or_null(const domain::Tags& map) {
  return map.empty() ? json::value(nullptr) : json::value_from(map);
}

json::object assignment_json(const domain::Assignment& a) {
  json::object o;
  o["podName"] = text_or_null(a.pod_name);
  o["eni"] = text_or_null(a.eni);
  const int index = a.eni_private_ip_address_index;
  o["eniPrivateIPAddressIndex"] = a.eni.empty() && index == 0 ? json::value(nullptr) : json::value(index);
  o["privateIPAddress"] = text_or_null(a.private_ip_address);
  return o;
}

json::value conditions_json(const std::vector<domain::Condition>& conditions) {
  std::vector<kube::Condition> list;
  for (const auto& c : conditions)
    list.push_back({c.type, c.status ? kube::ConditionStatus::yes : kube::ConditionStatus::no, c.reason,
                    c.message, c.observed_generation, c.last_transition});
  return kube::to_json(list);
}

std::string status_patch(json::object status, const std::string& resource_version) {
  json::object patch;
  patch["metadata"] = json::object{{"resourceVersion", resource_version}};
  patch["status"] = std::move(status);
  return json::serialize(patch);
}

std::string finalizers_patch(const kube::Meta& meta, bool with_ours) {
  json::array finalizers;
  for (const auto& finalizer : meta.finalizers)
    if (finalizer != kFinalizer) finalizers.emplace_back(finalizer);
  if (with_ours) finalizers.emplace_back(kFinalizer);
  json::object patch;
  patch["metadata"] =
      json::object{{"resourceVersion", meta.resource_version}, {"finalizers", std::move(finalizers)}};
  return json::serialize(patch);
}

}  // namespace app
