#include "mutations.hpp"

namespace model::eni {
namespace {

using domain::decide_eni;
using domain::Eni;
using domain::EniStep;
using domain::EniStepKind;
using domain::EniWorld;
using domain::Settings;
using domain::Time;

// A call that was not answered is made anew, not again: each has a client token of its own.
EniStep with_a_new_token_each_time(const Eni& eni, const EniWorld& world, const Settings& settings,
                                   Time now) {
  EniStep step = decide_eni(eni, world, settings, now);
  if (step.kind == EniStepKind::record_intent && step.intent && step.intent->repeated)
    ++step.client_token_sequence;
  return step;
}

// Creates at once: no intent in the status.
EniStep without_intent(const Eni& eni, const EniWorld& world, const Settings& settings, Time now) {
  EniStep step = decide_eni(eni, world, settings, now);
  if (step.kind == EniStepKind::record_intent && step.intent) step.kind = EniStepKind::create;
  return step;
}

// A refusal of a repeated call is taken for a word on the calls before it.
EniStep with_trust_in_a_refusal(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  if (world.memory.intent_refused) world.memory.intent_void = world.memory.intent_refused;
  return decide_eni(eni, world, settings, now);
}

// What status names is ours, whatever its tags say.
EniStep without_ownership(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  for (auto& record : world.interfaces)
    if (record.view.id == eni.status.network_interface_id)
      record.view.tags = domain::wanted_interface_tags(settings, eni);
  return decide_eni(eni, world, settings, now);
}

// A deleted object is let go although a creation may be under way.
EniStep without_waiting_at_deletion(const Eni& eni, const EniWorld& world, const Settings& settings,
                                    Time now) {
  EniStep step = decide_eni(eni, world, settings, now);
  if (!eni.deleting || !eni.status.intent || domain::own_interface(eni, world) ||
      domain::is_effect(step.kind))
    return step;
  step = {};
  step.kind = EniStepKind::remove_finalizer;
  return step;
}

// One read that does not show the interface is enough for it to be gone.
EniStep with_trust_in_one_absence(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  if (world.absence)
    world.absence->asked = {now + settings.settle, now + 2 * settings.settle, now + 3 * settings.settle};
  return decide_eni(eni, world, settings, now);
}

// Takes addresses away whatever is on them.
EniStep without_asking_for_elastic_ips(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  world.wanted_addresses.clear();
  return decide_eni(eni, world, settings, now);
}

// A call for addresses that was not answered is made again at once.
EniStep without_waiting_for_addresses(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  world.memory.troubles.clear();
  return decide_eni(eni, world, settings, now);
}

// Nor does a restart make it wait for what was asked for before.
EniStep without_waiting_for_earlier_addresses(const Eni& eni, EniWorld world, const Settings& settings,
                                              Time now) {
  world.memory.untouched = true;
  return decide_eni(eni, world, settings, now);
}

// What was seen at any time is taken for a look of now.
EniStep without_a_look_before(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  for (auto& record : world.interfaces) record.seen = now;
  return decide_eni(eni, world, settings, now);
}

// Nobody looks at the instance.
EniStep without_a_look_at_the_instance(const Eni& eni, EniWorld world, const Settings& settings, Time now) {
  world.instance.asked = now;
  world.instance.found = true;
  world.instance.state = "running";
  world.instance.availability_zone = "zone";
  return decide_eni(eni, world, settings, now);
}

}  // namespace

std::vector<Mutation> mutations() {
  return {
      {"a new token each time", "creations in flight", with_a_new_token_each_time},
      {"no intent", "crashes and lost answers", without_intent},
      {"trust in a refusal", "creations in flight", with_trust_in_a_refusal},
      {"no check of ownership", "tags edited by hand", without_ownership},
      {"no wait at deletion", "crashes and lost answers", without_waiting_at_deletion},
      {"trust in one absence", "reads that miss an interface", with_trust_in_one_absence},
      {"no question for Elastic IPs", "another number of addresses", without_asking_for_elastic_ips},
      {"no wait for addresses", "addresses, reads lag", without_waiting_for_addresses},
      {"no wait for earlier addresses", "addresses, with crashes", without_waiting_for_earlier_addresses},
      {"no look before a deletion", "attached, with crashes", without_a_look_before},
      {"no look at the instance", "attached, with crashes", without_a_look_at_the_instance},
  };
}

}  // namespace model::eni
