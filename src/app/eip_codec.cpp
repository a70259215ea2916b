#include "app/eip_codec.hpp"

#include "base/time_text.hpp"

namespace app {
namespace {

namespace json = boost::json;

domain::EipSpec read_spec(kube::Json j) {
  domain::EipSpec spec;
  spec.tags = j["tags"].string_map();
  // Objects of 1.4.1 may hold several: it ranked the address before the pool before the pools.
  spec.public_ip_address = j["publicIPv4Address"].string_or("");
  if (spec.public_ip_address.empty()) spec.public_ip_address = j["publicIPAddress"].string_or("");
  if (spec.public_ip_address.empty()) spec.public_ipv4_pool = j["publicIPv4Pool"].string_or("");
  if (spec.public_ip_address.empty() && spec.public_ipv4_pool.empty())
    spec.public_ipv4_pools = j["publicIPv4Pools"].strings();
  spec.assignment = read_wish(j);
  return spec;
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
  if (const auto by = j["assignedBy"]; by.is_object()) {
    status.assigned_by = domain::AssignedBy{by["association"].string_or(""), std::nullopt};
    if (by["copy"].is_object()) status.assigned_by->copy = read_assignment(by["copy"]);
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
  status.conditions = read_conditions(j["conditions"]);
  status.observed_generation = j["observedGeneration"].integer_or(-1);
  return status;
}

json::value held_json(const std::optional<domain::StatusAssignment>& a) {
  if (!a) return nullptr;
  json::object o =
      assignment_json({a->pod_name, a->eni, a->eni_private_ip_address_index, a->private_ip_address});
  o["podUID"] = text_or_null(a->pod_uid);
  return o;
}

json::value assigned_by_json(const std::optional<domain::AssignedBy>& by) {
  if (!by) return nullptr;
  json::object o;
  o["association"] = text_or_null(by->association);
  o["copy"] = by->copy ? json::value(assignment_json(*by->copy)) : json::value(nullptr);
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

}  // namespace

kube::Kind<EipObject> eip_kind() {
  return {resource_of("eips", "EIP"), &decode_eip};
}

base::Result<EipObject> decode_eip(std::string_view text) {
  auto read = read_object(text);
  if (!read) return read.error();
  EipObject object;
  object.meta = std::move(read->meta);
  describe(object.eip, object.meta);
  object.eip.spec = read_spec(read->document["spec"]);
  object.eip.status = read_status(read->document["status"]);
  return object;
}

std::string status_patch(const domain::EipStatus& status, const std::string& resource_version) {
  json::object s;
  s["state"] = status.state;
  s["allocationId"] = text_or_null(status.allocation_id);
  s["publicIPAddress"] = text_or_null(status.public_ip_address);
  s["associationId"] = text_or_null(status.association_id);
  s["networkInterfaceId"] = text_or_null(status.network_interface_id);
  s["assignment"] = held_json(status.assignment);
  s["assignedBy"] = assigned_by_json(status.assigned_by);
  s["tagKeys"] = list_or_null(status.tag_keys);
  s["region"] = text_or_null(status.region);
  s["accountID"] = text_or_null(status.account_id);
  s["intent"] = intent_json(status.intent);
  s["conditions"] = conditions_json(status.conditions);
  s["observedGeneration"] = status.observed_generation;
  return status_patch(std::move(s), resource_version);
}

std::string removal_patch(const kube::Meta& meta, const domain::Assignment& copy) {
  json::array patch;
  const auto test = [&](const char* path, const std::string& value) {
    if (!value.empty()) patch.push_back(json::object{{"op", "test"}, {"path", path}, {"value", value}});
  };
  test("/metadata/resourceVersion", meta.resource_version);
  test("/spec/assignment/podName", copy.pod_name);
  test("/spec/assignment/eni", copy.eni);
  test("/spec/assignment/privateIPAddress", copy.private_ip_address);
  patch.push_back(json::object{{"op", "remove"}, {"path", "/spec/assignment"}});
  return json::serialize(patch);
}

}  // namespace app
