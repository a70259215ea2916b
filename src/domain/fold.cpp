#include "domain/fold.hpp"

#include <algorithm>

namespace domain {
namespace {

constexpr Span kTransientRetry = 1s;
constexpr Span kRefusedRetry = 30s;
constexpr Span kLongestRetry = 5min;
constexpr Span kCalm = 1h;  // no repair for this long: whoever kept moving the address has stopped

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

void remember(const Eip& eip, const Step& step, const Outcome& outcome, Memory& memory, Time now) {
  Trouble trouble;
  trouble.step = step.kind;
  trouble.reason = outcome.reason;
  trouble.message = outcome.message;
  trouble.stalled = outcome.stalled;
  trouble.generation = eip.generation;
  trouble.subject = subject_of(step);
  if (const Trouble* earlier = memory.trouble(step.kind); earlier && earlier->subject == trouble.subject)
    trouble.failures = earlier->failures;
  const Span first = outcome.refused || outcome.stalled ? kRefusedRetry : kTransientRetry;
  trouble.retry_at = now + std::min(kLongestRetry, first * (1 << std::min(trouble.failures, 10)));
  ++trouble.failures;
  std::erase_if(memory.troubles, [&](const auto& t) { return t.step == step.kind; });
  memory.troubles.push_back(std::move(trouble));
}

void succeed(const Step& step, const Outcome& outcome, Ledger& ledger, Memory& memory, Time now) {
  const std::string& id = step.address.allocation_id;
  switch (step.kind) {
    case StepKind::allocate:
      ledger.allocated(outcome.address, now);
      memory.recovery_refused = false;
      memory.intent_void = step.intent->recorded_at;  // its address is known
      break;
    case StepKind::associate:
      memory.placed = place_of(step.target);
      ledger.associated(id, outcome.association_id, step.target.network_interface_id,
                        step.target.private_ip_address, now);
      if (step.repair) {
        memory.repairs = now > memory.repaired_at + kCalm ? 1 : memory.repairs + 1;
        memory.repaired_at = now;
      }
      break;
    case StepKind::disassociate:
      if (!step.spare) memory.placed.clear();
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
  std::erase_if(memory.troubles, [&](const auto& t) { return t.step == step.kind; });
}

}  // namespace

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
  if (outcome.not_found && step.kind == StepKind::disassociate) {
    // That association is over. Whether the address is on something else now, the next look tells.
    ledger.disassociated(id, now);
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
  remember(eip, step, outcome, memory, now);
}

}  // namespace domain
