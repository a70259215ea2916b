#include "kube_double/server.hpp"

#include <gmock/gmock.h>

#include "kube_double/kube_fixture.hpp"

namespace kube_double {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using ServerTest = KubeFixture;

TEST_F(ServerTest, ACreatedObjectHasWhatTheServerAdds) {
  const auto made = done(server.create(eip("web", {{"unknown", 1}, {"tags", {{"a", "b"}}}})));
  EXPECT_FALSE(uid_of(made->value).empty());
  EXPECT_EQ(number_at(meta(made), "generation"), 1);
  EXPECT_EQ(text_at(meta(made), "creationTimestamp"), "2025-06-15T15:06:40Z");
  EXPECT_EQ(text_at(meta(made), "resourceVersion"), std::to_string(server.version()));
  EXPECT_EQ(json::serialize(*at(made->value, "spec")), R"({"tags":{"a":"b"}})");
  EXPECT_EQ(number_at(object_at(made->value, "status"), "observedGeneration"), -1);
}

TEST_F(ServerTest, TheFinalizerHoldsADeletedObjectBack) {
  const Ref web{"eips", "demo", "web"};
  done(server.create(eip("web")));
  hold(web);
  const auto held = done(server.remove(web));
  ASSERT_TRUE(held);
  EXPECT_TRUE(deleting(held->value));
  EXPECT_EQ(number_at(meta(held), "generation"), 2);
  done(let_go(web));
  EXPECT_FALSE(server.find(web));
}

TEST_F(ServerTest, ANamespaceTakesItsContentAlong) {
  done(server.create(eip("web")));
  done(server.create(pod("a")));
  hold({"eips", "demo", "web"});
  done(server.remove({"namespaces", "", "demo"}));
  EXPECT_FALSE(server.find({"pods", "demo", "a"}));
  EXPECT_TRUE(server.find({"namespaces", "", "demo"}));
  EXPECT_EQ(server.create(eip("late")).error().code, 403);
  done(let_go({"eips", "demo", "web"}));
  EXPECT_FALSE(server.find({"namespaces", "", "demo"}));
}

TEST_F(ServerTest, DependentsGoAfterTheirOwnerWithinTheDelay) {
  server.settings.controller_delay = 10s;
  const auto owner = done(server.create(config_map("owner")));
  done(server.create(owned(eip("web"), owner)));
  clock.advance(1min);
  EXPECT_FALSE(done(server.remove({"configmaps", "demo", "owner"})));
  EXPECT_TRUE(server.find({"eips", "demo", "web"}));
  clock.advance(10s);
  EXPECT_FALSE(server.find({"eips", "demo", "web"}));
}

TEST_F(ServerTest, TheDumpShowsEveryObject) {
  done(server.create(eip("web", {{"tags", {{"a", "b"}}}})));
  EXPECT_THAT(server.dump(), HasSubstr("eips demo/web\n"));
  EXPECT_THAT(server.dump(), HasSubstr("  spec.tags.a: \"b\"\n"));
}

}  // namespace
}  // namespace kube_double
