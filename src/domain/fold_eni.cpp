#include "domain/fold_eni.hpp"

namespace domain {
namespace {

std::string subject_of(const EniStep& step) {
  switch (step.kind) {
    case EniStepKind::create:
      return step.intent->subnet_id;
    case EniStepKind::attach:
      return place_of(step.host);
    case EniStepKind::detach:
      return step.interface.attachment_id;
    default:
      return step.interface.id;
  }
}

void begin_change(EniMemory& memory, const std::string& attachment_id, Time now) {
  memory.changing_attachment = attachment_id;
  memory.changing_since = now;
}

void succeed(const EniStep& step, const EniOutcome& outcome, InterfaceLedger& ledger, EniMemory& memory,
             Time now) {
  const std::string& id = step.interface.id;
  switch (step.kind) {
    case EniStepKind::create:
      ledger.made(outcome.interface, now);
      memory.intent_void = step.intent->recorded_at;  // its interface is known
      break;
    case EniStepKind::attach:
      ledger.attaching(id, outcome.attachment_id, step.host.instance_id, step.device_index, now);
      begin_change(memory, outcome.attachment_id, now);
      memory.attachment_unknown_at.reset();
      memory.placed = place_of(step.host);
      if (step.repair) memory.repaired(now);
      break;
    case EniStepKind::detach:
      ledger.detaching(id, now);
      begin_change(memory, step.interface.attachment_id, now);
      memory.attachment_unknown_at.reset();
      if (!step.spare) memory.placed.clear();
      break;
    case EniStepKind::modify_groups:
      ledger.grouped(id, step.security_group_ids, now);
      break;
    case EniStepKind::modify_description:
      ledger.described(id, step.description, now);
      break;
    case EniStepKind::assign_addresses:
      ledger.assigned(id, outcome.private_ips, now);
      break;
    case EniStepKind::unassign_addresses:
      ledger.unassigned(id, step.private_ips, now);
      break;
    case EniStepKind::delete_interface:
      ledger.released(id, now);
      break;
    case EniStepKind::take_over:
    case EniStepKind::set_tags:
      ledger.tagged(id, step.tags.set, {}, now);
      break;
    case EniStepKind::remove_tags:
      ledger.tagged(id, {}, step.tags.remove, now);
      break;
    default:
      break;
  }
  memory.forget(step.kind);
}

// What the failure of the call tells of the intent.
void judge_intent(const EniIntent& intent, const EniOutcome& outcome, EniMemory& memory) {
  if (outcome.effect_possible) return;
  if (!outcome.refused && !outcome.stalled) {
    // Surely nothing was done, and the same call may work later.
    memory.intent_written = intent.recorded_at;
    if (!intent.repeated) memory.intent_unused = intent.recorded_at;
  } else if (intent.repeated) {
    memory.intent_refused = intent.recorded_at;
  } else {
    memory.intent_void = intent.recorded_at;
  }
}

}  // namespace

void note_intent(const EniStep& step, EniMemory& memory) {
  if (!step.intent) return;
  memory.intent_written = step.intent->recorded_at;
  if (!step.intent->repeated) memory.intent_unused = step.intent->recorded_at;
}

void note_call(EniMemory& memory) {
  memory.intent_written.reset();
  memory.intent_unused.reset();
}

void fold(const Eni& eni, const EniStep& step, const EniOutcome& outcome, const Settings& settings,
          InterfaceLedger& ledger, EniMemory& memory, Time now) {
  if (outcome.ok) return succeed(step, outcome, ledger, memory, now);

  const std::string& id = step.interface.id;
  if (step.kind == EniStepKind::create) judge_intent(*step.intent, outcome, memory);
  if (outcome.not_found && step.kind == EniStepKind::detach) {
    // That attachment is over, if EC2 had the time to know of it. Whether the interface is attached to
    // something else now, the next look tells.
    if (!ledger.may_lag(id, now)) {
      ledger.detached(id, now);
      ledger.distrust(id);
      return;
    }
    // Else a look is a second witness. If both lag, EC2 refuses what may not be done with an attached
    // interface.
    ledger.attachment_unknown(id, now);
    memory.attachment_unknown_at = now;
  }
  if (outcome.not_found && step.kind == EniStepKind::delete_interface) {
    memory.release_not_found = id;
    memory.release_not_found_at = now;
  }
  ledger.distrust(id);
  // Nor is what was read of the instance.
  if (step.kind == EniStepKind::attach) memory.target_changed_at = now;
  memory.remember(step.kind, in_view_of_lag(outcome, ledger.may_lag(id, now)), subject_of(step),
                  eni.generation, now);
  // Addresses have no client token. What a lost call assigned shows within the settle time.
  if (step.kind == EniStepKind::assign_addresses && outcome.effect_possible)
    memory.troubles.back().retry_at = now + settings.settle;
}

}  // namespace domain
