#include "ec2_double/actions.hpp"

#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using testing::ElementsAre;

TEST(WildcardMatch, KnowsStarsAndQuestionMarks) {
  EXPECT_TRUE(wildcard_match("", ""));
  EXPECT_TRUE(wildcard_match("*", ""));
  EXPECT_TRUE(wildcard_match("a*", "a"));
  EXPECT_TRUE(wildcard_match("a*c", "abbc"));
  EXPECT_TRUE(wildcard_match("*b*d", "abcbd"));
  EXPECT_TRUE(wildcard_match("a?c", "abc"));
  EXPECT_TRUE(wildcard_match("a**b", "ab"));
  EXPECT_TRUE(wildcard_match("*aab", "aaaab"));
  EXPECT_FALSE(wildcard_match("", "a"));
  EXPECT_FALSE(wildcard_match("a?c", "ac"));
  EXPECT_FALSE(wildcard_match("a*c", "abcd"));
  EXPECT_FALSE(wildcard_match("abc", "ab"));
  EXPECT_FALSE(wildcard_match("a", "A"));
}

TEST(WildcardMatch, ABackslashTakesTheMeaning) {
  EXPECT_TRUE(wildcard_match("a\\*b", "a*b"));
  EXPECT_FALSE(wildcard_match("a\\*b", "axb"));
  EXPECT_FALSE(wildcard_match("a\\?b", "axb"));
  EXPECT_TRUE(wildcard_match("a\\\\b", "a\\b"));
  EXPECT_TRUE(wildcard_match("a\\", "a\\"));
  EXPECT_TRUE(wildcard_match("\\**", "*rest"));
}

TEST(Matches, AllFiltersWithOneOfTheirValues) {
  const auto values_of = [](std::string_view name) -> std::optional<std::vector<std::string>> {
    if (name == "both") return std::vector<std::string>{"x", "y"};
    if (name == "none") return std::vector<std::string>{};
    return std::nullopt;
  };
  EXPECT_TRUE(matches({}, values_of));
  EXPECT_TRUE(matches({{"both", {"a", "y"}}}, values_of));
  EXPECT_TRUE(matches({{"both", {"x"}}, {"both", {"y"}}}, values_of));
  EXPECT_FALSE(matches({{"both", {"a"}}}, values_of));
  EXPECT_FALSE(matches({{"both", {"x"}}, {"none", {"*"}}}, values_of));
  EXPECT_THROW(matches({{"none", {"x"}}, {"other", {"x"}}}, values_of), Error);
}

TEST(Matches, TagsByKeyAndByValue) {
  const Tags tags{{"owner", "me"}, {"empty", ""}};
  EXPECT_THAT(*tag_values(tags, "tag:owner"), ElementsAre("me"));
  EXPECT_THAT(*tag_values(tags, "tag:empty"), ElementsAre(""));
  EXPECT_TRUE(tag_values(tags, "tag:other")->empty());
  EXPECT_THAT(*tag_values(tags, "tag-key"), ElementsAre("empty", "owner"));
  EXPECT_FALSE(tag_values(tags, "owner"));
}

struct Paging : DoubleFixture {
  // 7 tags; DescribeTags takes 5 to 1000 per page.
  Paging() {
    world.vpcs.put(
        {"vpc-8", "", "", {{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}, {"f", ""}, {"g", ""}}}, {});
  }
  Read ask(const std::string& page_size, const std::string& token = "", const std::string& filter = "vpc-8") {
    Parameters parameters{{"Filter.1.Name", "resource-id"}, {"Filter.1.Value.1", filter}};
    if (!page_size.empty()) parameters.emplace_back("MaxResults", page_size);
    if (!token.empty()) parameters.emplace_back("NextToken", token);
    return call("DescribeTags", parameters);
  }
  static std::string keys(const Read& read) {
    std::string found;
    for (const auto& key : read.all("tagSet/item/key")) found += key;
    return found;
  }
  static std::string code(const Read& read) { return read.text("Errors/Error/Code"); }
};

TEST_F(Paging, PagesFollowEachOtherByTheirTokens) {
  const auto first = ask("5");
  EXPECT_EQ(keys(first), "abcde");
  const auto token = first.text("nextToken");
  EXPECT_FALSE(token.empty());
  EXPECT_EQ(keys(ask("5", token)), "fg");
  EXPECT_EQ(ask("5", token).text("nextToken"), "");
  EXPECT_EQ(keys(ask("1000", token)), "fg");
  EXPECT_EQ(ask("7").text("nextToken"), "") << "the last page has no token";
}

TEST_F(Paging, WithoutASizeAllIsShown) {
  EXPECT_EQ(keys(ask("")), "abcdefg");
}

TEST_F(Paging, SizesHaveLimits) {
  EXPECT_EQ(code(ask("4")), "InvalidParameterValue");
  EXPECT_EQ(code(ask("1001")), "InvalidParameterValue");
}

TEST_F(Paging, ATokenIsOfItsQueryAndGoesStale) {
  const auto token = ask("5").text("nextToken");
  EXPECT_EQ(code(ask("5", "nonsense")), "InvalidNextToken");
  EXPECT_EQ(code(ask("5", token + "x")), "InvalidNextToken");
  EXPECT_EQ(code(ask("5", token, "vpc-1")), "InvalidNextToken");
  world.vpcs.put({"vpc-8", "", "", {{"a", ""}}}, now);
  EXPECT_EQ(keys(ask("5", token)), "") << "the listing became shorter meanwhile";
}

}  // namespace
}  // namespace ec2_double
