#include "mutations.hpp"

namespace model {
namespace {

using domain::Eip;
using domain::EipWorld;
using domain::Settings;
using domain::Step;
using domain::StepKind;
using domain::Time;

// Allocates at once: no intent in the status.
Step without_intent(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  Step step = domain::decide_eip(eip, world, settings, now);
  if (step.kind != StepKind::record_intent || !step.address.allocation_id.empty()) return step;
  step.kind = StepKind::allocate;
  step.tags.set = domain::ownership_tags(settings.cluster, eip.ns, eip.name, eip.uid);
  return step;
}

// An address that is not seen at once is never awaited.
Step without_settle_time(const Eip& eip, const EipWorld& world, Settings settings, Time now) {
  settings.settle = domain::Span{};
  return domain::decide_eip(eip, world, settings, now);
}

// What status names is ours, whatever its tags say.
Step without_ownership(const Eip& eip, EipWorld world, const Settings& settings, Time now) {
  for (auto& record : world.addresses)
    if (record.view.allocation_id == eip.status.allocation_id)
      record.view.tags = domain::wanted_tags(
          {}, eip.spec.tags, domain::ownership_tags(settings.cluster, eip.ns, eip.name, eip.uid));
  return domain::decide_eip(eip, world, settings, now);
}

// A deleted object is let go although an allocation may be under way.
Step without_waiting_at_deletion(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  Step step = domain::decide_eip(eip, world, settings, now);
  if (!eip.deleting || !eip.status.intent || domain::own_address(eip, world) || domain::is_effect(step.kind))
    return step;
  step = {};
  step.kind = StepKind::remove_finalizer;
  return step;
}

// Nobody looks who is on the target.
Step without_a_look_at_the_target(const Eip& eip, EipWorld world, const Settings& settings, Time now) {
  world.target.holder.clear();
  world.target.seen = now;
  return domain::decide_eip(eip, world, settings, now);
}

// One read that does not show the address is enough for it to be gone.
Step with_trust_in_one_absence(const Eip& eip, EipWorld world, const Settings& settings, Time now) {
  if (world.absence)
    world.absence->asked = {now + settings.settle, now + 2 * settings.settle, now + 3 * settings.settle};
  return domain::decide_eip(eip, world, settings, now);
}

// A copy that version 1.4.1 made for an association stays when that is gone.
Step with_obsolete_copies(const Eip& eip, EipWorld world, const Settings& settings, Time now) {
  world.obsolete_copy.reset();
  return domain::decide_eip(eip, world, settings, now);
}

}  // namespace

std::vector<Mutation> mutations() {
  return {
      {"no intent", "crashes and lost answers", without_intent},
      {"no settle time", "crashes and lost answers", without_settle_time},
      {"no check of ownership", "tags edited by hand", without_ownership},
      {"no wait at deletion", "crashes and lost answers", without_waiting_at_deletion},
      {"no look at the target", "a stranger's address", without_a_look_at_the_target},
      {"trust in one absence", "crashes and lost answers", with_trust_in_one_absence},
      {"obsolete copies stay", "an association of 1.4.1", with_obsolete_copies},
      {"trust in one absence, later", "reads that miss an address", with_trust_in_one_absence},
  };
}

}  // namespace model
