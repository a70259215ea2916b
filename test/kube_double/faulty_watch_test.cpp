// What rules do to an open watch.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/scope.hpp"
#include "kube_double/kube_fixture.hpp"
#include "kube_double/transport.hpp"

namespace kube_double {
namespace {

using namespace std::chrono_literals;
using Do = Rule::Do;
using testing::ElementsAre;

struct FaultyWatch : KubeFixture {
  ServerTransport wire{server, "operator"};
  base::TaskScope scope{context.get_executor()};
  struct Following {
    std::vector<std::string> seen;  // "ADDED web"
    std::vector<base::Duration> at;
    std::optional<bool> ended;  // true: in good order
  } following;
  base::SteadyTime begun = clock.now();

  ~FaultyWatch() override {
    scope.stop();
    boost::asio::co_spawn(context, scope.join(), boost::asio::detached);
    clock.settle();
  }
  void rule(Do act, Span latency = {}, std::uint64_t events = 0) {
    Rule made;
    made.act = act;
    made.resource = "eips";
    made.latency = latency;
    made.events = events;
    server.rules.add(made);
  }
  void watch(Version from, const std::string& more = "") {
    begun = clock.now();
    following = {};
    scope.spawn(follow("https://double/apis/aws.k8s.logmein.com/v1alpha1/eips?watch=true&resourceVersion=" +
                       std::to_string(from) + more));
    clock.settle();
  }
  base::Task<> follow(std::string url) {
    http::Request request;
    request.url = std::move(url);
    auto stream = co_await wire.open(std::move(request));
    if (!stream) co_return;
    while (true) {
      auto chunk = co_await (*stream)->next();
      if (!chunk || !*chunk) {
        following.ended = chunk.has_value();
        co_return;
      }
      note(**chunk);
    }
  }
  void note(std::string_view text) {
    while (!text.empty()) {
      const auto event = json::parse(text.substr(0, text.find('\n'))).as_object();
      following.seen.push_back(std::string(text_at(event, "type")) + " " +
                               std::string(name_of(object_at(event, "object"))));
      following.at.push_back(clock.now() - begun);
      text.remove_prefix(text.find('\n') + 1);
    }
  }
};

TEST_F(FaultyWatch, EndsInGoodOrderAfterItsTime) {
  rule(Do::end, 5s);
  watch(server.version());
  clock.advance(4s);
  EXPECT_FALSE(following.ended);
  clock.advance(1s);
  EXPECT_EQ(following.ended, true);
}

TEST_F(FaultyWatch, IsCutAfterSoManyEvents) {
  rule(Do::cut, {}, 2);
  watch(server.version());
  for (const auto* name : {"a", "b", "c"}) done(server.create(eip(name)));
  clock.settle();
  EXPECT_THAT(following.seen, ElementsAre("ADDED a", "ADDED b"));
  EXPECT_EQ(following.ended, false);
}

TEST_F(FaultyWatch, ExpiresAtOnce) {
  rule(Do::expire);
  watch(server.version());
  EXPECT_THAT(following.seen, ElementsAre("ERROR "));
  EXPECT_EQ(following.ended, true);
  watch(server.version());
  EXPECT_FALSE(following.ended) << "once";
}

TEST_F(FaultyWatch, RepeatsEachEvent) {
  rule(Do::repeat);
  watch(server.version());
  done(server.create(eip("a")));
  clock.settle();
  EXPECT_THAT(following.seen, ElementsAre("ADDED a", "ADDED a"));
}

TEST_F(FaultyWatch, LagsInOrder) {
  rule(Do::lag, 10s);
  watch(server.version());
  std::vector<std::string> expected;
  for (int i = 10; i < 30; ++i) {
    expected.push_back("ADDED e" + std::to_string(i));
    done(server.create(eip("e" + std::to_string(i))));
    clock.advance(100ms);
  }
  EXPECT_LT(following.seen.size(), 20u);
  clock.advance(10s);
  EXPECT_EQ(following.seen, expected);
  EXPECT_GT(following.at.back(), 2s);
}

TEST_F(FaultyWatch, ABookmarkNeverPromisesWhatLags) {
  server.settings.bookmarks = 1s;
  rule(Do::lag, 1h);
  watch(server.version(), "&allowWatchBookmarks=true");
  const auto before = server.version();
  done(server.create(eip("a")));
  clock.advance(3s);
  ASSERT_THAT(following.seen, testing::Each("BOOKMARK "));
  ASSERT_FALSE(following.seen.empty());
  watch(before);
  EXPECT_THAT(following.seen, ElementsAre("ADDED a"));
}

TEST_F(FaultyWatch, WhatLagsAndIsForgottenExpires) {
  rule(Do::lag, 1h);
  watch(server.version());
  done(server.create(eip("a")));
  server.compact();
  clock.advance(1h);
  EXPECT_THAT(following.seen, ElementsAre("ERROR "));
}

TEST_F(FaultyWatch, WhatIsForgottenExpires) {
  const auto then = server.version();
  done(server.create(eip("a")));
  clock.advance(11min);
  watch(then);
  EXPECT_THAT(following.seen, ElementsAre("ERROR "));
  watch(server.version());
  EXPECT_THAT(following.seen, ElementsAre());
}

}  // namespace
}  // namespace kube_double
