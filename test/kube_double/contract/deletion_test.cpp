// Deletion: finalizers, preconditions, grace, owners, namespaces.
#include "base/time_text.hpp"
#include "kube_double/contract/contract_fixture.hpp"

namespace kube_double {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct DeletionContract : Contract {
  Reply let_go(const std::string& path) { return merge(path, R"({"metadata":{"finalizers":null}})"); }
  static std::string delete_with(const std::string& policy) {
    return options(R"("propagationPolicy":")" + policy + '"');
  }
  std::size_t owners(const std::string& path) {
    return array_at(meta_of(get(path).body), "ownerReferences").size();
  }
};

TEST_F(DeletionContract, WithoutAFinalizerAnObjectIsGone) {
  const auto reply = make("web");
  EXPECT_EQ(
      remove(eips("web")).body,
      json::object(
          {{"kind", "Status"},
           {"apiVersion", "v1"},
           {"metadata", json::object()},
           {"status", "Success"},
           {"details",
            {{"name", "web"}, {"group", "aws.k8s.logmein.com"}, {"kind", "eips"}, {"uid", reply.uid()}}}}));
  EXPECT_EQ(get(eips("web")).status, 404);
  EXPECT_EQ(remove(eips("web")).status, 404);
}

TEST_F(DeletionContract, AFinalizerHoldsAnObjectBack) {
  const auto before = made(eips(), held(eip("web")));
  const auto reply = remove(eips("web"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(text_at(reply.body, "kind"), "EIP");
  EXPECT_TRUE(base::parse_rfc3339(text_at(meta_of(reply.body), "deletionTimestamp")));
  EXPECT_EQ(number_at(meta_of(reply.body), "deletionGracePeriodSeconds"), 0);
  EXPECT_EQ(reply.generation(), 2);
  EXPECT_NE(reply.version(), before.version());
  const auto again = remove(eips("web"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.version(), reply.version());
}

TEST_F(DeletionContract, WhoIsBeingDeletedIsEditedButNotSaved) {
  made(eips(), held(eip("web")));
  const auto marked = remove(eips("web"));
  const auto edited = merge(eips("web"), R"({"spec":{"publicIPv4Pool":"p"}})");
  EXPECT_EQ(edited.status, 200);
  EXPECT_EQ(edited.generation(), 3);
  EXPECT_EQ(merge(eips("web") + "/status", R"({"status":{"state":"releasing"}})").status, 200);
  const auto revived = merge(eips("web"), R"({"metadata":{"deletionTimestamp":null}})");
  EXPECT_EQ(text_at(meta_of(revived.body), "deletionTimestamp"),
            text_at(meta_of(marked.body), "deletionTimestamp"));
  const auto more =
      merge(eips("web"), R"({"metadata":{"finalizers":["test.example/hold","test.example/b"]}})");
  EXPECT_EQ(more.status, 422);
  EXPECT_THAT(more.message(),
              HasSubstr("no new finalizers can be added if the object is being deleted, found "
                        "new finalizers []string{\"test.example/b\"}"));
  EXPECT_EQ(post(eips(), eip("web")).reason(), "AlreadyExists");
}

TEST_F(DeletionContract, TheLastFinalizerLetsItGo) {
  auto object = held(eip("web"));
  meta_of(object)["finalizers"] = {"test.example/a", "test.example/b"};
  made(eips(), object);
  remove(eips("web"));
  EXPECT_THAT(finalizers_of(merge(eips("web"), R"({"metadata":{"finalizers":["test.example/b"]}})").body),
              ElementsAre("test.example/b"));
  EXPECT_EQ(get(eips("web")).status, 200);
  const auto last =
      steps(eips("web"), R"([{"op":"test","path":"/metadata/finalizers/0","value":"test.example/b"},
                                          {"op":"remove","path":"/metadata/finalizers/0"}])");
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.name(), "web");
  EXPECT_TRUE(finalizers_of(last.body).empty());
  EXPECT_EQ(get(eips("web")).status, 404);
  EXPECT_NE(make("web").uid(), last.uid());
}

TEST_F(DeletionContract, WithoutADeletionAFinalizerThatGoesTakesNothingAlong) {
  made(eips(), held(eip("web")));
  EXPECT_EQ(let_go(eips("web")).status, 200);
  EXPECT_EQ(get(eips("web")).status, 200);
}

TEST_F(DeletionContract, PreconditionsMustHold) {
  const auto object = make("web");
  const auto other = remove(eips("web"), options(R"("preconditions":{"uid":"x"})"));
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.reason(), "Conflict");
  EXPECT_THAT(
      other.message(),
      HasSubstr("the UID in the precondition (x) does not match the UID in record (" + object.uid() + ")"));
  const auto changed = merge(eips("web"), R"({"spec":{"publicIPv4Pool":"p"}})");
  const auto stale =
      remove(eips("web"), options(R"("preconditions":{"resourceVersion":")" + object.version() + "\"}"));
  EXPECT_EQ(stale.status, 409);
  EXPECT_THAT(stale.message(),
              HasSubstr("the ResourceVersion in the precondition (" + object.version() + ")"));
  EXPECT_EQ(remove(eips("web"), options(R"("preconditions":{"uid":")" + object.uid() +
                                        R"(","resourceVersion":")" + changed.version() + "\"}"))
                .status,
            200);
  EXPECT_EQ(get(eips("web")).status, 404);
}

