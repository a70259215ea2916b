#pragma once
// What to do next for one EIP, and why: deciding and explaining are one act.

#include <optional>
#include <string>

#include "domain/tags.hpp"
#include "domain/world.hpp"

namespace domain {

struct Step : Verdict {
  using Kind = StepKind;
  StepKind kind = StepKind::settled;

  // look
  bool look_addresses = false;
  bool look_target = false;
  bool look_pools = false;

  std::optional<Assignment> copy;  // remove_copy: what spec.assignment has to be for that
  std::optional<Intent> intent;    // record_intent, allocate; of an address to adopt it says only which
  std::string lost_ip;             // record_intent: the address that this one replaces
  AddressView address;  // what the step is about: record_intent (one to adopt), take_over, associate,
                        // disassociate, release, tags
  bool spare = false;   // release, disassociate: a second address of ours
  Target target;        // associate
  bool repair = false;  // associate: someone else took the address away
  TagChange tags;       // allocate (set), take_over, set_tags, remove_tags

  Step() = default;
  Step(const Pause& pause);  // NOLINT(google-explicit-constructor): a pause is a step of every kind
  static Step on(StepKind kind, const AddressView& address, std::string reason, std::string message);
};

const char* name_of(StepKind kind);
// True for a step that changes something in EC2.
bool is_effect(StepKind kind);

}  // namespace domain
