#include "ec2_double/faults.hpp"

#include <gtest/gtest.h>

namespace ec2_double {
namespace {

// Which of ten calls of the action a rule applies to, as digits from 1.
std::string hits(Rules& rules, const char* action, double draw = 0) {
  std::string found;
  for (int call = 1; call <= 9; ++call)
    if (rules.match(action, draw) != nullptr) found += std::to_string(call);
  return found;
}

Rule rule(const char* action, std::uint64_t nth = 1, std::uint64_t times = 1) {
  Rule made;
  made.action = action;
  made.nth = nth;
  made.times = times;
  return made;
}

TEST(Rules, CountTheCallsOfTheirAction) {
  Rules rules;
  rules.add(rule("A", 3, 2));
  EXPECT_EQ(hits(rules, "B"), "");
  EXPECT_EQ(hits(rules, "A"), "34");
  EXPECT_EQ(rules.all()[0].seen, 9u);
  EXPECT_EQ(rules.all()[0].hits, 2u);
}

TEST(Rules, MayBeForAllCallsFromOne) {
  Rules rules;
  rules.add(rule("", 7, 0));
  EXPECT_EQ(hits(rules, "A"), "789");
  EXPECT_EQ(hits(rules, "B"), "123456789");
}

TEST(Rules, TheFirstThatAppliesDecidesAndAllCount) {
  Rules rules;
  const auto first = rules.add(rule("A", 2));
  const auto second = rules.add(rule("A", 2, 2));
  EXPECT_EQ(rules.match("A", 0), nullptr);
  EXPECT_EQ(rules.match("A", 0)->id, first);
  EXPECT_EQ(rules.match("A", 0)->id, second);
  EXPECT_EQ(rules.match("A", 0), nullptr);
}

TEST(Rules, MayDependOnChance) {
  Rules rules;
  auto half = rule("A", 1, 0);
  half.probability = 0.5;
  rules.add(half);
  EXPECT_EQ(rules.match("A", 0.5), nullptr);
  EXPECT_NE(rules.match("A", 0.49), nullptr);
  EXPECT_EQ(rules.all()[0].hits, 1u);
}

TEST(Rules, AreRemovedByIdOrAll) {
  Rules rules;
  const auto first = rules.add(rule("A"));
  const auto second = rules.add(rule("A"));
  EXPECT_NE(first, second);
  rules.remove(first);
  ASSERT_EQ(rules.all().size(), 1u);
  EXPECT_EQ(rules.all()[0].id, second);
  rules.clear();
  EXPECT_TRUE(rules.all().empty());
  EXPECT_NE(rules.add(rule("A")), first) << "an id is not used again";
}

TEST(Rules, HaveNamesForWhatTheyDo) {
  EXPECT_EQ(name_of(Rule::Do::reset_before), "reset_before");
  EXPECT_EQ(name_of(Rule::Do::skew), "skew");
  EXPECT_EQ(do_of("error_after"), Rule::Do::error_after);
  EXPECT_EQ(do_of("explode"), std::nullopt);
}

}  // namespace
}  // namespace ec2_double
