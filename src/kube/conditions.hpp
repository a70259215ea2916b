#pragma once
// metav1.Condition: one line of an object's state for people and for `kubectl wait`.
// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "kube/json.hpp"

namespace kube {

enum class ConditionStatus { yes, no, unknown };  // written "True", "False", "Unknown"
std::string_view text_of(ConditionStatus status);

struct Condition {
  std::string type;
  ConditionStatus status = ConditionStatus::unknown;
  std::string reason;   // CamelCase, never empty: the API refuses that
  std::string message;  // cut to 32,768 bytes, the API's bound, when it is written
  std::int64_t observed_generation = 0;
  base::WallTime last_transition{};  // to the second, as it is written

  bool operator==(const Condition&) const = default;
};

std::vector<Condition> read_conditions(Json array);  // entries without a type are left out
boost::json::value to_json(const std::vector<Condition>& conditions);

}  // namespace kube
