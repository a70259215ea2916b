#include "kube/json.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Json, AStepIntoNothingIsMissingAndNullIsNot) {
  const auto doc =
      kube::parse_json(R"({"a":{"b":null,"c":"text","n":7,"f":3.0,"g":3.5,"t":true,"l":["x",1,"y"]}})");
  ASSERT_TRUE(doc);
  const auto a = (*doc)["a"];
  EXPECT_TRUE(a["no"]["such"]["path"].missing());
  EXPECT_FALSE(a["b"].missing());
  EXPECT_TRUE(a["b"].null());
  EXPECT_EQ(a["c"].string_or(""), "text");
  EXPECT_EQ(a["n"].string(), std::nullopt);
  EXPECT_EQ(a["n"].integer(), 7);
  EXPECT_EQ(a["f"].integer(), 3);
  EXPECT_EQ(a["g"].integer(), std::nullopt);
  EXPECT_EQ(a["t"].boolean(), true);
  EXPECT_EQ(a["l"].strings(), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(a["c"].items().empty());
}

TEST(Json, BadTextIsAFaultAndNeverAnException) {
  for (const std::string bad : {"", "{", "{}x", "nul", "{\"a\":\"\xFF\"}"}) {
    const auto doc = kube::parse_json(bad);
    ASSERT_FALSE(doc) << bad;
    EXPECT_EQ(doc.error().kind, base::FaultKind::invalid);
  }
  EXPECT_FALSE(kube::parse_json(std::string(1000, '[')));
  EXPECT_TRUE(kube::parse_json("{} \n"));
}

TEST(Json, ReadsMetadataAndOnlyTheAnnotationsAskedFor) {
  const auto doc =
      kube::parse_json(R"({"metadata":{"name":"n","namespace":"s","uid":"u","resourceVersion":"12",
    "generation":3,"creationTimestamp":"2026-11-23T10:00:00Z","deletionTimestamp":"2026-11-23T10:00:01Z",
    "finalizers":["f"],"labels":{"l":"1"},"annotations":{"wanted":"w","other":"o"},
    "ownerReferences":[{"kind":"Pod","name":"p","uid":"pu"}]}})");
  const auto meta = kube::read_meta(doc->root(), {"wanted", "absent"});
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->key().text(), "s/n");
  EXPECT_EQ(meta->generation, 3);
  EXPECT_TRUE(meta->has_finalizer("f"));
  EXPECT_EQ(*meta->deletion - meta->creation, std::chrono::seconds(1));
  EXPECT_EQ(meta->annotations, (std::map<std::string, std::string>{{"wanted", "w"}}));
  EXPECT_EQ(meta->owners, (std::vector<kube::OwnerReference>{{"Pod", "p", "pu"}}));
}

TEST(Json, AnObjectWithoutANameIsInvalid) {
  const auto doc = kube::parse_json(R"({"metadata":{"namespace":"s"}})");
  EXPECT_FALSE(kube::read_meta(doc->root()));
}

}  // namespace
