#include "app/eni_codec.hpp"

#include <gtest/gtest.h>

using app::decode_eni;

namespace {

app::EniObject decode(const std::string& spec, const std::string& status = "{}") {
  auto object =
      decode_eni(R"({"metadata":{"namespace":"n","name":"a","uid":"u","resourceVersion":"7","generation":3,
      "creationTimestamp":"2026-01-02T03:04:05Z","finalizers":["aws.k8s.logmein.com"]},"spec":)" +
                 spec + R"(,"status":)" + status + "}");
  EXPECT_TRUE(object);
  return object ? *object : app::EniObject{};
}

// As the API server applies a merge patch (RFC 7396).
boost::json::value merged(boost::json::value target, const boost::json::value& patch) {
  if (!patch.is_object()) return patch;
  if (!target.is_object()) target = boost::json::object{};
  for (const auto& [key, value] : patch.as_object()) {
    if (value.is_null())
      target.as_object().erase(key);
    else
      target.as_object()[key] = merged(target.as_object()[key], value);
  }
  return target;
}

// What the API server would hold after our patches of the statuses, one after the other.
app::EniObject stored(const std::vector<domain::EniStatus>& statuses) {
  boost::json::value status = boost::json::object{};
  app::EniObject object = decode("{}");
  for (const auto& next : statuses) {
    status = merged(status, boost::json::parse(app::status_patch(object, next)).at("status"));
    object = decode("{}", boost::json::serialize(status));
  }
  return object;
}

domain::EniStatus full() {
  domain::EniStatus status;
  status.network_interface_id = "eni-1";
  status.mac_address = "02:00:00:00:00:01";
  status.private_ip_addresses = {"10.0.16.10", "10.0.16.11"};
  status.attachment = domain::EniAttachment{"web-0", "pod-uid", "i-1", "eni-attach-1", 1};
  status.tag_keys = {"owner"};
  status.region = "eu-west-1";
  status.account_id = "123456789012";
  status.client_token_sequence = 2;
  const domain::Time at =
      std::chrono::system_clock::from_time_t(1'750'000'000) + std::chrono::microseconds(123'456);
  status.intent =
      domain::EniIntent{at, true, "subnet-1", {"sg-1", "sg-2"}, 1, "for web-0", {{"a", "1"}, {"b", ""}}};
  status.conditions = {
      {"Ready", true, "Attached", "on i-1", 3, std::chrono::system_clock::from_time_t(1'750'000'000)}};
  status.observed_generation = 3;
  return status;
}

TEST(EniCodec, ReadsTheSpec) {
  const auto object = decode(R"({"subnetID":"subnet-1","securityGroups":["sg-1","web"],
      "secondaryPrivateIPAddressCount":2,"description":"d","tags":{"a":"1"},"attachment":{"podName":"web-0"}})");
  const auto& spec = object.eni.spec;
  EXPECT_EQ(spec.subnet_id, "subnet-1");
  EXPECT_EQ(spec.security_groups, (std::vector<std::string>{"sg-1", "web"}));
  EXPECT_EQ(spec.secondary_private_ip_address_count, 2);
  EXPECT_EQ(spec.description, "d");
  EXPECT_EQ(spec.tags, (domain::Tags{{"a", "1"}}));
  EXPECT_EQ(spec.pod_name, "web-0");
  EXPECT_EQ(object.eni.uid, "u");
  EXPECT_EQ(object.eni.generation, 3);
  EXPECT_TRUE(object.eni.has_finalizer);
  EXPECT_FALSE(object.eni.deleting);
}

TEST(EniCodec, SurvivesValuesOfOtherTypesThanExpected) {
  const auto object = decode(
      R"({"subnetID":5,"securityGroups":"sg-1","secondaryPrivateIPAddressCount":-3,"attachment":"web"})",
      R"({"privateIPAddresses":{},"attachment":{"deviceIndex":"x"},"intent":{"recordedAt":7,"tags":[]},
                 "clientTokenSequence":"x","conditions":{}})");
  EXPECT_TRUE(object.eni.spec.subnet_id.empty());
  EXPECT_TRUE(object.eni.spec.security_groups.empty());
  EXPECT_EQ(object.eni.spec.secondary_private_ip_address_count, 0);
  EXPECT_EQ(object.eni.status.attachment->device_index, -1);
  EXPECT_EQ(object.eni.status.intent->recorded_at, domain::Time{});
  EXPECT_EQ(object.eni.status.client_token_sequence, 0);
}

TEST(EniCodec, ReadsTheAttachmentOf141ThatNamesThePodAlone) {
  const auto object = decode("{}", R"({"networkInterfaceID":"eni-1","attachment":{"podName":"web-0"}})");
  EXPECT_EQ(object.eni.status.attachment, (domain::EniAttachment{"web-0", "", "", "", -1}));
}

TEST(EniCodec, ReadsBackTheStatusThatItWrote) {
  EXPECT_EQ(stored({full()}).eni.status, full());
}

TEST(EniCodec, RemovesWhatTheStatusHasNoMore) {
  domain::EniStatus bare;
  bare.observed_generation = 4;
  EXPECT_EQ(stored({full(), bare}).eni.status, bare);
}

TEST(EniCodec, LeavesNoTagOfAnEarlierIntentInTheNext) {
  domain::EniStatus next = full();
  next.intent->tags = {{"b", "2"}};
  next.intent->repeated = false;
  next.intent->secondary_private_ip_address_count = 0;
  EXPECT_EQ(stored({full(), next}).eni.status, next);
}

TEST(EniCodec, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "{", "null", R"({"metadata":{}})", "\xff"})
    EXPECT_FALSE(decode_eni(text)) << text;
}

}  // namespace
