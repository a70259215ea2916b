#include "domain/fold.hpp"

namespace domain {
namespace {

std::string subject_of(const Step& step) {
  switch (step.kind) {
    case StepKind::allocate:
      return step.intent->public_ip_address + step.intent->public_ipv4_pool;
    case StepKind::associate:
      return place_of(step.target);
    case StepKind::disassociate:
      return step.address.association_id;
    default:
      return step.address.allocation_id;
  }
}

void succeed(const Step& step, const Outcome& outcome, Ledger& ledger, Memory& memory, Time now) {
  const std::string& id = step.address.allocation_id;
  switch (step.kind) {
    case StepKind::allocate:
      ledger.made(outcome.address, now);
      memory.recovery_refused = false;
      memory.intent_void = step.intent->recorded_at;  // its address is known
      break;
    case StepKind::associate:
      memory.placed = place_of(step.target);
      ledger.associated(id, outcome.association_id, step.target.network_interface_id,
                        step.target.private_ip_address, now);
      if (step.repair) memory.repaired(now);
      break;
    case StepKind::disassociate:
      if (!step.spare) memory.placed.clear();
      memory.association_unknown_at.reset();
      ledger.disassociated(id, now);
      break;
    case StepKind::release:
      ledger.released(id, now);
      break;
    case StepKind::take_over:
    case StepKind::set_tags:
      ledger.tagged(id, step.tags.set, {}, now);
      break;
    case StepKind::remove_tags:
      ledger.tagged(id, {}, step.tags.remove, now);
      break;
    default:
      break;
  }
  memory.forget(step.kind);
}

}  // namespace

void note_call(const Step& step, Ledger& ledger, Memory& memory) {
  if (step.kind == StepKind::allocate) memory.intent_unused.reset();
  if (step.kind == StepKind::associate)
    ledger.associating(step.address.allocation_id, step.target.network_interface_id,
                       step.target.private_ip_address);
}

void fold(const Eip& eip, const Step& step, const Outcome& outcome, Ledger& ledger, Memory& memory,
          Time now) {
  if (step.kind == StepKind::allocate) {
    memory.intent_unused.reset();
    if (!outcome.ok && !outcome.effect_possible) {
      memory.intent_void = step.intent->recorded_at;
      if (step.intent->recovery && outcome.refused) memory.recovery_refused = true;
    }
  }
  if (outcome.ok) return succeed(step, outcome, ledger, memory, now);

  const std::string& id = step.address.allocation_id;
  if (step.kind == StepKind::associate) ledger.association_failed(id, outcome.effect_possible, now);
  if (outcome.not_found && step.kind == StepKind::disassociate) {
    // That association is over, if EC2 had the time to know of it. Whether the address is on something else
    // now, the next look tells.
    const bool may_lag = ledger.may_lag(id, now);
    const bool again = may_lag && memory.association_unknown_at;
    if (may_lag) memory.association_unknown_at = now;
    // Reads that lag show it for a while, and must not make us ask without a pause.
    if (again)
      memory.remember(step.kind, in_view_of_lag(outcome, may_lag), subject_of(step), eip.generation, now);
    ledger.association_unknown(id, now);
    ledger.distrust(id);
    return;
  }
  if (outcome.not_found && step.kind == StepKind::release) {
    memory.release_not_found = id;
    memory.release_not_found_at = now;
  }
  if (is_effect(step.kind)) ledger.distrust(id);
  // A lost answer of an allocation has its own waiting time: the settle time of its intent.
  if (step.kind == StepKind::allocate && outcome.effect_possible) return;
  memory.remember(step.kind, in_view_of_lag(outcome, ledger.may_lag(id, now)), subject_of(step),
                  eip.generation, now);
}

}  // namespace domain
