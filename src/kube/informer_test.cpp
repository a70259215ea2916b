#include "kube/informer.hpp"

#include "fakes/kube_test_world.hpp"
#include "kube/json.hpp"

namespace {

using base::FaultKind;
using base::Result;
using namespace std::chrono_literals;
using http::Response;

struct Thing {
  kube::Meta meta;
};

Result<Thing> decode_thing(std::string_view text) {
  auto doc = kube::parse_json(text);
  if (!doc) return doc.error();
  if ((*doc)["bad"].present())
    return base::Fault{FaultKind::invalid, "JSON", "a bad thing", false, std::nullopt};
  auto meta = kube::read_meta(doc->root());
  if (!meta) return meta.error();
  return Thing{std::move(*meta)};
}

std::string object(const std::string& name, int version, const std::string& more = "") {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"s","uid":"uid-)" + name +
         R"(","resourceVersion":")" + std::to_string(version) + "\"}" + more + "}";
}
std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}
Response page(const std::string& items, int version, const std::string& more = "") {
  return {200,
          {},
          R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"(","continue":")" + more +
              R"("},"items":[)" + items + "]}"};
}
Response refusal(int status, const std::string& reason) {
  return {status, {}, R"({"kind":"Status","reason":")" + reason + R"(","message":"no"})"};
}

struct InformerTest : kube::test::World {
  kube::Api api{transport, tools, [this] {
                  auto result = options;
                  result.attempts = 1;
                  return result;
                }()};
  kube::Informer<Thing> informer{{{"g", "v1", "things", "Thing", true}, &decode_thing}, "", api, tools};
  std::vector<Response> pages;  // the next answers to lists; the last again and again

  void SetUp() override {
    transport.on_send = [this](const http::Request&) -> Result<Response> {
      auto next = pages.front();
      if (pages.size() > 1) pages.erase(pages.begin());
      return next;
    };
  }
  void start() {
    scope.spawn(informer.run());
    clock.settle();
  }
  fakes::StreamFeed& stream() { return *transport.streams.back(); }
  void say(const std::string& bytes) {
    stream().push(bytes);
    clock.settle();
  }
  std::string names() {
    std::set<std::string> sorted;
    for (const auto& thing : informer.store().all())
      sorted.insert(thing->meta.name + thing->meta.resource_version);
    std::string all;
    for (const auto& name : sorted) all += name + " ";
    return all;
  }
};

TEST_F(InformerTest, ListsInPagesAndThenFollows) {
  pages = {page(object("a", 1), 5, "more"), page(object("b", 2), 5)};
  bool synced = false;
  scope.spawn([](kube::Informer<Thing>& informer, bool& synced) -> base::Task<> {
    co_await informer.wait_synced();
    synced = true;
  }(informer, synced));
  clock.settle();
  EXPECT_FALSE(synced);
  start();
  EXPECT_TRUE(synced);
  EXPECT_EQ(names(), "a1 b2 ");
  EXPECT_NE(transport.requests.at(1).url.find("continue=more"), std::string::npos);
  EXPECT_NE(transport.requests.at(2).url.find("resourceVersion=5"), std::string::npos);
  const auto line = event("MODIFIED", object("a", 6));
  say(line.substr(0, 20));
  say(line.substr(20) + event("DELETED", object("b", 7)) + event("ADDED", object("c", 8)));
  EXPECT_EQ(names(), "a6 c8 ");
}

TEST_F(InformerTest, AfterACutItResumesFromTheLastVersionSeenAndDropsTheHalfLine) {
  pages = {page("", 5)};
  start();
  say(event("ADDED", object("a", 6)) + event("BOOKMARK", object("", 9)) + R"({"type":"ADDED","obj)");
  stream().cut();
  clock.settle();
  EXPECT_EQ(transport.streams.size(), 1u);
  clock.advance(1s);
  ASSERT_EQ(transport.streams.size(), 2u);
  EXPECT_NE(transport.requests.back().url.find("resourceVersion=9"), std::string::npos);
  EXPECT_EQ(names(), "a6 ");
  EXPECT_FALSE(informer.last_fault()) << "a cut that heals is no trouble";
}

