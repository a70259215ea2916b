// Lists: order, pages, versions.
#include "kube_double/contract/contract_fixture.hpp"

namespace kube_double {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct ListsContract : Contract {
  static std::string mark(const Reply& page) { return std::string(text_at(meta_of(page.body), "continue")); }
  // The next page; tokens need no escaping in what the servers here make of them, but for '='.
  Reply next(const Reply& page, const std::string& more = "") {
    return get(eips() + "?limit=2&continue=" + http_escaped(mark(page)) + more);
  }
  static std::string http_escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
      const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
      result += plain ? std::string(1, c) : std::string(hex);
    }
    return result;
  }
};

TEST_F(ListsContract, AListIsInTheOrderOfNamesAndOfOneVersion) {
  for (const auto* name : {"c", "a", "b"}) make(name);
  const auto list = get(eips());
  EXPECT_EQ(text_at(list.body, "kind"), "EIPList");
  EXPECT_EQ(text_at(list.body, "apiVersion"), "aws.k8s.logmein.com/v1alpha1");
  EXPECT_THAT(list.names(), ElementsAre("a", "b", "c"));
  EXPECT_GE(std::stoull(list.version()), std::stoull(get(eips("b")).version()));
  EXPECT_EQ(array_at(list.body, "items").at(0).as_object(), get(eips("a")).body);
}

TEST_F(ListsContract, AnEmptyListHasItemsAndAVersion) {
  for (const auto& path : {eips(), pods()}) {
    const auto list = get(path);
    EXPECT_EQ(list.status, 200);
    ASSERT_TRUE(list.body.contains("items"));
    EXPECT_THAT(array_at(list.body, "items"), IsEmpty());
    EXPECT_NE(list.version(), "");
  }
}

TEST_F(ListsContract, ItemsOfABuiltInKindDoNotSayTheirKind) {
  make_pod("a");
  const auto item = array_at(get(pods()).body, "items").at(0).as_object();
  EXPECT_FALSE(item.contains("kind"));
  EXPECT_FALSE(item.contains("apiVersion"));
  EXPECT_TRUE(item.contains("metadata"));
}

TEST_F(ListsContract, AllNamespacesAreListedTogether) {
  make("web");
  const auto list = get("/apis/aws.k8s.logmein.com/v1alpha1/eips");
  bool found = false;
  for (const auto& item : array_at(list.body, "items"))
    found = found || (namespace_of(item.as_object()) == ns && name_of(item.as_object()) == "web");
  EXPECT_TRUE(found);
}

TEST_F(ListsContract, PagesAreOfOneState) {
  for (const auto* name : {"a", "b", "c", "d", "e"}) make(name);
  const auto first = get(eips() + "?limit=2");
  EXPECT_THAT(first.names(), ElementsAre("a", "b"));
  EXPECT_EQ(number_at(meta_of(first.body), "remainingItemCount"), 3);
  make("bb");
  remove(eips("c"));
  merge(eips("d"), R"({"spec":{"publicIPv4Pool":"p"}})");
  const auto second = next(first);
  EXPECT_THAT(second.names(), ElementsAre("c", "d"));
  EXPECT_EQ(second.version(), first.version());
  EXPECT_EQ(array_at(second.body, "items").at(1).as_object().contains("spec"), false);
  const auto third = next(second);
  EXPECT_THAT(third.names(), ElementsAre("e"));
  EXPECT_EQ(mark(third), "");
  EXPECT_THAT(get(eips()).names(), ElementsAre("a", "b", "bb", "d", "e"));
}

TEST_F(ListsContract, APageThatIsTooOldSaysHowToGoOn) {
  for (const auto* name : {"a", "b", "c"}) make(name);
  const auto first = get(eips() + "?limit=2");
  make("d");
  stage->compact();
  Reply late;
  stage->until([&] {
    late = next(first);
    return late.status != 200;
  });
  EXPECT_EQ(late.status, 410);
  EXPECT_EQ(late.reason(), "Expired");
  EXPECT_THAT(late.message(), HasSubstr("The provided continue parameter is too old"));
  ASSERT_NE(mark(late), "");
  EXPECT_THAT(next(late).names(), ElementsAre("c", "d")) << "without consistency";
}

TEST_F(ListsContract, AnExactVersionIsListedAsItWas) {
  make("a");
  const auto then = get(eips());
  make("b");
  merge(eips("a"), R"({"spec":{"publicIPv4Pool":"p"}})");
  const auto list = get(eips() + "?resourceVersionMatch=Exact&resourceVersion=" + then.version());
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(array_at(list.body, "items"), array_at(then.body, "items"));
  EXPECT_THAT(get(eips() + "?resourceVersion=" + then.version()).names(), ElementsAre("a", "b"))
      << "a version alone is the oldest that will do";
}

TEST_F(ListsContract, AVersionThatIsNotThereYetIsTooLarge) {
  const auto list = get(eips() + "?resourceVersion=99999999");
  EXPECT_EQ(list.status, 504);
  EXPECT_EQ(list.reason(), "Timeout");
  EXPECT_THAT(list.message(), HasSubstr("Too large resource version: 99999999, current: "));
  EXPECT_EQ(get(eips() + "?resourceVersion=abc").status, 400);
  EXPECT_EQ(get(eips() + "?limit=2&continue=abc").status, 400);
}

}  // namespace
}  // namespace kube_double
