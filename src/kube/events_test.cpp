#include "kube/events.hpp"

#include "fakes/kube_test_world.hpp"
#include "kube/json.hpp"

namespace {

using base::Result;
using http::Response;

struct EventsTest : kube::test::World {
  kube::Api api{transport, tools, options};
  kube::Events events{api, tools, "k8s-aws-operator", "pod-1"};
  const kube::Event event{{"g/v1", "EIP", {"s", "e"}, "u", "7"}, true, "Stalled", "Allocate", "no quota"};
};

TEST_F(EventsTest, AreWrittenAsTheApiWantsThem) {
  auto long_event = event;
  long_event.note = std::string(1023, 'x') + "\xC3\xA9";
  const auto doc = kube::parse_json(kube::event_json(long_event, "s", "e.1", clock.wall_now(), "c", "i"));
  ASSERT_TRUE(doc);
  EXPECT_EQ((*doc)["note"].string()->size(), 1023u);
  EXPECT_EQ((*doc)["type"].string(), "Warning");
  EXPECT_EQ((*doc)["regarding"]["namespace"].string(), "s");
  EXPECT_EQ((*doc)["eventTime"].string(), "2025-06-15T15:06:40.000000Z");
}

TEST_F(EventsTest, ArePostedInTheBackgroundAndTheirFailureIsOnlyCounted) {
  transport.on_send = [this](const http::Request&) -> Result<Response> {
    return Response{transport.requests.size() == 1 ? 201 : 403, {}, "{}"};
  };
  scope.spawn(events.run());
  events.post(event);
  events.post(event);
  clock.settle();
  EXPECT_EQ(transport.requests.at(0).url,
            "https://api.example:6443/apis/events.k8s.io/v1/namespaces/s/events");
  EXPECT_NE(transport.requests.at(0).body, transport.requests.at(1).body) << "each has its own name";
  EXPECT_EQ(metric(R"(kube_events_total{result="sent"})"), "1");
  EXPECT_EQ(metric(R"(kube_events_total{result="failed"})"), "1");
}

TEST_F(EventsTest, WhatDoesNotFitIsDropped) {
  for (int i = 0; i < 300; ++i) events.post(event);
  EXPECT_EQ(events.waiting(), 256u);
  EXPECT_EQ(metric(R"(kube_events_total{result="dropped"})"), "44");
}

}  // namespace
