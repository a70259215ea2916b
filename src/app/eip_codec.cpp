#include "app/eip_codec.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/time_text.hpp"
#include "kube/conditions.hpp"
#include "kube/json.hpp"

namespace app {
namespace {

namespace json = boost::json;

domain::Assignment read_assignment(kube::Json j) {
  domain::Assignment a;
  a.pod_name = j["podName"].string_or("");
  a.eni = j["eni"].string_or("");
  a.eni_private_ip_address_index =
      static_cast<int>(std::clamp<std::int64_t>(j["eniPrivateIPAddressIndex"].integer_or(0), -1, 1'000));
  a.private_ip_address = j["privateIPAddress"].string_or("");
  return a;
}

domain::EipSpec read_spec(kube::Json j) {
  domain::EipSpec spec;
  spec.tags = j["tags"].string_map();
  // Objects of 1.4.1 may hold several: it ranked the address before the pool before the pools.
  spec.public_ip_address = j["publicIPv4Address"].string_or("");
  if (spec.public_ip_address.empty()) spec.public_ip_address = j["publicIPAddress"].string_or("");
  if (spec.public_ip_address.empty()) spec.public_ipv4_pool = j["publicIPv4Pool"].string_or("");
  if (spec.public_ip_address.empty() && spec.public_ipv4_pool.empty())
    spec.public_ipv4_pools = j["publicIPv4Pools"].strings();
  if (j["assignment"].is_object()) {
    const auto assignment = read_assignment(j["assignment"]);
    // An empty section asks for nothing.
    if (assignment != domain::Assignment{}) spec.assignment = assignment;
  }
  return spec;
}

std::vector<domain::Condition> conditions_of(kube::Json j) {
  std::vector<domain::Condition> conditions;
  for (const auto& c : kube::read_conditions(j))
    conditions.push_back({c.type, c.status == kube::ConditionStatus::yes, c.reason, c.message,
                          c.observed_generation, c.last_transition});
  return conditions;
}

domain::EipStatus read_status(kube::Json j) {
  domain::EipStatus status;
  status.state = j["state"].string_or("");
  status.allocation_id = j["allocationId"].string_or("");
  status.public_ip_address = j["publicIPAddress"].string_or("");
  status.association_id = j["associationId"].string_or("");
  status.network_interface_id = j["networkInterfaceId"].string_or("");
  if (const auto a = j["assignment"]; a.is_object()) {
    const auto held = read_assignment(a);
    status.assignment =
        domain::StatusAssignment{held.pod_name, a["podUID"].string_or(""), held.private_ip_address, held.eni,
                                 held.eni_private_ip_address_index};
  }
  status.tag_keys = j["tagKeys"].strings();
  status.region = j["region"].string_or("");
  status.account_id = j["accountID"].string_or("");
  if (const auto i = j["intent"]; i.is_object()) {
    domain::Intent intent;
    // An unreadable time counts as long ago: the address is looked for, and the settle time has passed.
    if (const auto at = i["recordedAt"].time()) intent.recorded_at = *at;
    intent.public_ipv4_pool = i["publicIPv4Pool"].string_or("");
    intent.public_ip_address = i["publicIPAddress"].string_or("");
    intent.recovery = i["recovery"].boolean_or(false);
    status.intent = intent;
  }
  status.conditions = conditions_of(j["conditions"]);
  status.observed_generation = j["observedGeneration"].integer_or(-1);
  return status;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value assignment_json(const std::optional<domain::StatusAssignment>& a) {
  if (!a) return nullptr;
  json::object o;
  o["podName"] = text_or_null(a->pod_name);
  o["podUID"] = text_or_null(a->pod_uid);
  o["privateIPAddress"] = text_or_null(a->private_ip_address);
  o["eni"] = text_or_null(a->eni);
  o["eniPrivateIPAddressIndex"] =
      a->eni.empty() ? json::value(nullptr) : json::value(a->eni_private_ip_address_index);
  return o;
}

json::value intent_json(const std::optional<domain::Intent>& intent) {
  if (!intent) return nullptr;
  json::object o;
  o["action"] = "Allocate";
  o["recordedAt"] = base::rfc3339_micros(intent->recorded_at);
  o["publicIPv4Pool"] = text_or_null(intent->public_ipv4_pool);
  o["publicIPAddress"] = text_or_null(intent->public_ip_address);
  o["recovery"] = intent->recovery ? json::value(true) : json::value(nullptr);
  return o;
}

json::value conditions_json(const std::vector<domain::Condition>& conditions) {
  std::vector<kube::Condition> list;
  for (const auto& c : conditions)
    list.push_back({c.type, c.status ? kube::ConditionStatus::yes : kube::ConditionStatus::no, c.reason,
                    c.message, c.observed_generation, c.last_transition});
  return kube::to_json(list);
}

}  // namespace

kube::Kind<EipObject> eip_kind() {
  return {{"aws.k8s.logmein.com", "v1alpha1", "eips", "EIP", true}, &decode_eip};
}

base::Result<EipObject> decode_eip(std::string_view text) {
  const auto document = kube::parse_json(text);
  if (!document) return document.error();
  auto meta = kube::read_meta(document->root());
  if (!meta) return meta.error();
  EipObject object;
  object.meta = std::move(*meta);
  domain::Eip& eip = object.eip;
  eip.ns = object.meta.ns;
  eip.name = object.meta.name;
  eip.uid = object.meta.uid;
  eip.generation = object.meta.generation;
  eip.created = object.meta.creation;
  eip.deleting = object.meta.deletion.has_value();
  eip.has_finalizer = object.meta.has_finalizer(kFinalizer);
  eip.spec = read_spec((*document)["spec"]);
  eip.status = read_status((*document)["status"]);
  return object;
}

std::string status_patch(const domain::EipStatus& status, const std::string& resource_version) {
  json::object s;
  s["state"] = status.state;
  s["allocationId"] = text_or_null(status.allocation_id);
  s["publicIPAddress"] = text_or_null(status.public_ip_address);
  s["associationId"] = text_or_null(status.association_id);
  s["networkInterfaceId"] = text_or_null(status.network_interface_id);
  s["assignment"] = assignment_json(status.assignment);
  s["tagKeys"] = status.tag_keys.empty() ? json::value(nullptr) : json::value_from(status.tag_keys);
  s["region"] = text_or_null(status.region);
  s["accountID"] = text_or_null(status.account_id);
  s["intent"] = intent_json(status.intent);
  s["conditions"] = conditions_json(status.conditions);
  s["observedGeneration"] = status.observed_generation;
  json::object patch;
  patch["metadata"] = json::object{{"resourceVersion", resource_version}};
  patch["status"] = std::move(s);
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
