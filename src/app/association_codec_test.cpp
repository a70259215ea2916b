#include "app/association_codec.hpp"

#include <gtest/gtest.h>

using app::decode_association;

namespace {

domain::Association decode(const std::string& spec, const std::string& status = "{}") {
  const auto object = decode_association(
      R"({"metadata":{"namespace":"n","name":"a","uid":"u","resourceVersion":"7","generation":3,
      "creationTimestamp":"2026-01-02T03:04:05Z","finalizers":["aws.k8s.logmein.com"]},"spec":)" +
      spec + R"(,"status":)" + status + "}");
  EXPECT_TRUE(object);
  return object ? object->association : domain::Association{};
}

TEST(AssociationCodec, ReadsWhichEipIsWantedWhere) {
  const auto association =
      decode(R"({"eipName":"web","assignment":{"eni":"e","eniPrivateIPAddressIndex":2}})");
  EXPECT_EQ(association.ns, "n");
  EXPECT_EQ(association.name, "a");
  EXPECT_EQ(association.uid, "u");
  EXPECT_EQ(association.generation, 3);
  EXPECT_TRUE(association.has_finalizer);
  EXPECT_FALSE(association.deleting);
  EXPECT_EQ(association.eip_name, "web");
  EXPECT_EQ(association.assignment, (domain::Assignment{"", "e", 2, ""}));
}

TEST(AssociationCodec, TakesAnEmptyAssignmentForNone) {
  EXPECT_FALSE(decode(R"({"eipName":"web"})").assignment);
  EXPECT_FALSE(decode(R"({"eipName":"web","assignment":{}})").assignment);
  EXPECT_FALSE(decode(R"({"eipName":"web","assignment":{"podName":""}})").assignment);
}

TEST(AssociationCodec, SurvivesValuesOfOtherTypesThanExpected) {
  const auto association =
      decode(R"({"eipName":5,"assignment":["x"]})", R"({"conditions":{},"observedGeneration":"x"})");
  EXPECT_EQ(association.eip_name, "");
  EXPECT_FALSE(association.assignment);
  EXPECT_TRUE(association.status.conditions.empty());
  EXPECT_EQ(association.status.observed_generation, -1);
  EXPECT_EQ(decode("5", "[]").eip_name, "");
}

TEST(AssociationCodec, ReadsBackTheStatusThatItWrote) {
  domain::AssociationStatus status;
  status.conditions = {
      {"Bound", true, "Bound", "EIP web", 3, std::chrono::system_clock::from_time_t(1'750'000'000)}};
  status.observed_generation = 3;
  const std::string patch = app::status_patch(status, "7");
  const auto from = patch.find("\"status\":") + 9;
  EXPECT_EQ(patch.substr(0, from), R"({"metadata":{"resourceVersion":"7"},"status":)");
  EXPECT_EQ(decode("{}", patch.substr(from, patch.size() - from - 1)).status, status);
}

TEST(AssociationCodec, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "{", "null", R"({"metadata":{}})"})
    EXPECT_FALSE(decode_association(text)) << text;
}

}  // namespace
