// Watches: what they show, from where, and how they end.
#include "kube_double/contract/contract_fixture.hpp"

namespace kube_double {
namespace {

using testing::HasSubstr;

struct WatchesContract : Contract {
  static std::string version(const Seen& seen) {
    return std::string(text_at(meta_of(seen.object), "resourceVersion"));
  }
};

TEST_F(WatchesContract, EveryChangeAfterAVersionIsShownInOrder) {
  make("before");
  const auto from = get(eips()).version();
  const auto watching = watch(eips(), from);
  const auto added = made(eips(), held(eip("web")));
  const auto changed = merge(eips("web"), R"({"spec":{"publicIPv4Pool":"p"}})");
  const auto marked = remove(eips("web"));
  merge(eips("web"), R"({"metadata":{"finalizers":null,"labels":{"a":"b"}}})");
  const auto seen = watching->take(4);
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0].type, "ADDED");
  EXPECT_EQ(seen[0].object, added.body);
  EXPECT_EQ(seen[1].type, "MODIFIED");
  EXPECT_EQ(seen[1].object, changed.body);
  EXPECT_EQ(seen[2].type, "MODIFIED");
  EXPECT_EQ(seen[2].object, marked.body);
  EXPECT_EQ(seen[3].type, "DELETED");
  EXPECT_GT(std::stoull(version(seen[3])), std::stoull(marked.version()));
  EXPECT_FALSE(finalizers_of(seen[3].object).empty()) << "the last state that was stored";
  EXPECT_FALSE(meta_of(seen[3].object).contains("labels"));
}

TEST_F(WatchesContract, AWatchCanBeResumedFromAnyVersionThatItHasShown) {
  const auto first = make("a");
  make("b");
  make("c");
  const auto seen = watch(eips(), first.version())->take(2);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(name_of(seen[0].object), "b");
  const auto resumed = watch(eips(), version(seen[0]))->take(1);
  ASSERT_EQ(resumed.size(), 1u);
  EXPECT_EQ(resumed[0].object, seen[1].object);
}

TEST_F(WatchesContract, AWatchOfANamespaceShowsThatAlone) {
  const auto from = get(eips()).version();
  const auto watching = watch(eips(), from);
  const auto everywhere = watch("/apis/aws.k8s.logmein.com/v1alpha1/eips", from);
  const auto elsewhere = "/apis/aws.k8s.logmein.com/v1alpha1/namespaces/default/eips";
  made(elsewhere, eip("for-" + ns));
  make("web");
  EXPECT_EQ(name_of(watching->take(1).at(0).object), "web");
  EXPECT_EQ(name_of(everywhere->take(1).at(0).object), "for-" + ns);
  remove(elsewhere + tail("for-" + ns));
}

TEST_F(WatchesContract, AWriteThatChangesNothingShowsNothing) {
  make("web");
  const auto from = merge(eips("web"), R"({"spec":{"publicIPv4Pool":"p"}})").version();
  const auto watching = watch(eips(), from);
  merge(eips("web"), R"({"spec":{"publicIPv4Pool":"p"}})");
  make("later");
  EXPECT_EQ(name_of(watching->take(1).at(0).object), "later");
}

TEST_F(WatchesContract, WithoutAVersionWhatIsThereComesFirst) {
  make("b");
  make("a");
  const auto watching = watch(eips(), "");
  const auto seen = watching->take(2);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].type, "ADDED");
  EXPECT_EQ(name_of(seen[0].object), "a");
  EXPECT_EQ(name_of(seen[1].object), "b");
  const auto later = make("later");
  EXPECT_EQ(watching->take(1).at(0).object, later.body);
}

// Whichever of it is there already in the state that the server begins with, all of it comes.
TEST_F(WatchesContract, FromVersionZeroNothingIsMissed) {
  make("a");
  make("b");
  const auto watching = watch(eips(), "0");
  make("later");
  std::string names;
  for (const auto& seen : watching->take(3)) {
    EXPECT_EQ(seen.type, "ADDED");
    names += std::string(name_of(seen.object)) + " ";
  }
  EXPECT_EQ(names, "a b later ");
}

TEST_F(WatchesContract, AWatchEndsInGoodOrderWhenItsTimeIsOver) {
  const auto watching = watch(eips(), get(eips()).version(), "&timeoutSeconds=2");
  EXPECT_FALSE(watching->ended());
  EXPECT_TRUE(watching->rest().empty());
  EXPECT_TRUE(watching->ended());
}

TEST_F(WatchesContract, ABookmarkComesBeforeTheEnd) {
  const auto watching = watch(eips(), get(eips()).version(), "&allowWatchBookmarks=true&timeoutSeconds=6");
  const auto made = make("web");
  const auto seen = watching->rest();
  ASSERT_GE(seen.size(), 2u);
  EXPECT_EQ(seen[0].type, "ADDED");
  for (auto event = seen.begin() + 1; event != seen.end(); ++event) EXPECT_EQ(event->type, "BOOKMARK");
  EXPECT_EQ(text_at(seen[1].object, "kind"), "EIP");
  EXPECT_EQ(text_at(seen[1].object, "apiVersion"), "aws.k8s.logmein.com/v1alpha1");
  EXPECT_GE(std::stoull(version(seen[1])), std::stoull(made.version()));
}

TEST_F(WatchesContract, NoBookmarkComesUnasked) {
  const auto watching = watch(eips(), get(eips()).version(), "&timeoutSeconds=6");
  make("web");
  EXPECT_EQ(watching->rest().size(), 1u);
}

TEST_F(WatchesContract, AVersionThatIsForgottenIsAnErrorAndTheEnd) {
  make("web");
  stage->compact();
  const auto seen = watch(eips(), "1")->rest();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].type, "ERROR");
  EXPECT_EQ(text_at(seen[0].object, "kind"), "Status");
  EXPECT_EQ(number_at(seen[0].object, "code"), 410);
  EXPECT_EQ(text_at(seen[0].object, "reason"), "Expired");
  EXPECT_THAT(std::string(text_at(seen[0].object, "message")), HasSubstr("too old resource version: 1 ("));
}

TEST_F(WatchesContract, APodIsMarkedBeforeItIsGone) {
  const auto pod = make_pod("a");
  // On a real server the scheduler has its say of it first.
  if (std::getenv("KUBE_CONTRACT_KUBECONFIG") != nullptr)
    stage->until([&] { return !array_at(get(pods("a")).part("status"), "conditions").empty(); });
  const auto watching = watch(pods(), get(pods()).version());
  remove(pods("a"));
  const auto seen = watching->take(2);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].type, "MODIFIED");
  EXPECT_TRUE(deleting(seen[0].object));
  EXPECT_EQ(text_at(seen[0].object, "kind"), "Pod") << "unlike in a list";
  EXPECT_EQ(seen[1].type, "DELETED");
}

}  // namespace
}  // namespace kube_double
