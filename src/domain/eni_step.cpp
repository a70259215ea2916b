#include "domain/eni_step.hpp"

namespace domain {

EniStep::EniStep(const Pause& pause)
    : Verdict(pause), kind(kind_of<EniStepKind>(pause)), look_interfaces(kind == EniStepKind::look) {}

EniStep EniStep::on(EniStepKind kind, const InterfaceView& interface, std::string reason,
                    std::string message) {
  EniStep step = wait(std::move(reason), std::move(message));
  step.kind = kind;
  step.interface = interface;
  return step;
}

const char* name_of(EniStepKind kind) {
  switch (kind) {
    case EniStepKind::settled:
      return "settled";
    case EniStepKind::wait:
      return "wait";
    case EniStepKind::blocked:
      return "blocked";
    case EniStepKind::look:
      return "look";
    case EniStepKind::add_finalizer:
      return "add_finalizer";
    case EniStepKind::record_intent:
      return "record_intent";
    case EniStepKind::create:
      return "create";
    case EniStepKind::take_over:
      return "take_over";
    case EniStepKind::attach:
      return "attach";
    case EniStepKind::detach:
      return "detach";
    case EniStepKind::modify_groups:
      return "modify_groups";
    case EniStepKind::modify_description:
      return "modify_description";
    case EniStepKind::assign_addresses:
      return "assign_addresses";
    case EniStepKind::unassign_addresses:
      return "unassign_addresses";
    case EniStepKind::delete_interface:
      return "delete_interface";
    case EniStepKind::set_tags:
      return "set_tags";
    case EniStepKind::remove_tags:
      return "remove_tags";
    case EniStepKind::remove_finalizer:
      return "remove_finalizer";
  }
  return "settled";
}

bool is_effect(EniStepKind kind) {
  switch (kind) {
    case EniStepKind::settled:
    case EniStepKind::wait:
    case EniStepKind::blocked:
    case EniStepKind::look:
    case EniStepKind::add_finalizer:
    case EniStepKind::record_intent:
    case EniStepKind::remove_finalizer:
      return false;
    default:
      return true;
  }
}

}  // namespace domain
