// What else the spec of an ENI says of its network interface: addresses, security groups, description.

#include <algorithm>

#include "domain/eni_decision.hpp"

namespace domain {
namespace {

// Not before a look of this moment, and not again at once after it failed.
EniStep modify(const EniDecision& d, const InterfaceLedger::Record& record, EniStep step) {
  if (auto held = d.hold_back(step.kind, record.view.id)) return *held;
  if (!d.fresh(record.seen)) return look("Modifying", "looking at " + record.view.id);
  return step;
}

EniStep on_mine(EniStepKind kind, const InterfaceLedger::Record& record, std::string message) {
  return EniStep::on(kind, record.view, "Modifying", std::move(message));
}

// How many secondary addresses the interface can have where it is; those that are wanted, if nothing is known
// against it.
int most_secondary(const EniDecision& d, const InterfaceView& mine) {
  const int wanted = d.object.spec.secondary_private_ip_address_count;
  const InstanceFacts& instance = d.world.instance;
  const bool there = mine.attached() && d.host.kind == Host::Kind::present &&
                     mine.instance_id == d.host.instance_id && instance.most_addresses_per_interface > 0;
  return there ? std::min(wanted, instance.most_addresses_per_interface - 1) : wanted;
}

EniStep grow(const EniDecision& d, const InterfaceLedger::Record& record, int have) {
  const int wanted = d.object.spec.secondary_private_ip_address_count;
  const int most = most_secondary(d, record.view);
  if (have >= most)
    return blocked("PrivateIpAddressLimitExceeded",
                   "an instance of type " + d.world.instance.type + " takes at most " + std::to_string(most) +
                       " secondary private addresses on one network interface, " + std::to_string(wanted) +
                       " are wanted: lower spec.secondaryPrivateIPAddressCount, or use larger instances",
                   true);
  // The call has no client token. What an earlier process may have asked for shows within the settle time.
  const Time settled = record.first_seen + d.settings.settle;
  if (!d.world.memory.untouched && d.now < settled)
    return wait("Modifying", "addresses that were asked for before a restart would show by then", settled);
  EniStep step = on_mine(EniStepKind::assign_addresses, record,
                         "assigning " + std::to_string(most - have) + " private addresses");
  step.count = most - have;
  return modify(d, record, std::move(step));
}

// From the end of the list, as long as no Elastic IP is on an address nor wants to be.
EniStep shrink(const EniDecision& d, const InterfaceLedger::Record& record,
               const std::vector<std::string>& order, int surplus) {
  EniStep step = on_mine(EniStepKind::unassign_addresses, record, "");
  std::string in_use;
  bool held = false;
  for (auto ip = order.rbegin(); in_use.empty() && static_cast<int>(step.private_ips.size()) < surplus;
       ++ip) {
    held = !record.view.find(*ip)->allocation_id.empty();
    if (held || d.world.wanted_addresses.contains(*ip))
      in_use = *ip;
    else
      step.private_ips.push_back(*ip);
  }
  if (!step.private_ips.empty()) {
    step.message = "unassigning " + std::to_string(step.private_ips.size()) + " private addresses";
    step = modify(d, record, std::move(step));
    // EC2 takes an address with whatever Elastic IP has come onto it: nothing but a read right before tells.
    const bool just_looked =
        d.looked && record.seen >= d.looked->began && d.looked->ended + d.settings.fresh / 5 >= d.now;
    if (step.kind == EniStepKind::unassign_addresses && !just_looked)
      return look("Modifying", "looking whether the addresses are free");
    return step;
  }
  const Time again = record.seen + 6 * d.settings.fresh;
  if (held && again <= d.now) return look("Modifying", "looking whether " + in_use + " is free");
  return blocked("AddressInUse",
                 "private address " + in_use + " would have to go, and an Elastic IP " +
                     (held ? "is on it" : "is wanted on it") +
                     ": take it off, or raise spec.secondaryPrivateIPAddressCount",
                 true, held ? std::optional(again) : std::nullopt);
}

}  // namespace

std::optional<std::set<std::string>> known_groups(const EniSpec& spec, const SecurityGroupFacts& facts) {
  std::set<std::string> ids;
  for (const auto& group : spec.security_groups) {
    const bool is_id = is_group_id(group);
    const auto known = facts.ids.find(group);
    if (!is_id && (!facts.asked || known == facts.ids.end())) return std::nullopt;
    ids.insert(is_id ? group : known->second);
  }
  return ids;
}

std::optional<EniStep> choose_groups(const EniDecision& d, std::set<std::string>& ids) {
  const auto& facts = d.world.groups;
  const auto& spec = d.object.spec;
  if (auto known = known_groups(spec, facts)) {
    ids = std::move(*known);
    return std::nullopt;
  }
  const Time again = facts.asked ? *facts.asked + 6 * d.settings.fresh : d.now;
  if (again <= d.now)
    return look_at_groups(d.tagged.empty() ? "Creating" : "Modifying", "looking for the security groups");
  if (!facts.subnet_found)
    return blocked("SubnetNotFound",
                   "EC2 knows no subnet " + spec.subnet_id +
                       "; it cannot be changed: delete the ENI, and make one with another subnet",
                   true, again);
  std::string unknown;
  for (const auto& group : spec.security_groups)
    if (!is_group_id(group) && !facts.ids.contains(group)) unknown += (unknown.empty() ? "" : ", ") + group;
  return blocked("SecurityGroupNotFound",
                 "the VPC of subnet " + spec.subnet_id + " has no security group named " + unknown +
                     ": create it, or correct spec.securityGroups",
                 true, again);
}

std::optional<EniStep> decide_addresses(const EniDecision& d, const InterfaceLedger::Record& record) {
  const auto order = addresses_in_order(d.object.status, record.view);
  const int have = static_cast<int>(order.size()) - 1;  // the primary address always stays
  const int wanted = d.object.spec.secondary_private_ip_address_count;
  if (have == wanted || have < 0) return std::nullopt;
  // What a lost call has done, a look comes closest to telling.
  if (record.seen == Time{}) return look("Modifying", "looking at the addresses of " + record.view.id);
  if (have < wanted) return grow(d, record, have);
  return shrink(d, record, order, have - wanted);
}

std::optional<EniStep> decide_groups(const EniDecision& d, const InterfaceLedger::Record& record) {
  std::set<std::string> ids;
  if (auto step = choose_groups(d, ids)) return step;
  if (ids.empty() || ids == record.view.security_group_ids) return std::nullopt;
  EniStep step = on_mine(EniStepKind::modify_groups, record, "setting the security groups");
  step.security_group_ids = std::move(ids);
  return modify(d, record, std::move(step));
}

std::optional<EniStep> decide_description(const EniDecision& d, const InterfaceLedger::Record& record) {
  if (record.view.description == d.object.spec.description) return std::nullopt;
  EniStep step = on_mine(EniStepKind::modify_description, record, "setting the description");
  step.description = d.object.spec.description;
  return modify(d, record, std::move(step));
}

}  // namespace domain
