#include "domain/step.hpp"

namespace domain {

Step::Step(const Pause& pause)
    : Verdict(pause), kind(kind_of<StepKind>(pause)), look_addresses(kind == StepKind::look) {}

Step Step::on(StepKind kind, const AddressView& address, std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = kind;
  step.address = address;
  return step;
}

const char* name_of(StepKind kind) {
  switch (kind) {
    case StepKind::settled:
      return "settled";
    case StepKind::wait:
      return "wait";
    case StepKind::blocked:
      return "blocked";
    case StepKind::look:
      return "look";
    case StepKind::add_finalizer:
      return "add_finalizer";
    case StepKind::remove_copy:
      return "remove_copy";
    case StepKind::record_intent:
      return "record_intent";
    case StepKind::allocate:
      return "allocate";
    case StepKind::take_over:
      return "take_over";
    case StepKind::associate:
      return "associate";
    case StepKind::disassociate:
      return "disassociate";
    case StepKind::release:
      return "release";
    case StepKind::set_tags:
      return "set_tags";
    case StepKind::remove_tags:
      return "remove_tags";
    case StepKind::remove_finalizer:
      return "remove_finalizer";
  }
  return "settled";
}

bool is_effect(StepKind kind) {
  switch (kind) {
    case StepKind::allocate:
    case StepKind::take_over:
    case StepKind::associate:
    case StepKind::disassociate:
    case StepKind::release:
    case StepKind::set_tags:
    case StepKind::remove_tags:
      return true;
    default:
      return false;
  }
}

}  // namespace domain
