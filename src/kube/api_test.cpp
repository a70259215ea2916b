#include "kube/api.hpp"

#include "fakes/kube_test_world.hpp"

namespace {

using base::FaultKind;
using base::Result;
using namespace std::chrono_literals;
using http::Response;

const kube::Resource kPods{"", "v1", "pods", "Pod", true};

class FakeToken final : public kube::TokenSource {
 public:
  base::Task<Result<std::string>> token() override { co_return "token-" + std::to_string(round); }
  void rejected() override { ++round; }
  int round = 1;
};

struct ApiTest : kube::test::World {
  std::unique_ptr<kube::Api> made;
  kube::Api& api() {
    if (!made) made = std::make_unique<kube::Api>(transport, tools, options);
    return *made;
  }
  // Answers the statuses in order, the last one again and again.
  void answer(std::vector<int> statuses) {
    transport.on_send = [this, statuses](const http::Request&) -> Result<Response> {
      const auto index = std::min(transport.requests.size(), statuses.size()) - 1;
      if (statuses[index] == 0)
        return base::Fault{FaultKind::unavailable, "curl 56", "cut", true, std::nullopt};
      return Response{statuses[index], {}, "body"};
    };
  }
  static std::string header(const http::Request& request, const std::string& name) {
    for (const auto& [key, value] : request.headers)
      if (key == name) return value;
    return "";
  }
};

TEST_F(ApiTest, SendsToTheServerWithItsToken) {
  options.token = std::make_shared<FakeToken>();
  answer({200});
  const auto text = run(api().get(kPods, {"s", "p"}));
  EXPECT_EQ(*text, "body");
  const auto& request = transport.requests.at(0);
  EXPECT_EQ(request.url, "https://api.example:6443/api/v1/namespaces/s/pods/p");
  EXPECT_EQ(header(request, "Authorization"), "Bearer token-1");
  EXPECT_EQ(metric(R"(rest_client_requests_total{code="200",host="api.example:6443",method="GET"})"), "1");
}

TEST_F(ApiTest, ReadsAreTriedAgainUntilTheServerAnswers) {
  answer({503, 0, 200});
  EXPECT_TRUE(run(api().get(kPods, {"s", "p"})));
  EXPECT_EQ(transport.requests.size(), 3u);
  EXPECT_EQ(metric(R"(rest_client_requests_total{code="<error>",host="api.example:6443",method="GET"})"),
            "1");
}

TEST_F(ApiTest, ReadsGiveUpAfterSomeAttempts) {
  answer({503});
  const auto text = run(api().get(kPods, {"s", "p"}));
  EXPECT_EQ(text.error().kind, FaultKind::unavailable);
  EXPECT_FALSE(text.error().effect_possible);
  EXPECT_EQ(transport.requests.size(), 5u);
}

TEST_F(ApiTest, AWriteWhoseAnswerWasLostIsNotSentAgain) {
  answer({0, 200});
  const auto text = run(api().patch(kPods, {"s", "p"}, kube::PatchType::merge, "{}"));
  ASSERT_FALSE(text);
  EXPECT_TRUE(text.error().effect_possible);
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(ApiTest, AThrottledWriteWaitsAsLongAsTheServerSays) {
  transport.on_send = [this](const http::Request&) -> Result<Response> {
    if (transport.requests.size() == 1) return Response{429, {{"retry-after", "7"}}, ""};
    return Response{201, {}, "made"};
  };
  const auto before = clock.now();
  const auto text = run(api().create(kPods, "s", "{}"));
  ASSERT_TRUE(text);
  EXPECT_EQ(clock.now() - before, 7s);
}

TEST_F(ApiTest, AWishBeyondTheCapIsHandedUp) {
  transport.on_send = [](const http::Request&) -> Result<Response> {
    return Response{429, {{"retry-after", "600"}}, ""};
  };
  const auto text = run(api().create(kPods, "s", "{}"));
  EXPECT_EQ(text.error().kind, FaultKind::throttled);
  EXPECT_EQ(text.error().retry_after, 600s);
}

TEST_F(ApiTest, ARefusedTokenIsReadAgainOnce) {
  const auto token = std::make_shared<FakeToken>();
  options.token = token;
  answer({401, 200});
  EXPECT_TRUE(run(api().create(kPods, "s", "{}")));
  EXPECT_EQ(header(transport.requests.at(1), "Authorization"), "Bearer token-2");
  transport.requests.clear();
  answer({401});
  const auto text = run(api().get(kPods, {"s", "p"}));
  EXPECT_EQ(text.error().kind, FaultKind::denied);
  EXPECT_EQ(transport.requests.size(), 2u);
}

TEST_F(ApiTest, HasABoundForRequestsInFlight) {
  options.max_in_flight = 3;
  answer({200});
  transport.hold = true;
  int done = 0;
  for (int i = 0; i < 10; ++i)
    scope.spawn([](kube::Api& api, int& done) -> base::Task<> {
      co_await api.get(kPods, {"s", "p"});
      ++done;
    }(api(), done));
  clock.settle();
  EXPECT_EQ(transport.requests.size(), 3u);
  transport.release();
  clock.settle();
  EXPECT_EQ(done, 10);
  EXPECT_EQ(transport.most_in_flight, 3);
}

TEST_F(ApiTest, ARefusedWatchIsAFaultWithTheServersWords) {
  transport.on_open = [](const http::Request&, fakes::StreamFeed& feed) -> std::optional<base::Fault> {
    feed.status = 403;
    feed.push(R"({"kind":"Status","reason":"Forbidden","message":"not )");
    feed.push(R"(yours"})");
    feed.end();
    return std::nullopt;
  };
  const auto stream = run(api().watch(kPods, "", {}));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().text(), "not yours (Forbidden)");
  EXPECT_TRUE(transport.streams.at(0)->destroyed);
}

}  // namespace
