#include "kube/conditions.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace {

using kube::Condition;
using kube::ConditionStatus;
const base::WallTime kThen{std::chrono::seconds(1'750'000'000)};
const base::WallTime kLater = kThen + std::chrono::seconds(60);

TEST(Conditions, TheTransitionTimeMovesOnlyWithTheStatus) {
  std::vector<Condition> all;
  EXPECT_TRUE(kube::set_condition(all, {"Ready", ConditionStatus::no, "Waiting", "for a pod", 1, {}}, kThen));
  EXPECT_FALSE(
      kube::set_condition(all, {"Ready", ConditionStatus::no, "Waiting", "for a pod", 1, {}}, kLater));
  EXPECT_TRUE(
      kube::set_condition(all, {"Ready", ConditionStatus::no, "Waiting", "for its IP", 1, {}}, kLater));
  EXPECT_EQ(all.at(0).last_transition, kThen);
  EXPECT_TRUE(kube::set_condition(all, {"Ready", ConditionStatus::yes, "Assigned", "", 1, {}}, kLater));
  EXPECT_EQ(all.at(0).last_transition, kLater);
  EXPECT_EQ(all.size(), 1u);
}

TEST(Conditions, SurviveTheWayToJsonAndBack) {
  std::vector<Condition> all;
  kube::set_condition(all, {"Ready", ConditionStatus::unknown, "R", "m", 4, {}},
                      kThen + std::chrono::milliseconds(7));
  kube::set_condition(all, {"Stalled", ConditionStatus::yes, "Quota", "m", 4, {}}, kThen);
  const auto value = kube::to_json(all);
  EXPECT_EQ(kube::read_conditions(kube::Json(&value)), all);
}

TEST(Conditions, ALongMessageIsCutBetweenCharacters) {
  std::vector<Condition> all;
  std::string message(32'767, 'x');
  message += "\xC3\xA9";
  kube::set_condition(all, {"Ready", ConditionStatus::no, "R", message, 0, {}}, kThen);
  EXPECT_EQ(all.at(0).message.size(), 32'767u);
}

}  // namespace
