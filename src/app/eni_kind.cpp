#include "app/eni_kind.hpp"

#include "app/eni_observer.hpp"
#include "app/eni_performer.hpp"
#include "domain/decide_eni.hpp"

namespace app {

using domain::EniStepKind;

domain::EniStep EniKind::decide(const Value& eni, const World& world, const domain::Settings& settings,
                                domain::Time now) {
  return domain::decide_eni(eni, world, settings, now);
}

domain::EniReport EniKind::report(const Value& eni, const World& world, const Step& step,
                                  const domain::Settings& settings, domain::Time now) {
  return domain::report_eni(eni, world, step, settings, now);
}

std::optional<aws::Action> EniKind::action_of(const Step& step) {
  return app::action_of(step);
}

bool EniKind::makes_thing(const Step& step) {
  return step.kind == EniStepKind::record_intent || step.kind == EniStepKind::create;
}

bool EniKind::gave_up_spare(const Step& step) {
  return step.kind == EniStepKind::delete_interface && step.spare;
}

void EniKind::note_intent(const Step& step, Memory& memory) {
  domain::note_intent(step, memory);
}

void EniKind::forget_intent(Memory& memory) {
  domain::note_call(memory);
}

void EniKind::note_call(const Step& step, Inventory&, Memory& memory) {
  if (step.kind == EniStepKind::create) forget_intent(memory);
}

EniPerformer EniKind::performer(aws::Ec2& ec2, Inventory& inventory) {
  return EniPerformer(ec2, inventory);
}

base::Task<domain::EniOutcome> EniKind::perform(Performer& performer, const Value& eni, Step step,
                                                aws::PermitPtr permit) {
  std::string token = domain::client_token(eni, step.client_token_sequence);
  return performer.perform(std::move(step), std::move(token), std::move(permit));
}

void EniKind::fold(const Value& eni, const Step& step, const Outcome& outcome,
                   const domain::Settings& settings, Inventory& inventory, Memory& memory, domain::Time now) {
  domain::fold(eni, step, outcome, settings, inventory.ledger(), memory, now);
  // A group of that name may have been deleted, and another one made.
  const bool names_groups = step.kind == EniStepKind::create || step.kind == EniStepKind::modify_groups;
  if (names_groups && outcome.not_found) inventory.forget_groups(eni.spec.subnet_id);
}

std::vector<domain::Notice> EniKind::notices_of_intent(const Step& step) {
  if (step.lost_id.empty()) return {};
  return {{true, "InterfaceLost",
           "network interface " + step.lost_id + " was deleted by someone else; another one is created"}};
}

std::vector<domain::Notice> EniKind::notices_of(const Value&, const Step& step, const Outcome& outcome,
                                                const Memory&, const Memory&) {
  if (!outcome.ok || step.kind != EniStepKind::delete_interface || step.spare) return {};
  return {{false, "Deleted", "network interface " + step.interface.id + " is deleted"}};
}

void EniKind::log_step(base::Logger& log, const Value& eni, const Step& step, const Outcome& outcome) {
  const std::string key = eni.ns + "/" + eni.name;
  const std::string id = outcome.interface.id.empty() ? step.interface.id : outcome.interface.id;
  const std::string instance =
      step.kind == EniStepKind::attach ? step.host.instance_id : step.interface.instance_id;
  if (outcome.ok)
    log.info(domain::name_of(step.kind),
             {{"eni", key}, {"networkInterfaceId", id}, {"instanceId", instance}});
  else
    log.warn(std::string(domain::name_of(step.kind)) + " failed", {{"eni", key},
                                                                   {"networkInterfaceId", id},
                                                                   {"instanceId", instance},
                                                                   {"reason", outcome.reason},
                                                                   {"error", outcome.message}});
}

std::string EniKind::instance_awaited(const Observer&, const Value&, const Step& step) {
  return step.kind == EniStepKind::attach ? step.host.instance_id : "";
}

// Each has an interface of its own, and what else an instance lacks it looks for at its due time.
std::set<kube::Key> EniKind::concerned(const Observer&, const Value&, const Step&) {
  return {};
}

}  // namespace app
