#include "kube/store.hpp"

#include <gtest/gtest.h>

namespace {

struct Thing {
  kube::Meta meta;
  std::string value;
};

Thing thing(const std::string& name, const std::string& version, std::string value = "",
            std::string uid = "") {
  Thing result;
  result.meta.ns = "s";
  result.meta.name = name;
  result.meta.resource_version = version;
  result.meta.uid = uid.empty() ? "uid-" + name : uid;
  result.value = std::move(value);
  return result;
}

struct StoreTest : testing::Test {
  kube::Store<Thing> store;
  std::vector<std::string> told;

  StoreTest() {
    store.on_change([this](const Thing* before, const Thing* now) {
      told.push_back((before ? before->meta.resource_version : "-") + ">" +
                     (now ? now->meta.resource_version : "-"));
    });
  }
  std::string held(const std::string& name) {
    const auto found = store.find({"s", name});
    return found ? found->meta.resource_version : "-";
  }
};

TEST_F(StoreTest, ARelistReportsTheKeysThatVanished) {
  store.replace_all({thing("a", "1"), thing("b", "2")}, "5");
  told.clear();
  const auto vanished = store.replace_all({thing("b", "2"), thing("c", "7")}, "9");
  EXPECT_EQ(vanished, (std::vector<kube::Key>{{"s", "a"}}));
  EXPECT_EQ(told, (std::vector<std::string>{"1>-", "->7"})) << "what did not change is not told";
}

TEST_F(StoreTest, WhatCouldNotBeDecodedStaysAsItWas) {
  store.replace_all({thing("a", "1")}, "5");
  EXPECT_TRUE(store.replace_all({}, "9", {{"s", "a"}}).empty());
  EXPECT_EQ(held("a"), "1");
}

TEST_F(StoreTest, OurOwnWriteIsSeenAtOnceAndNotTakenBackByAnOlderEvent) {
  store.apply(thing("a", "10"));
  EXPECT_TRUE(store.observe(thing("a", "12")));
  store.apply(thing("a", "11"));
  EXPECT_EQ(held("a"), "12");
  store.apply(thing("a", "12"));
  store.apply(thing("a", "13"));
  EXPECT_EQ(told, (std::vector<std::string>{"->10", "10>12", "12>13"}));
}

TEST_F(StoreTest, AnOlderAnswerIsNotTaken) {
  store.apply(thing("a", "100"));
  EXPECT_FALSE(store.observe(thing("a", "99")));
  EXPECT_FALSE(store.observe(thing("a", "100")));
  EXPECT_FALSE(store.observe(thing("a", "opaque"))) << "what can't be compared is left to the watch";
  EXPECT_EQ(held("a"), "100");
}

TEST_F(StoreTest, ALateAnswerDoesNotUndoADeletion) {
  store.apply(thing("a", "10"));
  store.remove(thing("a", "12").meta);
  EXPECT_FALSE(store.observe(thing("a", "11")));
  EXPECT_EQ(held("a"), "-");
  EXPECT_TRUE(store.observe(thing("a", "20", "", "another")));
}

TEST_F(StoreTest, ADeletionOfThePredecessorSparesTheSuccessor) {
  store.observe(thing("a", "20", "", "new"));
  store.remove(thing("a", "15", "", "old").meta);
  EXPECT_EQ(held("a"), "20");
  store.remove(thing("a", "21", "", "new").meta);
  EXPECT_EQ(held("a"), "-");
}

TEST_F(StoreTest, AnOldListDoesNotRemoveWhatWasWrittenSince) {
  store.observe(thing("a", "20"));
  EXPECT_TRUE(store.replace_all({}, "15").empty());
  EXPECT_EQ(held("a"), "20");
  EXPECT_EQ(store.replace_all({}, "25").size(), 1u);
}

TEST_F(StoreTest, AReplacedObjectOfTheSameNameIsTaken) {
  store.apply(thing("a", "10", "", "old"));
  store.apply(thing("a", "11", "", "new"));
  EXPECT_EQ(store.find({"s", "a"})->meta.uid, "new");
}

TEST_F(StoreTest, AnIndexFollowsEveryChange) {
  store.apply(thing("a", "1", "x"));
  const auto& by_value = store.add_index([](const Thing& t) { return std::vector<std::string>{t.value}; });
  store.apply(thing("b", "2", "x"));
  EXPECT_EQ(by_value.lookup("x").size(), 2u);
  store.apply(thing("a", "3", "y"));
  EXPECT_EQ(by_value.lookup("x"), (std::vector<kube::Key>{{"s", "b"}}));
  store.remove(thing("b", "4").meta);
  EXPECT_TRUE(by_value.lookup("x").empty());
  EXPECT_EQ(by_value.lookup("y").size(), 1u);
}

TEST(Versions, CompareAsIntegersOfAnySize) {
  EXPECT_TRUE(kube::newer("100", "99"));
  EXPECT_TRUE(kube::newer("100000000000000000000000", "99999999999999999999999"));
  EXPECT_FALSE(kube::newer("007", "7"));
  EXPECT_FALSE(kube::newer("b", "a"));
  EXPECT_FALSE(kube::newer("1", ""));
}

}  // namespace
