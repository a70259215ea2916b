#include "domain/decide_eip.hpp"

#include "domain/decision.hpp"

namespace domain {
namespace {

// The object is let go with it: nobody reads the spec of what is deleted.
std::optional<Step> decide_copy(const Decision& d) {
  if (!d.world.obsolete_copy || d.object.deleting) return std::nullopt;
  Step step = wait("RemovingCopy",
                   "removing the assignment that version 1.4.1 copied from an EIPAssociation into the spec");
  step.kind = StepKind::remove_copy;
  step.copy = d.world.obsolete_copy;
  return d.or_hold_back(std::move(step), "");
}

}  // namespace

const Ledger::Record* own_address(const Eip& eip, const EipWorld& world) {
  const auto tagged = tagged_addresses(eip, world);
  return tagged.empty() ? nullptr : tagged.front();
}

bool intent_pending(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  return intent_pending(world.memory, recorded_at(eip.status.intent), settings, now);
}

Step decide_eip(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  const Decision d = decision_over(eip, world, settings, now);
  if (auto step = decide_copy(d)) return *step;
  if (auto step = begin(d)) return *step;
  if (eip.deleting) return decide_deletion(d);
  if (d.tagged.empty()) return decide_allocation(d);

  const Ledger::Record& mine = *d.tagged.front();
  if (!mine.view.service_managed.empty())
    return blocked("InUseByService",
                   "address " + mine.view.public_ip + " is managed by the AWS service " +
                       mine.view.service_managed + " and is not touched",
                   true, now + settings.settle);
  // Of a pool that the user owns, EC2 tells the address in reads only.
  const bool nameless = mine.view.public_ip.empty();
  if (nameless && !d.fresh(mine.seen)) return look("Allocating", "asking EC2 for the public address");
  std::optional<Step> held;
  if (auto step = decide_assignment(d, mine)) {
    if (step->kind != StepKind::blocked && step->kind != StepKind::wait) return *step;
    held = std::move(step);
  }
  std::optional<Time> due = intent_due(d);
  const auto give_up = [&](const Ledger::Record& spare) {
    return spare.view.associated()
               ? disassociate(d, spare.view, "ReleasingSpare",
                              "taking the second address " + spare.view.public_ip + " off")
               : release(d, spare.view);
  };
  if (auto step = decide_spares(d, due, give_up)) return *step;
  std::optional<Pause> tag_trouble;
  if (auto step = decide_tags(d, mine, d.wanted(), tag_trouble)) return *step;
  if (nameless) due = now + settings.fresh;
  if (const auto next =
          next_look_for_unknown(world.memory.association_unknown_at, mine.seen, settings, now)) {
    if (*next <= now)
      return look("Unassigning", "EC2 did not know the association that was to be ended; it may show later");
    due = std::min(due.value_or(*next), *next);
  }
  return rest<Decision>(std::move(held), std::move(tag_trouble), due);
}

}  // namespace domain
