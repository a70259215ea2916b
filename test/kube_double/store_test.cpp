#include "kube_double/store.hpp"

#include <gmock/gmock.h>

namespace kube_double {
namespace {

using namespace std::chrono_literals;

struct StoreTest : testing::Test {
  Store store{2};
  Time now{1000h};

  Version put(const std::string& name, int value, std::size_t resource = 0) {
    return store.put(resource, name, {{"metadata", {{"name", name}}}, {"value", value}}, now).version;
  }
  std::string seen(Version version) {
    std::string text;
    for (const auto& [key, object] : store.as_of(0, version))
      text += key + std::to_string(number_at(object->value, "value"));
    return text;
  }
};

TEST_F(StoreTest, TheVersionIsOneForAllResourcesAndInTheObject) {
  const auto first = put("a", 1);
  const auto other = put("x", 1, 1);
  const auto second = put("b", 1);
  EXPECT_EQ(other, first + 1);
  EXPECT_EQ(second, first + 2);
  EXPECT_EQ(text_at(meta_of(store.find(0, "b")->value), "resourceVersion"), std::to_string(second));
  EXPECT_EQ(store.newest(), second);
}

TEST_F(StoreTest, EveryVersionIsThereAsItWas) {
  const auto made = put("a", 1);
  const auto changed = put("a", 2);
  const auto added = put("b", 3);
  const auto gone = store.erase(0, "a", now).version;
  EXPECT_EQ(seen(made), "a1");
  EXPECT_EQ(seen(changed), "a2");
  EXPECT_EQ(seen(added), "a2b3");
  EXPECT_EQ(seen(gone), "b3");
}

TEST_F(StoreTest, TheChangesAfterAVersionAreTheRest) {
  const auto made = put("a", 1);
  put("x", 1, 1);
  const auto changed = put("a", 2);
  const auto after = store.after(0, made);
  ASSERT_EQ(store.log(0).end() - after, 1);
  EXPECT_EQ(after->version, changed);
  EXPECT_EQ(after->type, ChangeType::modified);
  EXPECT_EQ(after->before->version, made);
  EXPECT_EQ(store.after(0, changed), store.log(0).end());
}

TEST_F(StoreTest, WhatIsForgottenIsNoLongerInTheLog) {
  const auto made = put("a", 1);
  now += 1min;
  const auto changed = put("a", 2);
  EXPECT_EQ(store.version_at(now - 30s), made);
  store.forget(now - 2min);
  EXPECT_EQ(store.compacted(), 0u);
  store.forget(now - 30s);
  EXPECT_EQ(store.compacted(), made);
  ASSERT_EQ(store.log(0).size(), 1u);
  EXPECT_EQ(store.log(0).front().version, changed);
  store.compact(changed);
  EXPECT_TRUE(store.log(0).empty());
  EXPECT_EQ(seen(changed), "a2");
}

}  // namespace
}  // namespace kube_double
