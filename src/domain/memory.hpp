#pragma once
// What this process remembers of one object of any kind; lost in a crash, and never needed for safety.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "domain/object.hpp"

namespace domain {

// What the answer to a call tells, whatever the call.
struct Answer {
  bool ok = true;

  // Of a failure.
  bool effect_possible = false;  // the call may have had its effect
  bool not_found = false;        // EC2 knows no such thing
  bool conflict = false;         // EC2's state is not what the step was decided on: look again
  bool refused = false;          // for good: trying the same again can't succeed unless something changes
  bool denied = false;           // AWS does not let us: who mends that does it for all objects, and elsewhere
  std::string reason;
  std::string message;
  bool stalled = false;
};

// That a thing is not found is no refusal while EC2 may not know of it everywhere yet.
Answer in_view_of_lag(Answer answer, bool may_lag);

// A failed effect: why, and not again before a time.
template <class Kind>
struct TroubleOf {
  Kind step{};
  std::string reason;
  std::string message;
  bool stalled = false;
  int failures = 0;
  Time retry_at{};
  std::int64_t generation = 0;  // of the object then: an edit makes it worth another try
  std::string subject;          // what it was tried on; something else is worth another try
};

struct Recollection {
  // recorded_at of an intent that this process wrote and has not yet acted on
  std::optional<Time> intent_unused;
  // recorded_at of an intent that nobody has to wait for: its call surely had no effect, or what it made is
  // known.
  std::optional<Time> intent_void;
  // This process put the finalizer on: nobody acted for the object before, so that nothing of it can exist.
  bool untouched = false;
  // When the wish, the pod or its node last changed. That the target's place is not seen is believed only of
  // a read sent after that: the address may have come to the interface just before.
  Time target_changed_at{};
  std::string release_not_found;  // id of what EC2 did not know when it was to be given back ...
  Time release_not_found_at{};    // ... then
  std::string placed;             // where this process last put the thing; empty: it took it off again
  int repairs = 0;                // in a row, of a place that someone else changed
  Time repaired_at{};

  void repaired(Time now);
};

// After so many failures before it.
Time retry_after(const Answer& answer, int failures, Time now);

template <class Kind>
struct MemoryOf : Recollection {
  std::vector<TroubleOf<Kind>> troubles;  // at most one per kind of step

  const TroubleOf<Kind>* trouble(Kind step) const {
    const auto found =
        std::find_if(troubles.begin(), troubles.end(), [&](const auto& t) { return t.step == step; });
    return found == troubles.end() ? nullptr : &*found;
  }
  void forget(Kind step) {
    std::erase_if(troubles, [&](const auto& t) { return t.step == step; });
  }
  void remember(Kind step, const Answer& answer, std::string subject, std::int64_t generation, Time now) {
    const auto* earlier = trouble(step);
    const int failures = earlier && earlier->subject == subject ? earlier->failures : 0;
    TroubleOf<Kind> news{step,           answer.reason,     answer.message,
                         answer.stalled, failures + 1,      retry_after(answer, failures, now),
                         generation,     std::move(subject)};
    forget(step);
    troubles.push_back(std::move(news));
  }
};

}  // namespace domain
