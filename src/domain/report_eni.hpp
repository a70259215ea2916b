#pragma once
// What an ENI is to say of itself: status, conditions, and the few transitions that are worth an Event. Pure.

#include <string>
#include <vector>

#include "domain/eni_step.hpp"

namespace domain {

struct EniReport {
  EniStatus status;
  std::vector<Notice> notices;
};

// `step` is what decide_eni said last: its reason and message explain what is not yet as wished.
EniReport report_eni(const Eni& eni, const EniWorld& world, const EniStep& step, const Settings& settings,
                     Time now);

// The status with the intent of a record_intent step; what was lost is no longer named.
EniStatus with_intent(const Eni& eni, const EniWorld& world, const EniStep& step, const Settings& settings,
                      Time now);

// True if `report` has to be written before an EC2 call is made: nobody may read "attached" of an interface
// that is about to leave.
bool must_publish_first(const EniStatus& published, const EniStatus& report);

// The interface as it is if `status` told the truth: for the time before EC2 was read.
std::optional<InterfaceView> believed_interface(const Eni& eni, const EniWorld& world);

}  // namespace domain
