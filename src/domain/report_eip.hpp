#pragma once
// What the object is to say of itself: status, conditions, and the few transitions that are worth an Event.
// Pure.

#include <string>
#include <vector>

#include "domain/step.hpp"

namespace domain {

struct Report {
  EipStatus status;
  std::vector<Notice> notices;
};

// `step` is what decide_eip said last: its reason and message explain what is not yet as wished.
Report report_eip(const Eip& eip, const EipWorld& world, const Step& step, const Settings& settings,
                  Time now);

// The status with the intent of a record_intent step; what was lost is no longer named.
EipStatus with_intent(const Eip& eip, const EipWorld& world, const Step& step, const Settings& settings,
                      Time now);

// True if `report` has to be written before an EC2 call is made: nobody may read "assigned" of an address
// that is about to leave, or that is on the wrong target.
bool must_publish_first(const EipStatus& published, const EipStatus& report);

// The world as it would be if `status` told the truth: for the time before EC2 was read.
std::optional<AddressView> believed_address(const Eip& eip, const EipWorld& world);

}  // namespace domain
