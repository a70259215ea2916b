#include "kube/conditions.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace {

using kube::Condition;
using kube::ConditionStatus;
const base::WallTime kThen{std::chrono::seconds(1'750'000'000)};

std::vector<Condition> written_and_read(const std::vector<Condition>& conditions) {
  const auto value = kube::to_json(conditions);
  return kube::read_conditions(kube::Json(&value));
}

TEST(Conditions, SurviveTheWayToJsonAndBack) {
  const std::vector<Condition> all{{"Ready", ConditionStatus::unknown, "R", "m", 4, kThen},
                                   {"Stalled", ConditionStatus::yes, "Quota", "m", 4, kThen}};
  EXPECT_EQ(written_and_read(all), all);
}

TEST(Conditions, ALongMessageIsCutBetweenCharacters) {
  std::string message(32'767, 'x');
  message += "\xC3\xA9";
  EXPECT_EQ(written_and_read({{"Ready", ConditionStatus::no, "R", message, 0, kThen}}).at(0).message.size(),
            32'767u);
}

}  // namespace
