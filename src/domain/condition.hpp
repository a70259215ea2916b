#pragma once
// The conditions and events by which an object of any kind says how it is.

#include <string>
#include <vector>

#include "domain/object.hpp"
#include "domain/pause.hpp"

namespace domain {

struct Condition {
  std::string type;
  bool status = false;
  std::string reason;
  std::string message;
  std::int64_t observed_generation = 0;
  Time last_transition{};

  bool operator==(const Condition&) const = default;
};

const Condition* find_condition(const std::vector<Condition>& conditions, const std::string& type);

template <class Status>
const Condition* find_condition(const Status& status, const std::string& type) {
  return find_condition(status.conditions, type);
}

struct Notice {  // becomes a Kubernetes Event
  bool warning = false;
  std::string reason;
  std::string message;
};

// Builds the list of conditions. One whose status stays keeps the time of its last transition.
class Conditions {
 public:
  Conditions(const std::vector<Condition>& earlier, std::int64_t generation, Time now)
      : earlier_(earlier), generation_(generation), now_(now) {}

  void set(const char* type, bool status, std::string reason, std::string message);
  // Stalled, as the last step of a decision says it.
  void set_stalled(const Verdict& step);

  // A warning that the object has just come to need a person; nothing if it did before.
  void add_stalled_notice(const Verdict& step, std::vector<Notice>& notices) const;

  std::vector<Condition> take() { return std::move(list_); }

 private:
  const std::vector<Condition>& earlier_;
  std::int64_t generation_;
  Time now_;
  std::vector<Condition> list_;
};

}  // namespace domain