TEST_F(DeletionContract, APodThatNoNodeHasIsGoneAtOnce) {
  make_pod("a");
  const auto reply = remove(pods("a"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(text_at(reply.body, "kind"), "Pod");
  EXPECT_EQ(get(pods("a")).status, 404);
}

TEST_F(DeletionContract, APodOnANodeHasItsGrace) {
  make_pod("a", "nowhere");
  const auto reply = remove(pods("a"));
  EXPECT_EQ(number_at(meta_of(reply.body), "deletionGracePeriodSeconds"), 30);
  EXPECT_EQ(reply.generation(), 2);
  const auto end = [](const Reply& of) {
    return *base::parse_rfc3339(text_at(meta_of(of.body), "deletionTimestamp"));
  };
  EXPECT_EQ(remove(pods("a")).version(), reply.version());
  EXPECT_EQ(remove(pods("a"), options(R"("gracePeriodSeconds":60)")).version(), reply.version());
  const auto shorter = remove(pods("a"), options(R"("gracePeriodSeconds":10)"));
  EXPECT_EQ(end(reply) - end(shorter), std::chrono::seconds(20));
  EXPECT_EQ(shorter.generation(), 2);
  EXPECT_EQ(get(pods("a")).status, 200);
  EXPECT_EQ(remove(pods("a"), options(R"("gracePeriodSeconds":0)")).status, 200);
  EXPECT_EQ(get(pods("a")).status, 404);
}

TEST_F(DeletionContract, APodThatIsOverNeedsNoGrace) {
  make_pod("a", "nowhere");
  merge(pods("a") + "/status", R"({"status":{"phase":"Succeeded"}})");
  remove(pods("a"));
  EXPECT_EQ(get(pods("a")).status, 404);
}

TEST_F(DeletionContract, InTheBackgroundDependentsGoAfterTheirOwner) {
  const auto owner = made(config_maps(), object("v1", "ConfigMap", "owner"));
  made(eips(), owned(held(eip("web")), owner));
  EXPECT_EQ(remove(config_maps("owner"), delete_with("Background")).status, 200);
  EXPECT_EQ(get(config_maps("owner")).status, 404);
  EXPECT_TRUE(stage->until([&] { return deleting(get(eips("web")).body); }));
  let_go(eips("web"));
  EXPECT_EQ(get(eips("web")).status, 404);
}

TEST_F(DeletionContract, InTheForegroundTheOwnerWaitsForThoseThatBlock) {
  const auto owner = made(config_maps(), object("v1", "ConfigMap", "owner"));
  made(eips(), owned(held(eip("blocks")), owner));
  made(eips(), owned(held(eip("free")), owner, false));
  const auto marked = remove(config_maps("owner"), delete_with("Foreground"));
  EXPECT_THAT(finalizers_of(marked.body), ElementsAre("foregroundDeletion"));
  EXPECT_TRUE(stage->until([&] { return deleting(get(eips("blocks")).body); }));
  EXPECT_EQ(get(config_maps("owner")).status, 200);
  let_go(eips("blocks"));
  EXPECT_TRUE(until_gone(config_maps("owner")));
  // A real collector gets to it before or after the owner is gone.
  EXPECT_TRUE(stage->until([&] { return deleting(get(eips("free")).body); }));
}

TEST_F(DeletionContract, OrphansStayWithoutTheirOwner) {
  const auto owner = made(config_maps(), object("v1", "ConfigMap", "owner"));
  made(eips(), owned(eip("web"), owner));
  EXPECT_THAT(finalizers_of(remove(config_maps("owner"), delete_with("Orphan")).body), ElementsAre("orphan"));
  EXPECT_TRUE(until_gone(config_maps("owner")));
  EXPECT_EQ(owners(eips("web")), 0u);
  EXPECT_FALSE(deleting(get(eips("web")).body));
}

TEST_F(DeletionContract, OneOfTwoOwnersIsEnough) {
  const auto one = made(config_maps(), object("v1", "ConfigMap", "one"));
  const auto two = made(config_maps(), object("v1", "ConfigMap", "two"));
  auto object = owned(eip("web"), one);
  auto second = owned(eip("web"), two);
  meta_of(object)["ownerReferences"].as_array().push_back(
      meta_of(second)["ownerReferences"].as_array().at(0));
  made(eips(), object);
  remove(config_maps("one"));
  EXPECT_TRUE(stage->until([&] { return owners(eips("web")) == 1; }));
  remove(config_maps("two"));
  EXPECT_TRUE(until_gone(eips("web")));
}

TEST_F(DeletionContract, WhoseOwnerWasNeverThereIsCollected) {
  auto ghost = made(config_maps(), object("v1", "ConfigMap", "ghost"));
  remove(config_maps("ghost"));
  made(config_maps(), object("v1", "ConfigMap", "ghost"));
  made(eips(), owned(eip("web"), ghost));
  EXPECT_TRUE(until_gone(eips("web"))) << "an owner of the same name is not the same owner";
}

TEST_F(DeletionContract, ANamespaceGoesWhenItIsEmpty) {
  made(eips(), held(eip("web")));
  make("other");
  made(config_maps(), object("v1", "ConfigMap", "map"));
  const auto here = "/api/v1/namespaces/" + ns;
  const auto reply = remove(here);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(text_at(reply.part("status"), "phase"), "Terminating");
  EXPECT_TRUE(stage->until([&] { return post(eips(), eip("late")).status == 403; }));
  const auto late = post(eips(), eip("late"));
  EXPECT_EQ(late.reason(), "Forbidden");
  EXPECT_THAT(late.message(), HasSubstr("unable to create new content in namespace " + ns +
                                        " because it is being terminated"));
  EXPECT_EQ(text_at(array_at(late.part("details"), "causes").at(0).as_object(), "reason"),
            "NamespaceTerminating");
  EXPECT_TRUE(until_gone(eips("other")));
  EXPECT_TRUE(until_gone(config_maps("map")));
  EXPECT_TRUE(stage->until([&] { return deleting(get(eips("web")).body); }));
  EXPECT_EQ(get(here).status, 200);
  EXPECT_EQ(let_go(eips("web")).status, 200);
  EXPECT_TRUE(until_gone(here));
}

}  // namespace
}  // namespace kube_double
