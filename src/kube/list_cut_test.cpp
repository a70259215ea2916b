#include "kube/list_cut.hpp"

#include <gtest/gtest.h>

#include "http/line_splitter.hpp"
#include "kube/node.hpp"
#include "kube/pod.hpp"

namespace {

TEST(ListCut, GivesEachItemsTextWhateverTheOrder) {
  std::string body =
      R"({"items":[{"a":[1,{"b":"}"}]}, {"c":2}],"metadata":{"continue":"tok","resourceVersion":"9"},"kind":"PodList"})";
  const auto page = kube::cut_page(body);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0], R"({"a":[1,{"b":"}"}]})");
  EXPECT_EQ(page->items[1].substr(0, 7), R"({"c":2})");
  EXPECT_EQ(page->resource_version, "9");
  EXPECT_EQ(page->continue_token, "tok");
}

TEST(ListCut, AnEmptyListMayBeNull) {
  std::string body = R"({"metadata":{"resourceVersion":"9"},"items":null})";
  const auto page = kube::cut_page(body);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->items.empty());
}

TEST(ListCut, WhatIsNoListOrIsCutOffIsAFault) {
  for (std::string bad : {"", "{}", R"({"kind":"Status"})", R"({"items":[]})", R"([1])", R"({"items":[{"a":)",
                          "<html>", R"({"metadata":{"resourceVersion":"9"},"items":[{"a":1})"}) {
    EXPECT_FALSE(kube::cut_page(bad)) << bad;
  }
}

kube::WatchLine line(const std::string& text) {
  static http::LineSplitter lines;
  EXPECT_TRUE(lines.feed(text + "\n"));
  auto result = kube::cut_watch_line(*lines.next());
  EXPECT_TRUE(result) << text;
  auto copy = result ? *result : kube::WatchLine{};
  copy.object = {};
  return copy;
}

TEST(WatchLine, IsReadWithItsObjectsIdentity) {
  const auto added = line(
      R"({"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"n","namespace":"s","uid":"u","resourceVersion":"5"}}})");
  EXPECT_EQ(added.event, kube::WatchEvent::added);
  EXPECT_EQ(added.identity.key().text(), "s/n");
  EXPECT_EQ(added.identity.resource_version, "5");
  const auto mark = line(R"({"object":{"metadata":{"resourceVersion":"77"}},"type":"BOOKMARK"})");
  EXPECT_EQ(mark.event, kube::WatchEvent::bookmark);
  EXPECT_EQ(mark.identity.resource_version, "77");
  const auto error = line(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})");
  EXPECT_EQ(error.event, kube::WatchEvent::error);
  EXPECT_EQ(error.code, 410);
  EXPECT_EQ(error.reason, "Expired");
}

TEST(WatchLine, ABrokenOneIsAFault) {
  http::LineSplitter lines;
  for (const char* bad : {"{", "[]", "{}", R"({"type":"NEW","object":{}})", R"({"type":"ADDED"})",
                          R"({"type":"ADDED","object":{"meta)", "\xFF"}) {
    ASSERT_TRUE(lines.feed(std::string(bad) + "\n"));
    EXPECT_FALSE(kube::cut_watch_line(*lines.next())) << bad;
  }
}

TEST(Pod, IsReadInOnePass) {
  const auto pod = kube::decode_pod(
      R"({"status":{"podIPs":[{"ip":"10.0.0.7"},{"ip":"fd00::7"}],"podIP":"10.0.0.7","phase":"Running"},
    "spec":{"containers":[{"name":"x","env":[{}]}],"nodeName":"node-1","hostNetwork":true},
    "metadata":{"labels":{"eks.amazonaws.com/fargate-profile":"f"},"annotations":{"a":"b","vpc.amazonaws.com/pod-eni":"[{\"eniId\":\"eni-1\"}]"},
    "name":"p","namespace":"s","uid":"u","resourceVersion":"3","deletionTimestamp":null,"creationTimestamp":"2026-11-23T10:00:00Z"}})");
  ASSERT_TRUE(pod) << pod.error().text();
  EXPECT_EQ(pod->meta.key().text(), "s/p");
  EXPECT_FALSE(pod->meta.deletion);
  EXPECT_EQ(pod->node_name, "node-1");
  EXPECT_EQ(pod->phase, "Running");
  EXPECT_EQ(pod->pod_ips, (std::vector<std::string>{"10.0.0.7", "fd00::7"}));
  EXPECT_TRUE(pod->host_network);
  EXPECT_TRUE(pod->fargate);
  EXPECT_EQ(pod->pod_eni, R"([{"eniId":"eni-1"}])");
}

TEST(Pod, AYoungOneHasLittle) {
  const auto pod =
      kube::decode_pod(R"({"metadata":{"name":"p","namespace":"s"},"spec":{},"status":{"podIPs":null}})");
  ASSERT_TRUE(pod);
  EXPECT_TRUE(pod->pod_ips.empty());
  EXPECT_FALSE(pod->host_network);
}

TEST(Pod, AnythingCutOffIsAFaultAndNoCrash) {
  const std::string whole =
      R"({"metadata":{"name":"p","labels":{"a":"b"}},"spec":{"nodeName":"n"},"status":{"podIPs":[{"ip":"1.2.3.4"}]}})";
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(kube::decode_pod(whole.substr(0, size))) << whole.substr(0, size);
  EXPECT_FALSE(kube::decode_pod("{}"));
  EXPECT_FALSE(kube::decode_pod("null"));
  EXPECT_FALSE(kube::decode_pod("[]"));
}

TEST(Node, HasItsMachineAndInternalAddresses) {
  const auto node =
      kube::decode_node(R"({"metadata":{"name":"n"},"spec":{"providerID":"aws:///us-east-1a/i-1"},
    "status":{"addresses":[{"type":"Hostname","address":"h"},{"address":"10.0.0.1","type":"InternalIP"}]}})");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->provider_id, "aws:///us-east-1a/i-1");
  EXPECT_EQ(node->internal_ips, (std::vector<std::string>{"10.0.0.1"}));
}

}  // namespace
