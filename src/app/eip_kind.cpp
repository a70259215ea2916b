#include "app/eip_kind.hpp"

#include "app/eip_observer.hpp"
#include "app/eip_performer.hpp"
#include "app/eip_publisher.hpp"
#include "domain/decide_eip.hpp"

namespace app {

using domain::StepKind;

domain::Step EipKind::decide(const Value& eip, const World& world, const domain::Settings& settings,
                             domain::Time now) {
  return domain::decide_eip(eip, world, settings, now);
}

domain::Report EipKind::report(const Value& eip, const World& world, const Step& step,
                               const domain::Settings& settings, domain::Time now) {
  return domain::report_eip(eip, world, step, settings, now);
}

std::optional<aws::Action> EipKind::action_of(const Step& step) {
  return app::action_of(step);
}

bool EipKind::makes_thing(const Step& step) {
  return step.kind == StepKind::record_intent || step.kind == StepKind::allocate;
}

bool EipKind::gave_up_spare(const Step& step) {
  return step.kind == StepKind::release && step.spare;
}

void EipKind::note_intent(const Step& step, Memory& memory) {
  memory.intent_unused = step.intent->recorded_at;
}

void EipKind::forget_intent(Memory& memory) {
  memory.intent_unused.reset();
}

void EipKind::note_call(const Step& step, Inventory& inventory, Memory& memory) {
  domain::note_call(step, inventory.ledger(), memory);
}

EipPerformer EipKind::performer(aws::Ec2& ec2, Inventory&) {
  return EipPerformer(ec2);
}

base::Task<domain::Outcome> EipKind::perform(Performer& performer, const Value&, Step step,
                                             aws::PermitPtr permit) {
  return performer.perform(std::move(step), std::move(permit));
}

void EipKind::fold(const Value& eip, const Step& step, const Outcome& outcome, const domain::Settings&,
                   Inventory& inventory, Memory& memory, domain::Time now) {
  domain::fold(eip, step, outcome, inventory.ledger(), memory, now);
}

base::Task<base::Result<>> EipKind::write_spec(Publisher& publisher, Snapshot object, Step step,
                                               Memory& memory, base::Logger& log, domain::Time now) {
  const auto written = co_await publisher.remove_copy(object, *step.copy);
  if (written)
    log.info("a copy of version 1.4.1 is removed from the spec", {{"eip", object->meta.key().text()}});
  if (written || written.error().kind != base::FaultKind::invalid) co_return written;
  // A rule of the CRD that the spec breaks elsewhere: the object says so until somebody edits it.
  domain::Answer refused;
  refused.ok = false;
  refused.refused = refused.stalled = true;
  refused.reason = "CopyNotRemoved";
  refused.message =
      "spec.assignment is a copy that version 1.4.1 made for an EIPAssociation, and can't be removed: " +
      written.error().message;
  memory.remember(StepKind::remove_copy, refused, "", object->eip.generation, now);
  co_return base::Result<>();
}

std::vector<domain::Notice> EipKind::notices_of_intent(const Step& step) {
  if (step.lost_ip.empty()) return {};
  return {{true, "AddressLost", step.message}};
}

std::vector<domain::Notice> EipKind::notices_of(const Value& eip, const Step& step, const Outcome& outcome,
                                                const Memory& before, const Memory& after) {
  std::vector<domain::Notice> notices;
  if (outcome.ok && step.kind == StepKind::release && !step.spare)
    notices.push_back({false, "Released", step.address.public_ip + " is released"});
  if (after.recovery_refused && !before.recovery_refused && eip.spec.public_ip_address.empty())
    notices.push_back({true, "AddressReplaced",
                       "EC2 does not give " + step.intent->public_ip_address + " back: " + outcome.message});
  return notices;
}

void EipKind::log_step(base::Logger& log, const Value& eip, const Step& step, const Outcome& outcome) {
  const std::string key = eip.ns + "/" + eip.name;
  const std::string ip =
      outcome.address.public_ip.empty() ? step.address.public_ip : outcome.address.public_ip;
  const std::string id =
      outcome.address.allocation_id.empty() ? step.address.allocation_id : outcome.address.allocation_id;
  if (outcome.ok)
    log.info(domain::name_of(step.kind), {{"eip", key},
                                          {"publicIP", ip},
                                          {"allocationId", id},
                                          {"privateIP", step.target.private_ip_address}});
  else
    log.warn(std::string(domain::name_of(step.kind)) + " failed", {{"eip", key},
                                                                   {"publicIP", ip},
                                                                   {"allocationId", id},
                                                                   {"reason", outcome.reason},
                                                                   {"error", outcome.message}});
}

std::string EipKind::instance_awaited(const Observer& observer, const Value& eip, const Step& step) {
  return step.kind == StepKind::associate ? observer.target_place(eip).instance_id : "";
}

// Rivals for the place that it took or left.
std::set<kube::Key> EipKind::concerned(const Observer& observer, const Value& eip, const Step& step) {
  std::set<kube::Key> keys = observer.rivals_of(eip);
  if (!step.address.private_ip_address.empty())
    keys.merge(observer.eips_wanting(step.address.private_ip_address));
  if (!step.target.private_ip_address.empty())
    keys.merge(observer.eips_wanting(step.target.private_ip_address));
  return keys;
}

}  // namespace app
