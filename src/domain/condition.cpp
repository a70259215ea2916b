#include "domain/condition.hpp"

#include <algorithm>

namespace domain {

const Condition* find_condition(const std::vector<Condition>& conditions, const std::string& type) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [&](const auto& c) { return c.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

void Conditions::set(const char* type, bool status, std::string reason, std::string message) {
  Condition condition{type, status, std::move(reason), std::move(message), generation_, now_};
  if (condition.reason.empty()) condition.reason = status ? "Succeeded" : "Progressing";
  const Condition* earlier = find_condition(earlier_, type);
  if (earlier && earlier->status == status) condition.last_transition = earlier->last_transition;
  list_.push_back(std::move(condition));
}

void Conditions::set_stalled(const Verdict& step) {
  set("Stalled", step.stalled, step.stalled ? step.reason : "Progressing", step.stalled ? step.message : "");
}

void Conditions::add_stalled_notice(const Verdict& step, std::vector<Notice>& notices) const {
  const Condition* before = find_condition(earlier_, "Stalled");
  if (step.stalled && !(before && before->status)) notices.push_back({true, step.reason, step.message});
}

}  // namespace domain
