#include "kube/request.hpp"

#include <gtest/gtest.h>

#include "kube/status.hpp"

namespace {

using base::FaultKind;
const kube::Resource kPods{"", "v1", "pods", "Pod", true};
const kube::Resource kNodes{"", "v1", "nodes", "Node", false};
const kube::Resource kEips{"aws.k8s.logmein.com", "v1alpha1", "eips", "EIP", true};

TEST(Request, PathsFollowTheApi) {
  EXPECT_EQ(kube::path_of(kPods, ""), "/api/v1/pods");
  EXPECT_EQ(kube::path_of(kPods, "a b", "p"), "/api/v1/namespaces/a%20b/pods/p");
  EXPECT_EQ(kube::path_of(kNodes, "ignored", "n"), "/api/v1/nodes/n");
  EXPECT_EQ(kube::path_of(kEips, "s", "e", "status"),
            "/apis/aws.k8s.logmein.com/v1alpha1/namespaces/s/eips/e/status");
}

TEST(Request, ListsAndWatchesCarryTheirParameters) {
  kube::ListOptions list;
  list.limit = 500;
  list.continue_token = "t/k=";
  EXPECT_EQ(kube::list_request(kPods, "", list).url, "/api/v1/pods?limit=500&continue=t%2Fk%3D");
  kube::WatchOptions watch;
  watch.resource_version = "7";
  watch.selectors.field = "spec.nodeName=n";
  EXPECT_EQ(
      kube::watch_request(kPods, "s", watch).url,
      "/api/v1/namespaces/s/pods?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=290"
      "&fieldSelector=spec.nodeName%3Dn");
}

TEST(Request, PatchesSayOfWhichKindTheyAre) {
  const auto patch = kube::patch_request(kEips, {"s", "e"}, kube::PatchType::json, "[]", "status");
  EXPECT_EQ(patch.method, "PATCH");
  EXPECT_EQ(patch.headers.back().second, "application/json-patch+json");
  EXPECT_EQ(kube::patch_request(kEips, {"s", "e"}, kube::PatchType::merge, "{}").headers.back().second,
            "application/merge-patch+json");
}

TEST(Status, TheTableOfRefusals) {
  const struct {
    int status;
    FaultKind kind;
  } table[] = {{400, FaultKind::invalid},     {401, FaultKind::denied},    {403, FaultKind::denied},
               {404, FaultKind::not_found},   {409, FaultKind::conflict},  {410, FaultKind::expired},
               {422, FaultKind::invalid},     {429, FaultKind::throttled}, {500, FaultKind::unavailable},
               {503, FaultKind::unavailable}, {504, FaultKind::timed_out}, {302, FaultKind::failed}};
  for (const auto& row : table) {
    const auto fault = kube::fault_of({row.status, {}, "<html>"}, true);
    EXPECT_EQ(fault.kind, row.kind) << row.status;
    EXPECT_EQ(fault.effect_possible, row.status >= 500) << row.status;
    EXPECT_EQ(fault.code, "HTTP " + std::to_string(row.status));
  }
}

TEST(Status, TakesTheServersReasonMessageAndWait) {
  const auto exists = kube::fault_of(
      {409, {}, R"({"kind":"Status","reason":"AlreadyExists","message":"eips \"e\" already exists"})"}, true);
  EXPECT_EQ(exists.text(), "eips \"e\" already exists (AlreadyExists)");
  const auto busy = kube::fault_of({429, {{"retry-after", "3"}}, ""}, true);
  EXPECT_EQ(busy.retry_after, std::chrono::seconds(3));
  EXPECT_FALSE(busy.effect_possible);
}

TEST(Status, APatchThatDoesNotApplyAnyMoreIsAConflict) {
  const auto fault = kube::fault_of(
      {422,
       {},
       R"({"kind":"Status","reason":"Invalid","message":"the server rejected our request due to an error in our request"})"},
      true);
  EXPECT_EQ(fault.kind, FaultKind::conflict);
}

}  // namespace
