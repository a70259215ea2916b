#include "domain/tags.hpp"

#include <gtest/gtest.h>

namespace domain {
namespace {

const Tags kOurs = ownership_tags("cluster", "ns", "web", "uid-1");

TEST(Tags, of_a_missing_key_are_empty) {
  EXPECT_EQ(tag(kOurs, kUidTag), "uid-1");
  EXPECT_EQ(tag(kOurs, "team"), "");
}

TEST(Tags, of_the_spec_win_over_defaults_and_ownership_over_all) {
  const Tags wanted = wanted_tags({{"team", "default"}, {"cost", "1"}, {kUidTag, "x"}},
                                  {{"team", "spec"}, {kUidTag, "y"}}, kOurs);
  EXPECT_EQ(wanted.at("team"), "spec");
  EXPECT_EQ(wanted.at("cost"), "1");
  EXPECT_EQ(wanted.at(kUidTag), "uid-1");
  EXPECT_EQ(wanted.size(), 6u);
}

TEST(Tags, that_status_lists_are_on_the_thing_as_wanted_or_still_there_from_earlier) {
  Tags have = kOurs;
  have.insert({{"a", ""}, {"b", "other"}, {"earlier", "x"}});
  const Tags wanted = wanted_tags({{"a", ""}}, {{"b", ""}, {"refused", ""}}, kOurs);
  EXPECT_EQ(tag_keys(have, wanted, {"earlier", "gone"}), (std::vector<std::string>{"a", "earlier"}));
}

struct Claim {
  const char* sentence;
  Tags tags;
  bool claimed;
};

class Claims : public testing::TestWithParam<Claim> {};

TEST_P(Claims, are_told_from_our_own) {
  EXPECT_EQ(claimed(GetParam().tags, kOurs), GetParam().claimed) << GetParam().sentence;
}

Tags ours_but(const char* key, const char* value) {
  Tags tags = kOurs;
  tags[key] = value;
  return tags;
}

Tags ours_without(const char* key) {
  Tags tags = kOurs;
  tags.erase(key);
  return tags;
}

INSTANTIATE_TEST_SUITE_P(
    Of, Claims,
    testing::Values(
        Claim{"an address without tags is nobody's", {}, false},
        Claim{"foreign tags of other kinds don't matter", {{"zzz", "x"}}, false},
        Claim{"our own tags are no claim", kOurs, false},
        Claim{"a tag that was taken off is no claim", ours_without(kUidTag), false},
        Claim{"another object's uid is one", ours_but(kUidTag, "uid-2"), true},
        Claim{"another cluster is one", ours_but(kClusterTag, "c2"), true},
        Claim{"an unknown tag under our prefix is one", {{"aws.k8s.logmein.com/zone", "x"}}, true}));

TEST(TagChange, sets_what_is_missing_or_different) {
  const auto change = tag_change({{"a", "1"}, {"b", "old"}}, {{"a", "1"}, {"b", "new"}, {"c", "3"}}, {});
  EXPECT_EQ(change.set, (Tags{{"b", "new"}, {"c", "3"}}));
  EXPECT_TRUE(change.remove.empty());
}

TEST(TagChange, removes_only_what_we_set_earlier_and_is_still_there) {
  const auto change = tag_change({{"ours", "1"}, {"theirs", "2"}}, {}, {"ours", "long gone"});
  EXPECT_TRUE(change.set.empty());
  EXPECT_EQ(change.remove, std::vector<std::string>{"ours"});
}

TEST(TagChange, of_what_is_as_wanted_is_empty) {
  EXPECT_TRUE(tag_change({{"a", "1"}, {"theirs", "2"}}, {{"a", "1"}}, {"a"}).empty());
}

}  // namespace
}  // namespace domain
