// Where the address of an EIP is to go.

#include "domain/decision.hpp"

namespace domain {

std::optional<Step> decide_assignment(const Decision& d, const Ledger::Record& record) {
  const AddressView& mine = record.view;
  const Target& target = d.world.target;
  const std::string leaving = "taking " + mine.public_ip + " off " + mine.private_ip_address;
  if (target.kind == Target::Kind::not_wanted) {
    if (!mine.associated()) return std::nullopt;
    return disassociate(d, mine, "Unassigning", leaving);
  }
  if (target.kind == Target::Kind::absent) {
    if (mine.associated() && !may_be_in_place(mine, target))
      return disassociate(d, mine, target.reason, target.message);
    const bool older = target.seen < d.world.memory.target_changed_at;
    if (target.read && (older || !d.fresh(target.seen))) return look_at_target(target.reason, target.message);
    if (mine.associated()) return wait(target.reason, target.message, d.now + 2 * d.settings.fresh);
    if (!target.read)
      return blocked(target.reason, target.message, target.stalled);  // a watch event will tell
    return blocked(target.reason, target.message, target.stalled, target.seen + 2 * d.settings.fresh);
  }
  if (target.kind == Target::Kind::unknown) {
    // The address may sit on an address that the pod no longer has; that needs no look at EC2 to be wrong.
    if (mine.associated() && mine.private_ip_address != target.private_ip_address)
      return disassociate(d, mine, "Reassigning", leaving);
    return look_at_target("Assigning", "looking for the network interface of " + target.private_ip_address);
  }
  const bool in_place = mine.associated() && mine.network_interface_id == target.network_interface_id &&
                        mine.private_ip_address == target.private_ip_address;
  std::optional<Pause> obstacle;
  if (!d.world.rival.empty())
    obstacle = blocked("TargetTaken", "EIP " + d.world.rival + " comes first on " + target.private_ip_address,
                       false);
  else if (!in_place && !target.accepts_new)
    obstacle = blocked("PodTerminating", "pod " + target.pod_name + " is terminating and gets no new address",
                       false);
  else if (!in_place && !target.holder.empty() && target.holder != mine.allocation_id) {
    if (!d.fresh(target.seen))
      return look_at_target("Assigning", "looking who is on " + target.private_ip_address);
    obstacle =
        d.world.holder_is_ours
            ? blocked("TargetTaken", "another EIP object's address is still on " + target.private_ip_address,
                      false, d.now + d.settings.fresh)
            : blocked("TargetInUse",
                      "Elastic IP " + target.holder + " that is not ours is on " + target.private_ip_address +
                          " and is not displaced",
                      true, d.now + 6 * d.settings.fresh);
  }
  if (obstacle) {
    if (mine.associated()) return disassociate(d, mine, obstacle->reason, obstacle->message);
    return *obstacle;
  }
  if (in_place) return std::nullopt;

  const bool repair =
      d.world.memory.placed == place_of(target);  // we put it there, and it is not there any more
  if (auto pause = check_contention(d, repair)) return *pause;

  Step step = Step::on(StepKind::associate, mine, "Assigning",
                       "putting " + mine.public_ip + " on " + target.private_ip_address + " of " +
                           target.network_interface_id);
  step.target = target;
  step.repair = repair;
  if (auto held = d.hold_back(step.kind, place_of(target))) return *held;
  // An address on nothing needs no fresh look: without AllowReassociation EC2 refuses if it is on something
  // after all.
  const bool distrusted = record.seen == Time{};
  const bool look_addresses = distrusted || (mine.associated() && !d.fresh(record.seen));
  // Who took it off may have put another one there, which only a look after that can show. (One that this run
  // has waited for is such: it may have read the address once more, after the target.)
  const bool looked_since = target.seen >= record.seen || (d.looked && target.seen >= d.looked->began);
  const bool look_target = !d.fresh(target.seen) || (repair && !looked_since);
  if (look_target || look_addresses) {
    step.kind = StepKind::look;
    step.look_target = look_target;
    step.look_addresses = look_addresses;
  }
  return step;
}

}  // namespace domain
