#include "app/eip_codec.hpp"

#include <gtest/gtest.h>

#include "kube/json.hpp"

using app::decode_eip;

namespace {

app::EipObject decode(const std::string& spec, const std::string& status = "{}") {
  auto object =
      decode_eip(R"({"metadata":{"namespace":"n","name":"a","uid":"u","resourceVersion":"7","generation":3,
      "creationTimestamp":"2026-01-02T03:04:05Z","finalizers":["aws.k8s.logmein.com"]},"spec":)" +
                 spec + R"(,"status":)" + status + "}");
  EXPECT_TRUE(object);
  return object ? *object : app::EipObject{};
}

// What the API server would hold after our patch: nulls removed.
app::EipObject stored(const domain::EipStatus& status) {
  auto patch = kube::parse_json(app::status_patch(status, "7"));
  EXPECT_TRUE(patch);
  std::string text = app::status_patch(status, "7");
  const auto from = text.find("\"status\":") + 9;
  return decode("{}", text.substr(from, text.size() - from - 1));
}

TEST(EipCodec, ReadsTheExactAddressByEitherName) {
  EXPECT_EQ(decode(R"({"publicIPv4Address":"1.2.3.4"})").eip.spec.public_ip_address, "1.2.3.4");
  EXPECT_EQ(decode(R"({"publicIPAddress":"1.2.3.4"})").eip.spec.public_ip_address, "1.2.3.4");
}

TEST(EipCodec, RanksTheSourcesOfAnObjectOf141ThatHasSeveral) {
  const auto all =
      decode(R"({"publicIPAddress":"1.2.3.4","publicIPv4Pool":"p","publicIPv4Pools":["q"]})").eip.spec;
  EXPECT_EQ(all.public_ip_address, "1.2.3.4");
  EXPECT_TRUE(all.public_ipv4_pool.empty());
  EXPECT_TRUE(all.public_ipv4_pools.empty());
  const auto pools = decode(R"({"publicIPv4Pool":"p","publicIPv4Pools":["q"]})").eip.spec;
  EXPECT_EQ(pools.public_ipv4_pool, "p");
  EXPECT_TRUE(pools.public_ipv4_pools.empty());
}

TEST(EipCodec, TakesAnEmptyAssignmentForNone) {
  EXPECT_FALSE(decode(R"({"assignment":{}})").eip.spec.assignment);
  EXPECT_FALSE(decode(R"({"assignment":{"podName":""}})").eip.spec.assignment);
  EXPECT_TRUE(decode(R"({"assignment":{"podName":"p"}})").eip.spec.assignment);
}

TEST(EipCodec, SurvivesValuesOfOtherTypesThanExpected) {
  const auto object =
      decode(R"({"tags":["x"],"publicIPv4Pools":{"a":1},"assignment":"pod"})",
             R"({"state":5,"conditions":{},"intent":"now","tagKeys":"x","observedGeneration":"y"})");
  EXPECT_TRUE(object.eip.spec.tags.empty());
  EXPECT_FALSE(object.eip.spec.assignment);
  EXPECT_EQ(object.eip.status.observed_generation, -1);
}

TEST(EipCodec, ReadsBackTheStatusThatItWrote) {
  domain::EipStatus status;
  status.state = "assigned";
  status.allocation_id = "eipalloc-1";
  status.public_ip_address = "1.2.3.4";
  status.association_id = "eipassoc-1";
  status.network_interface_id = "eni-1";
  status.assignment = domain::StatusAssignment{"pod", "pod-uid", "10.0.0.1", "", 0};
  status.assigned_by = domain::AssignedBy{"association", domain::Assignment{"pod", "", 0, "10.0.0.1"}};
  status.tag_keys = {"owner", "team"};
  status.region = "eu-west-1";
  status.account_id = "123456789012";
  const domain::Time at =
      std::chrono::system_clock::from_time_t(1'750'000'000) + std::chrono::microseconds(123'456);
  status.intent = domain::Intent{at, "pool", "1.2.3.4", true};
  status.conditions = {
      {"Ready", true, "Assigned", "on pod", 3, std::chrono::system_clock::from_time_t(1'750'000'000)}};
  status.observed_generation = 3;
  EXPECT_EQ(stored(status).eip.status, status);
}

TEST(EipCodec, ReadsBackAnEmptyStatusAsEmpty) {
  domain::EipStatus status;
  status.state = "allocating";
  EXPECT_EQ(stored(status).eip.status, status);
}

TEST(EipCodec, ChangesOnlyOurFinalizer) {
  kube::Meta meta;
  meta.resource_version = "9";
  meta.finalizers = {"other.io/x"};
  EXPECT_EQ(app::finalizers_patch(meta, true),
            R"({"metadata":{"resourceVersion":"9","finalizers":["other.io/x","aws.k8s.logmein.com"]}})");
  meta.finalizers = {"aws.k8s.logmein.com", "other.io/x"};
  EXPECT_EQ(app::finalizers_patch(meta, false),
            R"({"metadata":{"resourceVersion":"9","finalizers":["other.io/x"]}})");
}

TEST(EipCodec, ReadsBackWhichAssociationItIsAssignedBy) {
  domain::EipStatus status;
  status.assigned_by = domain::AssignedBy{"association", std::nullopt};
  EXPECT_EQ(stored(status).eip.status, status);
  for (const auto& copy : {domain::Assignment{"", "eni", 2, "10.0.0.1"},
                           {"", "eni", 0, "10.0.0.1"},
                           {"pod", "", 3, "10.0.0.1"},
                           {"pod", "", -1, "10.0.0.1"}}) {
    status.assigned_by->copy = copy;
    EXPECT_EQ(stored(status).eip.status, status);
  }
}

TEST(EipCodec, RemovesNoAssignmentButTheOneThatWasSeen) {
  kube::Meta meta;
  meta.resource_version = "9";
  EXPECT_EQ(app::removal_patch(meta, {"web-0", "", 0, "10.0.16.1"}),
            R"([{"op":"test","path":"/metadata/resourceVersion","value":"9"},)"
            R"({"op":"test","path":"/spec/assignment/podName","value":"web-0"},)"
            R"({"op":"test","path":"/spec/assignment/privateIPAddress","value":"10.0.16.1"},)"
            R"({"op":"remove","path":"/spec/assignment"}])");
}

TEST(EipCodec, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "{", "null", R"({"metadata":{}})", "\xff"})
    EXPECT_FALSE(decode_eip(text)) << text;
}

}  // namespace
