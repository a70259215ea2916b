#include "kube_double/transport.hpp"

#include <gmock/gmock.h>

#include "fakes/kube_test_world.hpp"
#include "kube/informer.hpp"
#include "kube/pod.hpp"
#include "kube_double/kube_fixture.hpp"

namespace kube_double {
namespace {

using namespace std::chrono_literals;
using base::FaultKind;
using Do = Rule::Do;

// The product's own client on the server.
struct TransportTest : kube::test::World {
  Server server{clock, context.get_executor()};
  ServerTransport wire{server, "operator"};
  kube::Api api{wire, tools, options};
  kube::Resource eips{"aws.k8s.logmein.com", "v1alpha1", "eips", "EIP", true};
  kube::Key web{"default", "web"};

  Object make(const std::string& name) {
    auto object = KubeFixture::eip(name);
    meta_of(object)["namespace"] = "default";
    return KubeFixture::done(server.create(object));
  }
  Object make_pod(const std::string& name) {
    auto object = KubeFixture::pod(name);
    meta_of(object)["namespace"] = "default";
    return KubeFixture::done(server.create(object));
  }
  Rule rule(Do act, const std::string& verb = "") {
    Rule made;
    made.act = act;
    made.verb = verb;
    return made;
  }
  base::Result<std::string> patch(std::string body) {
    return run(api.patch(eips, web, kube::PatchType::merge, std::move(body)));
  }
};

TEST_F(TransportTest, TheProductsInformerFollowsTheServer) {
  make_pod("a");
  kube::Informer<kube::Pod> pods(kube::pod_kind(), "", api, tools);
  scope.spawn(pods.run());
  clock.settle();
  ASSERT_TRUE(pods.synced());
  EXPECT_TRUE(pods.store().find({"default", "a"}));
  make_pod("b");
  clock.settle();
  EXPECT_TRUE(pods.store().find({"default", "b"}));
  KubeFixture::done(server.remove({"pods", "default", "a"}));
  clock.settle();
  EXPECT_FALSE(pods.store().find({"default", "a"}));
  clock.advance(2h);
  make_pod("c");
  clock.settle();
  EXPECT_TRUE(pods.store().find({"default", "c"}));
  EXPECT_EQ(metric("kube_watch_lists_total{kind=\"Pod\"}"), "1") << "bookmarks keep the watch resumable";
}

TEST_F(TransportTest, ACutAfterTheEffectIsAFaultThatMayHaveHadAnEffect) {
  make("web");
  server.rules.add(rule(Do::cut_after, "patch"));
  const auto cut = patch(R"({"spec":{"publicIPv4Pool":"p"}})");
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().effect_possible);
  EXPECT_EQ(text_at(object_at(server.find({"eips", "default", "web"})->value, "spec"), "publicIPv4Pool"),
            "p");
}

}  // namespace
}  // namespace kube_double
