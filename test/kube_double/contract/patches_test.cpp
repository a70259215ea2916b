// Patches: what they change, and how they are refused.
#include "kube_double/contract/contract_fixture.hpp"

namespace kube_double {
namespace {

using testing::ElementsAre;

using PatchesContract = Contract;

TEST_F(PatchesContract, AMergePatchChangesMembersAndReplacesLists) {
  make("web", {{"tags", {{"a", "1"}, {"b", "2"}}}, {"publicIPv4Pools", {"p", "q"}}});
  const auto reply = merge(eips("web"), R"({"spec":{"tags":{"a":null,"c":"3"},"publicIPv4Pools":["r"]}})");
  EXPECT_EQ(reply.part("spec"),
            json::object({{"tags", {{"b", "2"}, {"c", "3"}}}, {"publicIPv4Pools", json::array{"r"}}}));
  EXPECT_EQ(merge(eips("web"), R"({"spec":{"tags":null}})").part("spec"),
            json::object({{"publicIPv4Pools", json::array{"r"}}}));
}

TEST_F(PatchesContract, ANullIsNoValue) {
  auto object = make("web").body;
  object["spec"] = {{"publicIPv4Pool", nullptr}, {"tags", {{"a", "b"}}}};
  EXPECT_EQ(put(eips("web"), object).part("spec"), json::object({{"tags", {{"a", "b"}}}}));
}

TEST_F(PatchesContract, AMergePatchWithAVersionIsForThatVersionAlone) {
  const auto first = make("web");
  const auto patch = [&](const std::string& pool) {
    return merge(eips("web"), R"({"metadata":{"resourceVersion":")" + first.version() +
                                  R"("},"spec":{"publicIPv4Pool":")" + pool + "\"}}");
  };
  EXPECT_EQ(patch("p").status, 200);
  const auto stale = patch("q");
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.reason(), "Conflict");
  EXPECT_EQ(text_at(get(eips("web")).part("spec"), "publicIPv4Pool"), "p");
  const auto status = merge(eips("web") + "/status", R"({"metadata":{"resourceVersion":")" + first.version() +
                                                         R"("},"status":{"state":"allocating"}})");
  EXPECT_EQ(status.status, 409);
}

TEST_F(PatchesContract, AMergePatchForAnotherUidIsInvalid) {
  make("web");
  const auto reply = merge(eips("web"), R"({"metadata":{"uid":"11111111-1111-1111-1111-111111111111"}})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(text_at(array_at(reply.part("details"), "causes").at(0).as_object(), "field"), "metadata.uid");
}

TEST_F(PatchesContract, TheStepsOfAJsonPatchAreDoneInTheirOrder) {
  make("web");
  const auto reply = steps(eips("web"), R"([
      {"op":"test","path":"/metadata/finalizers","value":null},
      {"op":"add","path":"/metadata/finalizers","value":["test.example/a"]},
      {"op":"add","path":"/metadata/finalizers/-","value":"test.example/c"},
      {"op":"add","path":"/metadata/finalizers/1","value":"test.example/b"},
      {"op":"test","path":"/metadata/finalizers/0","value":"test.example/a"},
      {"op":"add","path":"/spec","value":{"tags":{"a/b~c":"1"}}},
      {"op":"replace","path":"/spec/tags/a~1b~0c","value":"2"},
      {"op":"copy","from":"/spec/tags/a~1b~0c","path":"/spec/tags/d"},
      {"op":"move","from":"/spec/tags/d","path":"/spec/tags/e"}])");
  ASSERT_EQ(reply.status, 200) << reply.text;
  EXPECT_THAT(finalizers_of(reply.body), ElementsAre("test.example/a", "test.example/b", "test.example/c"));
  EXPECT_EQ(reply.part("spec"), json::object({{"tags", {{"a/b~c", "2"}, {"e", "2"}}}}));
  const auto removed = steps(eips("web"), R"([{"op":"remove","path":"/metadata/finalizers/1"}])");
  EXPECT_THAT(finalizers_of(removed.body), ElementsAre("test.example/a", "test.example/c"));
}

// The operator takes this answer for "the object changed" (src/kube/status.cpp).
TEST_F(PatchesContract, AJsonPatchThatDoesNotApplyIsInvalidWithoutAName) {
  make("web", {{"tags", {{"a", "b"}}}});
  for (const auto* patch : {
           R"([{"op":"test","path":"/spec/tags/a","value":"c"},{"op":"remove","path":"/spec/tags/a"}])",
           R"([{"op":"test","path":"/spec/nothing","value":"c"}])",
           R"([{"op":"test","path":"/metadata/resourceVersion","value":"1"}])",
           R"([{"op":"remove","path":"/spec/nothing"}])",
           R"([{"op":"remove","path":"/metadata/finalizers/0"}])",
           R"([{"op":"add","path":"/spec/nothing/there","value":1}])",
           R"([{"op":"frobnicate","path":"/spec"}])",
       }) {
    const auto reply = steps(eips("web"), patch);
    EXPECT_EQ(reply.status, 422) << patch;
    EXPECT_EQ(reply.body,
              json::object({{"kind", "Status"},
                            {"apiVersion", "v1"},
                            {"metadata", json::object()},
                            {"status", "Failure"},
                            {"message", "the server rejected our request due to an error in our request"},
                            {"reason", "Invalid"},
                            {"details", json::object()},
                            {"code", 422}}))
        << patch;
  }
  EXPECT_EQ(get(eips("web")).part("spec"), json::object({{"tags", {{"a", "b"}}}}));
}

TEST_F(PatchesContract, AReplaceOfAMemberThatIsNotThereAddsIt) {
  make("web", {{"tags", {{"a", "b"}}}});
  EXPECT_EQ(steps(eips("web"), R"([{"op":"replace","path":"/spec/tags/c","value":"d"}])").part("spec"),
            json::object({{"tags", {{"a", "b"}, {"c", "d"}}}}));
}

TEST_F(PatchesContract, AVersionInAJsonPatchIsChecked) {
  make("web");
  const auto reply = steps(eips("web"), R"([{"op":"replace","path":"/metadata/resourceVersion","value":"1"},
                                           {"op":"add","path":"/spec","value":{"publicIPv4Pool":"p"}}])");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.reason(), "Conflict");
}

TEST_F(PatchesContract, WhatIsNoPatchIsABadRequest) {
  make("web");
  EXPECT_EQ(merge(eips("web"), "[1]").status, 400);
  EXPECT_EQ(merge(eips("web"), "{").status, 400);
  EXPECT_EQ(steps(eips("web"), R"({"op":"remove","path":"/spec"})").status, 400);
  EXPECT_EQ(steps(eips("web"), "[1]").reason(), "BadRequest");
  const auto other = send("PATCH", eips("web"), "{}", "application/json");
  EXPECT_EQ(other.status, 415);
  EXPECT_EQ(other.reason(), "UnsupportedMediaType");
  EXPECT_EQ(send("PATCH", eips("web"), "{}", "application/strategic-merge-patch+json").status, 415);
}

}  // namespace
}  // namespace kube_double
