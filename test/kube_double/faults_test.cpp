#include "kube_double/faults.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace kube_double {
namespace {

using Do = Rule::Do;

Rule rule(Do act, const std::string& verb = "", const std::string& resource = "") {
  Rule made;
  made.act = act;
  made.verb = verb;
  made.resource = resource;
  return made;
}

bool hits(Rules& rules, const Asked& asked) {
  return rules.match(asked, 1) != nullptr;
}

TEST(Rules, ARuleIsForItsClientVerbAndResource) {
  Rules rules;
  auto made = rule(Do::error, "patch", "eips/status");
  made.client = "operator";
  made.times = 0;
  rules.add(made);
  EXPECT_TRUE(hits(rules, {"operator", "patch", "eips", "status"}));
  EXPECT_FALSE(hits(rules, {"other", "patch", "eips", "status"}));
  EXPECT_FALSE(hits(rules, {"operator", "get", "eips", "status"}));
  EXPECT_FALSE(hits(rules, {"operator", "patch", "enis", "status"}));
  EXPECT_FALSE(hits(rules, {"operator", "patch", "eips", ""}));
  rules.clear();
  made.resource = "eips";
  rules.add(made);
  EXPECT_TRUE(hits(rules, {"operator", "patch", "eips", "status"})) << "without a subresource: all of it";
}

TEST(Rules, ARuleForAnyVerbLeavesTheOpeningOfWatchesAlone) {
  Rules rules;
  rules.add(rule(Do::error));
  EXPECT_FALSE(hits(rules, {"operator", "watch", "eips", ""}));
  EXPECT_TRUE(hits(rules, {"operator", "list", "eips", ""}));
  rules.add(rule(Do::error, "watch"));
  EXPECT_TRUE(hits(rules, {"operator", "watch", "eips", ""}));
}

TEST(Rules, ARuleIsForItsTurns) {
  Rules rules;
  auto made = rule(Do::error);
  made.nth = 2;
  made.times = 2;
  rules.add(made);
  std::string pattern;
  for (int i = 0; i < 5; ++i) pattern += hits(rules, {"", "get", "eips", ""}) ? 'x' : '.';
  EXPECT_EQ(pattern, ".xx..");
  EXPECT_EQ(rules.all().front().hits, 2u);
  EXPECT_EQ(rules.all().front().seen, 5u);
}

TEST(Rules, AProbabilityIsDrawnFromTheSeed) {
  const auto pattern = [] {
    Rules rules;
    auto made = rule(Do::error);
    made.times = 0;
    made.probability = 0.3;
    rules.add(made);
    std::string text;
    for (std::uint64_t seed = 0; seed < 1000; ++seed)
      text += rules.match({"", "get", "eips", ""}, seed) != nullptr ? 'x' : '.';
    return text;
  };
  const auto text = pattern();
  const auto hits = std::count(text.begin(), text.end(), 'x');
  EXPECT_GT(hits, 240);
  EXPECT_LT(hits, 360);
  EXPECT_EQ(pattern(), text);
}

TEST(Rules, OnAWatchAllRulesActTogether) {
  Rules rules;
  rules.add(rule(Do::lag, "", "eips"));
  rules.add(rule(Do::repeat));
  rules.add(rule(Do::cut, "", "pods"));
  rules.add(rule(Do::error));
  const auto all = rules.match_watch({"operator", "watch", "eips", ""}, 1);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].act, Do::lag);
  EXPECT_EQ(all[1].act, Do::repeat);
}

TEST(Rules, ARemovedRuleDoesNothing) {
  Rules rules;
  rules.remove(rules.add(rule(Do::error)));
  EXPECT_FALSE(hits(rules, {"", "get", "eips", ""}));
}

}  // namespace
}  // namespace kube_double
