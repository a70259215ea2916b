#include "kube/conditions.hpp"

#include <boost/json.hpp>

#include "base/time_text.hpp"
#include "base/utf8.hpp"

namespace kube {
namespace {

constexpr std::size_t kMostMessage = 32'768;

ConditionStatus status_of(std::string_view text) {
  if (text == "True") return ConditionStatus::yes;
  if (text == "False") return ConditionStatus::no;
  return ConditionStatus::unknown;
}

}  // namespace

std::string_view text_of(ConditionStatus status) {
  switch (status) {
    case ConditionStatus::yes:
      return "True";
    case ConditionStatus::no:
      return "False";
    case ConditionStatus::unknown:
      return "Unknown";
  }
  return "Unknown";
}

std::vector<Condition> read_conditions(Json array) {
  std::vector<Condition> conditions;
  for (const auto& item : array.items()) {
    Condition condition;
    condition.type = item["type"].string_or("");
    if (condition.type.empty()) continue;
    condition.status = status_of(item["status"].string_or(""));
    condition.reason = item["reason"].string_or("");
    condition.message = item["message"].string_or("");
    condition.observed_generation = item["observedGeneration"].integer_or(0);
    condition.last_transition = item["lastTransitionTime"].time().value_or(base::WallTime{});
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

boost::json::value to_json(const std::vector<Condition>& conditions) {
  boost::json::array array;
  for (const auto& condition : conditions) {
    std::string message = condition.message;
    base::cut_utf8(message, kMostMessage);
    array.push_back({{"type", condition.type},
                     {"status", text_of(condition.status)},
                     {"reason", condition.reason},
                     {"message", message},
                     {"observedGeneration", condition.observed_generation},
                     {"lastTransitionTime", base::rfc3339(condition.last_transition)}});
  }
  return array;
}

}  // namespace kube