TEST_F(InformerTest, AnExpiredVersionMeansANewListAndVanishedKeysAreTold) {
  pages = {page(object("a", 1) + "," + object("b", 2), 5)};
  std::vector<std::string> gone;
  informer.store().on_change([&](const Thing* before, const Thing* now) {
    if (!now) gone.push_back(before->meta.name);
  });
  start();
  pages = {page(object("b", 2), 50)};
  say(event("ERROR", R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})"));
  clock.advance(1s);
  EXPECT_EQ(gone, (std::vector<std::string>{"a"}));
  EXPECT_NE(transport.requests.back().url.find("resourceVersion=50"), std::string::npos);
  EXPECT_EQ(metric(R"(kube_watch_lists_total{kind="Thing"})"), "2");
}

TEST_F(InformerTest, A410InTheMiddleOfPagingStartsAgainAndForgetsTheFirstPages) {
  pages = {page(object("a", 1), 5, "more"), refusal(410, "Expired"), page(object("b", 2), 9)};
  start();
  EXPECT_FALSE(informer.synced());
  clock.advance(1s);
  EXPECT_TRUE(informer.synced());
  EXPECT_EQ(names(), "b2 ");
  EXPECT_EQ(transport.requests.at(2).url.find("limit="), std::string::npos);
}

TEST_F(InformerTest, ABadObjectIsLeftOutAndLoggedOnce) {
  pages = {page(object("a", 1) + "," + object("x", 2, R"(,"bad":1)"), 5)};
  start();
  EXPECT_EQ(names(), "a1 ");
  say(event("MODIFIED", object("x", 6, R"(,"bad":1)")) + event("ADDED", object("b", 7)));
  EXPECT_EQ(names(), "a1 b7 ");
  EXPECT_EQ(logged("can't be read"), 1);
  EXPECT_EQ(metric(R"(kube_undecodable_objects_total{kind="Thing"})"), "2");
}

TEST_F(InformerTest, AnObjectThatBecameUnreadableStaysAsItWasAfterARelist) {
  pages = {page(object("a", 1), 5)};
  start();
  pages = {page(object("a", 6, R"(,"bad":1)"), 9)};
  say(event("ERROR", R"({"code":410})"));
  clock.advance(1s);
  EXPECT_EQ(names(), "a1 ");
}

TEST_F(InformerTest, SilenceEndsTheStream) {
  pages = {page("", 5)};
  start();
  clock.advance(149s);
  EXPECT_EQ(transport.streams.size(), 1u);
  say(event("BOOKMARK", object("", 6)));
  clock.advance(149s);
  EXPECT_EQ(transport.streams.size(), 1u);
  clock.advance(3s);
  EXPECT_EQ(transport.streams.size(), 2u);
  EXPECT_TRUE(transport.streams.front()->destroyed);
}

TEST_F(InformerTest, ARefusalIsKeptForHealthAndLoggedOncePerChange) {
  pages = {refusal(403, "Forbidden")};
  start();
  clock.advance(10min);
  EXPECT_FALSE(informer.synced());
  ASSERT_TRUE(informer.last_fault());
  EXPECT_EQ(informer.last_fault()->kind, FaultKind::denied);
  EXPECT_EQ(logged("can't follow"), 1);
  pages = {refusal(404, "NotFound")};
  clock.advance(1min);
  EXPECT_EQ(logged("can't follow"), 2);
  pages = {page("", 5)};
  clock.advance(1min);
  EXPECT_FALSE(informer.last_fault());
  EXPECT_EQ(logged("following a resource again"), 1);
}

TEST_F(InformerTest, AStopEndsTheTransfer) {
  pages = {page("", 5)};
  start();
  scope.stop();
  clock.settle();
  EXPECT_TRUE(transport.streams.back()->destroyed);
  EXPECT_EQ(scope.size(), 0u);
}

}  // namespace
