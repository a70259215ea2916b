#include "domain/eni_decision.hpp"

#include <algorithm>

namespace domain {
namespace {

constexpr Words kWords{
    .thing = "network interface",
    .held = "Created",
    .getting = "Creating",
    .giving_up = "Deleting",
    .gone = "Deleted",
    .awaiting = "AwaitingCreation",
    .not_seen = "InterfaceNotSeen",
    .not_ours = "InterfaceNotOurs",
    .many_vanished = "ManyInterfacesVanished",
    .giving_up_spare = "DeletingSpare",
};

// Attaching and detaching take seconds. After this long it takes a person: the instance's operating system
// may not let go, and only force or a stop of the instance would help.
constexpr Span kStuck = 10min;

}  // namespace

std::vector<const InterfaceLedger::Record*> tagged_interfaces(const Eni& eni, const EniWorld& world) {
  return tagged_as(eni, eni.status.network_interface_id, world.interfaces,
                   [](const InterfaceView& interface) { return interface.attached(); });
}

EniDecision decision_over(const Eni& eni, const EniWorld& world, const Settings& settings, Time now) {
  const auto& status = eni.status;
  return {{{settings, now, world.looked},
           eni,
           world,
           kWords,
           {status.network_interface_id, status.network_interface_id, status.region, status.account_id,
            held_since(status.conditions, kWords)},
           world.interfaces,
           tagged_interfaces(eni, world)},
          resolve_host(eni.spec, world.pod, world.node)};
}

EniStep look_at_groups(std::string reason, std::string message) {
  EniStep step = wait(std::move(reason), std::move(message));
  step.kind = EniStepKind::look;
  step.look_groups = true;
  return step;
}

EniStep detach(const EniDecision& d, const InterfaceLedger::Record& record, std::string reason,
               std::string message) {
  const InterfaceView& interface = record.view;
  if (record.seen == Time{}) return look(std::move(reason), "looking at " + interface.id);
  return d.or_hold_back(EniStep::on(EniStepKind::detach, interface, std::move(reason), std::move(message)),
                        interface.attachment_id);
}

EniStep await_change(const EniDecision& d, const InterfaceLedger::Record& record) {
  const InterfaceView& interface = record.view;
  const std::string reason = interface.detaching() ? "Detaching" : "Attaching";
  std::string message = interface.id + " is being " +
                        (interface.detaching() ? "detached from " : "attached to ") + interface.instance_id;
  const auto& memory = d.world.memory;
  const bool by_us = memory.changing_attachment == interface.attachment_id;
  // Of what someone else began, nobody knows when.
  const Time next = by_us ? next_look(memory.changing_since, std::max(record.seen, memory.changing_since))
                          : record.seen + d.settings.fresh;
  if (next <= d.now || record.seen == Time{}) return look(reason, message);
  if (by_us && d.now - memory.changing_since >= kStuck)
    return blocked("AttachmentStuck",
                   message +
                       " for more than 10 minutes; the instance may not let go of it: stop the "
                       "instance, or detach by force, by hand",
                   true, next);
  return wait(reason, std::move(message), next);
}

EniStep give_up(const EniDecision& d, const InterfaceLedger::Record& record) {
  const InterfaceView& interface = record.view;
  if (interface.detaching()) return await_change(d, record);
  if (interface.attached())
    return detach(d, record, "Detaching", "detaching " + interface.id + " from " + interface.instance_id);
  return d.or_hold_back(
      EniStep::on(EniStepKind::delete_interface, interface, "Deleting", "deleting " + interface.id),
      interface.id);
}

}  // namespace domain
