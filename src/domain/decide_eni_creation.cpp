// How an ENI gets its network interface, and gives it up.

#include "domain/eni_decision.hpp"

namespace domain {
namespace {

// What stands in the way of an interface that status names, carries no uid tag of ours, and is seen. Nothing:
// take it.
std::optional<std::string> not_ours(const EniDecision& d, const InterfaceLedger::Record& record) {
  const InterfaceView& interface = record.view;
  if (interface.off_limits()) return "it is managed by an AWS service";
  if (auto why = claimed_by_other(d, record)) return why;
  if (d.object.status.mac_address != interface.mac_address)
    return "its MAC address is " + interface.mac_address + ", not \"" + d.object.status.mac_address + "\"";
  return std::nullopt;
}

// The status names the interface before its tags are changed: after a crash, reads by the uid tag may not
// show it yet.
EniStep record_adoption(const InterfaceView& interface) {
  EniStep step = wait("Adopting", "adopting " + interface.id + " of an earlier object of this name");
  step.kind = EniStepKind::record_intent;
  step.interface = interface;
  return step;
}

EniStep record_intent(const EniDecision& d, EniIntent intent, std::int64_t sequence, std::string message) {
  const auto& status = d.object.status;
  intent.recorded_at = name_intent(d.world.memory, recorded_at(status.intent), d.now);
  EniStep step = wait("Creating", std::move(message));
  step.kind = EniStepKind::record_intent;
  step.intent = std::move(intent);
  step.client_token_sequence = sequence;
  step.lost_id = status.network_interface_id;
  return step;
}

// What the spec asks for now.
EniStep record_new_intent(const EniDecision& d, std::int64_t sequence) {
  const auto& spec = d.object.spec;
  // The call is what fails; a new intent leads to it.
  if (auto held = d.hold_back(EniStepKind::create, spec.subnet_id)) return *held;
  EniIntent intent;
  if (auto step = choose_groups(d, intent.security_group_ids)) return *step;
  intent.subnet_id = spec.subnet_id;
  intent.secondary_private_ip_address_count = spec.secondary_private_ip_address_count;
  intent.description = spec.description;
  intent.tags = wanted_interface_tags(d.settings, d.object);
  return record_intent(d, std::move(intent), sequence, "creating a network interface");
}

// An intent whose call is not known to have ended in one way or the other.
EniStep see_through(const EniDecision& d, const EniIntent& intent) {
  const auto& memory = d.world.memory;
  const std::int64_t sequence = d.object.status.client_token_sequence;
  // A call sent long after its intent would not be covered by it: whoever came after a crash would not wait
  // for it.
  const bool covered = d.now <= intent.recorded_at + d.settings.settle / 4;
  const bool written = memory.intent_written == intent.recorded_at;
  if (auto held = d.hold_back(EniStepKind::create, intent.subnet_id)) return *held;
  if (written && covered) {
    EniStep step = wait("Creating", "creating a network interface");
    step.kind = EniStepKind::create;
    step.intent = intent;
    step.client_token_sequence = sequence;
    return step;
  }
  if (memory.intent_unused == intent.recorded_at) return record_new_intent(d, sequence);
  if (!written && !d.fresh(d.world.asked))
    return look("AwaitingCreation", "an earlier call was not answered; looking for what it made");
  // The same call again: EC2 answers with what the first one made.
  EniIntent again = intent;
  again.repeated = true;
  return record_intent(d, std::move(again), sequence, "asking again for the network interface");
}

}  // namespace

EniStep decide_eni_deletion(const EniDecision& d) {
  if (d.tagged.empty())
    return let_go(d, [&](const InterfaceLedger::Record& record) { return not_ours(d, record); });
  const InterfaceLedger::Record& record = *d.tagged.front();
  if (record.view.off_limits())
    return blocked("InUseByService",
                   "network interface " + record.view.id + " is managed by an AWS service and is not touched",
                   true);
  if (!record.view.detaching() && !d.fresh(record.seen))
    return look("Deleting", "looking at " + record.view.id + " before it is deleted");
  return give_up(d, record);
}

EniStep decide_creation(const EniDecision& d) {
  const auto& status = d.object.status;
  const auto& memory = d.world.memory;
  if (const auto* named = named_by_status(d)) return take_or_refuse(d, *named, not_ours(d, *named));
  if (!status.network_interface_id.empty()) {
    if (auto pause = await_absence(d)) return *pause;
    if (auto pause = await_intent(d)) return *pause;
    if (auto pause = check_loss(d)) return *pause;
    return record_new_intent(d, status.client_token_sequence + 1);
  }
  const auto& intent = status.intent;
  // One that came out of a backup is that of the object before, with its token and its tags.
  const bool own = intent && tag(intent->tags, kUidTag) == d.object.uid;
  if (own && memory.intent_void != intent->recorded_at) {
    if (memory.intent_refused != intent->recorded_at) return see_through(d, *intent);
    // The next interface has another client token. What an earlier call may have made with this one is waited
    // for.
    if (auto pause = await_intent(d)) {
      const auto held = d.hold_back(EniStepKind::create, intent->subnet_id);
      return held && pause->kind != Pause::Kind::look ? *held : *pause;
    }
  }
  for (const auto& record : d.world.restorable)
    if (!record.view.off_limits() && record.view.subnet_id == d.object.spec.subnet_id)
      return record_adoption(record.view);
  if (!d.world.asked && !memory.untouched)
    return look("Creating", "looking for a network interface of this object");
  return record_new_intent(d, status.client_token_sequence + 1);
}

}  // namespace domain
