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

TEST_F(TransportTest, ACutBeforeTheEffectLooksTheSame) {
  make("web");
  server.rules.add(rule(Do::cut_before, "patch"));
  const auto cut = patch(R"({"spec":{"publicIPv4Pool":"p"}})");
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().effect_possible);
  EXPECT_EQ(text_at(object_at(server.find({"eips", "default", "web"})->value, "spec"), "publicIPv4Pool"), "");
}

TEST_F(TransportTest, ALateEffectComesAfterTheClientHasGivenUp) {
  make("web");
  auto late = rule(Do::late, "patch");
  late.latency = 50s;
  server.rules.add(late);
  const auto given_up = patch(R"({"spec":{"publicIPv4Pool":"p"}})");
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().kind, FaultKind::timed_out);
  const auto pool = [&] {
    return text_at(object_at(server.find({"eips", "default", "web"})->value, "spec"), "publicIPv4Pool");
  };
  EXPECT_EQ(pool(), "");
  clock.advance(20s);
  EXPECT_EQ(pool(), "p");
  late.latency = 5s;
  server.rules.add(late);
  const auto begun = clock.now();
  const auto waited = patch(R"({"spec":{"publicIPv4Pool":"q"}})");
  ASSERT_TRUE(waited);
  EXPECT_GE(clock.now() - begun, 5s);
  EXPECT_EQ(pool(), "q");
}

TEST_F(TransportTest, RefusalsByRuleAreSeenForWhatTheyAre) {
  make("web");
  const auto seen = [&](Rule made) {
    made.verb = "patch";
    server.rules.add(made);
    return patch(R"({"metadata":{"labels":{"a":"b"}}})").error();
  };
  EXPECT_EQ(seen(rule(Do::conflict)).kind, FaultKind::conflict);
  EXPECT_EQ(seen(rule(Do::forbidden)).kind, FaultKind::denied);
  EXPECT_EQ(seen(rule(Do::unauthorized)).kind, FaultKind::denied);
  auto error = rule(Do::error);
  error.code = 504;
  error.reason = "Timeout";
  EXPECT_EQ(seen(error).kind, FaultKind::timed_out);
  EXPECT_FALSE(object_at(meta_of(server.find({"eips", "default", "web"})->value), "labels").contains("a"));
  EXPECT_TRUE(seen(rule(Do::error_after)).effect_possible);
  EXPECT_TRUE(object_at(meta_of(server.find({"eips", "default", "web"})->value), "labels").contains("a"));
}

TEST_F(TransportTest, AThrottledRequestIsTriedAfterTheTimeThatTheServerSays) {
  make("web");
  auto throttle = rule(Do::throttle, "get");
  throttle.retry_after = 7s;
  server.rules.add(throttle);
  const auto begun = clock.now();
  EXPECT_TRUE(run(api.get(eips, web)));
  EXPECT_GE(clock.now() - begun, 7s);
  EXPECT_EQ(server.requests.size(), 2u);
  EXPECT_EQ(server.requests[0].status, 429);
  EXPECT_EQ(server.requests[0].fault, "throttle");
  EXPECT_EQ(server.requests[1].status, 200);
}

TEST_F(TransportTest, AHangEndsWithTheTimeoutAndHasHadItsEffect) {
  server.rules.add(rule(Do::hang, "create"));
  auto object = KubeFixture::eip("web");
  meta_of(object)["namespace"] = "default";
  const auto lost = run(api.create(eips, "default", json::serialize(object)));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, FaultKind::timed_out);
  EXPECT_TRUE(server.find({"eips", "default", "web"}));
}

TEST_F(TransportTest, AStaleListShowsThePastWhereThatIsAllowed) {
  make("a");
  clock.advance(1min);
  make("b");
  auto stale = rule(Do::stale, "list");
  stale.latency = 1min;
  stale.times = 0;
  server.rules.add(stale);
  kube::ListOptions any;
  any.resource_version = "0";
  int old = 0;
  for (int i = 0; i < 20; ++i) {
    clock.advance(2s);
    const auto list = run(api.list_page(eips, "", any));
    ASSERT_TRUE(list);
    old += list->find("\"name\":\"b\"") == std::string::npos;
    EXPECT_NE(list->find("\"name\":\"a\""), std::string::npos);
    EXPECT_NE(run(api.list_page(eips, "", {}))->find("\"name\":\"b\""), std::string::npos);
  }
  EXPECT_GT(old, 0);
  EXPECT_LT(old, 20);
}

TEST_F(TransportTest, TheSameSeedTellsTheSameHistory) {
  const auto history = [] {
    boost::asio::io_context context;
    fakes::ManualClock clock(context);
    Settings settings;
    settings.seed = 7;
    settings.controller_delay = 5s;
    Server server(clock, context.get_executor(), settings);
    const auto owner = KubeFixture::done(
        server.create({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "owner"}}}}));
    for (int i = 0; i < 5; ++i) {
      auto object = KubeFixture::owned(KubeFixture::eip("e" + std::to_string(i)), owner);
      meta_of(object)["namespace"] = "default";
      KubeFixture::done(server.create(object));
    }
    server.remove({"configmaps", "default", "owner"});
    clock.advance(3s);
    return server.dump();
  };
  EXPECT_EQ(history(), history());
}

}  // namespace
}  // namespace kube_double
