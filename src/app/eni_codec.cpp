#include "app/eni_codec.hpp"

#include <algorithm>

#include "base/time_text.hpp"

namespace app {
namespace {

namespace json = boost::json;

int count(kube::Json j) {
  return static_cast<int>(std::clamp<std::int64_t>(j.integer_or(0), 0, 255));
}

domain::EniSpec read_spec(kube::Json j) {
  domain::EniSpec spec;
  spec.subnet_id = j["subnetID"].string_or("");
  spec.security_groups = j["securityGroups"].strings();
  spec.secondary_private_ip_address_count = count(j["secondaryPrivateIPAddressCount"]);
  spec.description = j["description"].string_or("");
  spec.tags = j["tags"].string_map();
  spec.pod_name = j["attachment"]["podName"].string_or("");
  return spec;
}

domain::EniIntent read_intent(kube::Json j) {
  domain::EniIntent intent;
  // An unreadable time counts as long ago: the interface is looked for, and asked for with the same token.
  if (const auto at = j["recordedAt"].time()) intent.recorded_at = *at;
  intent.repeated = j["repeated"].boolean_or(false);
  intent.subnet_id = j["subnetID"].string_or("");
  const auto groups = j["securityGroupIDs"].strings();
  intent.security_group_ids.insert(groups.begin(), groups.end());
  intent.secondary_private_ip_address_count = count(j["secondaryPrivateIPAddressCount"]);
  intent.description = j["description"].string_or("");
  intent.tags = j["tags"].string_map();
  return intent;
}

domain::EniStatus read_status(kube::Json j) {
  domain::EniStatus status;
  status.network_interface_id = j["networkInterfaceID"].string_or("");
  status.mac_address = j["macAddress"].string_or("");
  status.private_ip_addresses = j["privateIPAddresses"].strings();
  if (const auto a = j["attachment"]; a.is_object())
    // Version 1.4.1 wrote podName alone.
    status.attachment = domain::EniAttachment{
        a["podName"].string_or(""), a["podUID"].string_or(""), a["instanceID"].string_or(""),
        a["attachmentID"].string_or(""),
        static_cast<int>(std::clamp<std::int64_t>(a["deviceIndex"].integer_or(-1), -1, 1'000))};
  status.tag_keys = j["tagKeys"].strings();
  status.region = j["region"].string_or("");
  status.account_id = j["accountID"].string_or("");
  status.client_token_sequence = j["clientTokenSequence"].integer_or(0);
  if (const auto intent = j["intent"]; intent.is_object()) status.intent = read_intent(intent);
  status.conditions = read_conditions(j["conditions"]);
  status.observed_generation = j["observedGeneration"].integer_or(-1);
  return status;
}

json::value attachment_json(const std::optional<domain::EniAttachment>& a) {
  if (!a) return nullptr;
  json::object o;
  o["podName"] = text_or_null(a->pod_name);
  o["podUID"] = text_or_null(a->pod_uid);
  o["instanceID"] = text_or_null(a->instance_id);
  o["attachmentID"] = text_or_null(a->attachment_id);
  o["deviceIndex"] = a->device_index < 0 ? json::value(nullptr) : json::value(a->device_index);
  return o;
}

json::value intent_json(const std::optional<domain::EniIntent>& before,
                        const std::optional<domain::EniIntent>& intent) {
  if (!intent) return nullptr;
  json::object o;
  o["action"] = "Create";
  o["recordedAt"] = base::rfc3339_micros(intent->recorded_at);
  o["repeated"] = intent->repeated ? json::value(true) : json::value(nullptr);
  o["subnetID"] = text_or_null(intent->subnet_id);
  o["securityGroupIDs"] =
      list_or_null({intent->security_group_ids.begin(), intent->security_group_ids.end()});
  o["secondaryPrivateIPAddressCount"] = intent->secondary_private_ip_address_count > 0
                                            ? json::value(intent->secondary_private_ip_address_count)
                                            : json::value(nullptr);
  o["description"] = text_or_null(intent->description);
  o["tags"] = map_or_null(intent->tags);
  // A merge patch merges maps: keys of the intent before would stay.
  if (before && o["tags"].is_object())
    for (const auto& [key, value] : before->tags)
      if (!intent->tags.contains(key)) o["tags"].as_object()[key] = nullptr;
  return o;
}

}  // namespace

kube::Kind<EniObject> eni_kind() {
  return {resource_of("enis", "ENI"), &decode_eni};
}

base::Result<EniObject> decode_eni(std::string_view text) {
  auto read = read_object(text);
  if (!read) return read.error();
  EniObject object;
  object.meta = std::move(read->meta);
  describe(object.eni, object.meta);
  object.eni.spec = read_spec(read->document["spec"]);
  object.eni.status = read_status(read->document["status"]);
  return object;
}

std::string status_patch(const EniObject& before, const domain::EniStatus& status) {
  json::object s;
  s["networkInterfaceID"] = text_or_null(status.network_interface_id);
  s["macAddress"] = text_or_null(status.mac_address);
  s["privateIPAddresses"] = list_or_null(status.private_ip_addresses);
  s["attachment"] = attachment_json(status.attachment);
  s["tagKeys"] = list_or_null(status.tag_keys);
  s["region"] = text_or_null(status.region);
  s["accountID"] = text_or_null(status.account_id);
  s["clientTokenSequence"] =
      status.client_token_sequence > 0 ? json::value(status.client_token_sequence) : json::value(nullptr);
  s["intent"] = intent_json(before.eni.status.intent, status.intent);
  s["conditions"] = conditions_json(status.conditions);
  s["observedGeneration"] = status.observed_generation;
  return status_patch(std::move(s), before.meta.resource_version);
}

}  // namespace app
