#include "domain/decide_eip.hpp"

#include <algorithm>

namespace domain {
namespace {

// Everything one decision needs at hand; each rule below returns a step, or nothing: go on with the next
// rule.
struct Decision {
  const Eip& eip;
  const EipWorld& world;
  const Settings& settings;
  Time now;
  std::vector<const Ledger::Record*> tagged;  // with our uid tag, the one to keep first

  bool fresh(const std::optional<Time>& asked) const { return asked && *asked + settings.fresh >= now; }

  Tags ownership() const { return ownership_tags(settings.cluster, eip.ns, eip.name, eip.uid); }
  Tags wanted() const { return wanted_tags(settings.default_tags, eip.spec.tags, ownership()); }
};

Step wait(std::string reason, std::string message, std::optional<Time> due = std::nullopt) {
  Step step;
  step.kind = StepKind::wait;
  step.reason = std::move(reason);
  step.message = std::move(message);
  step.due = due;
  return step;
}

Step blocked(std::string reason, std::string message, bool stalled, std::optional<Time> due = std::nullopt) {
  Step step = wait(std::move(reason), std::move(message), due);
  step.kind = StepKind::blocked;
  step.stalled = stalled;
  return step;
}

Step look_at_addresses(std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = StepKind::look;
  step.look_addresses = true;
  return step;
}

Step look_at_target(std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = StepKind::look;
  step.look_target = true;
  return step;
}

Step act(StepKind kind, const AddressView& address, std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = kind;
  step.address = address;
  return step;
}

// The same effect failed a moment ago: not again at once, unless the object was edited or it is about
// something else.
std::optional<Step> hold_back(const Decision& d, const Step& wanted, const std::string& subject) {
  const Trouble* trouble = d.world.memory.trouble(wanted.kind);
  if (!trouble || trouble->generation != d.eip.generation || trouble->subject != subject) return std::nullopt;
  if (d.now >= trouble->retry_at) return std::nullopt;
  return blocked(trouble->reason, trouble->message, trouble->stalled, trouble->retry_at);
}

Step or_hold_back(const Decision& d, Step wanted, const std::string& subject) {
  if (auto held = hold_back(d, wanted, subject)) return *held;
  return wanted;
}

std::optional<Step> check_account(const Decision& d) {
  const auto& status = d.eip.status;
  const bool account =
      !status.account_id.empty() && !d.world.account_id.empty() && status.account_id != d.world.account_id;
  const bool region = !status.region.empty() && status.region != d.settings.region;
  if (!account && !region) return std::nullopt;
  return blocked("AccountMismatch",
                 "the address was allocated in account " + status.account_id + ", region " + status.region +
                     "; the operator works in account " + d.world.account_id + ", region " +
                     d.settings.region + ": nothing is changed until they agree",
                 true);
}

Step disassociate(const Decision& d, const AddressView& address, std::string reason, std::string message) {
  return or_hold_back(d, act(StepKind::disassociate, address, std::move(reason), std::move(message)),
                      address.association_id);
}

// Only after a fresh read that proves that the address is ours and on nothing.
Step release(const Decision& d, const AddressView& address) {
  return or_hold_back(d, act(StepKind::release, address, "Releasing", "releasing " + address.public_ip),
                      address.allocation_id);
}

// An intent whose call may have had its effect, with no address seen yet. Nothing: it is settled that there
// is none.
std::optional<Step> await_intent(const Decision& d) {
  const auto& intent = d.eip.status.intent;
  if (!intent || d.world.memory.intent_void == intent->recorded_at) return std::nullopt;
  if (d.world.memory.intent_unused == intent->recorded_at) return std::nullopt;  // no call was made
  const Time settled = intent->recorded_at + d.settings.settle;
  if (d.world.asked && *d.world.asked >= settled) return std::nullopt;
  const std::string message =
      "an earlier allocation was not answered; its address would show within the settle time";
  if (d.now >= settled) return look_at_addresses("AwaitingAllocation", message);
  // Looks at growing distances, as long as the intent is old: 1 s, 2 s, 4 s, ...
  const Span age = std::max(d.now - intent->recorded_at, Span(1s));
  const Time next = d.world.asked ? *d.world.asked + std::min(age, Span(15s)) : d.now;
  if (next <= d.now) return look_at_addresses("AwaitingAllocation", message);
  return wait("AwaitingAllocation", message, std::min(next, settled));
}

// The address that status names is not seen. Nothing: it is settled that it is gone.
std::optional<Step> await_absence(const Decision& d) {
  const auto& status = d.eip.status;
  if (status.allocation_id.empty() || d.world.released) return std::nullopt;
  const auto& absence = d.world.absence;
  const auto* allocated = find_condition(status, "Allocated");
  const std::string message =
      "address " + status.public_ip_address + " (" + status.allocation_id + ") is not seen in EC2";
  if (!absence || absence->asked.empty()) return look_at_addresses("AddressNotSeen", message);
  // A young address is not gone, EC2 just does not show it everywhere yet: only later reads count.
  const Time grown =
      allocated && allocated->status ? allocated->last_transition + d.settings.settle : Time::min();
  const auto& reads = absence->asked;
  const auto first = std::lower_bound(reads.begin(), reads.end(), grown);
  const bool missed =
      reads.end() - first >= d.settings.gone_reads && reads.back() - *first >= d.settings.gone_after();
  // Two witnesses: the release call did not know it, and a read does not show it.
  const auto& memory = d.world.memory;
  const bool unknown = memory.release_not_found == status.allocation_id &&
                       memory.release_not_found_at >= grown && first != reads.end();
  if (unknown || missed) return std::nullopt;
  const Time next = reads.back() + d.settings.gone_after() / (d.settings.gone_reads - 1);
  if (next <= d.now) return look_at_addresses("AddressNotSeen", message);
  return wait("AddressNotSeen", message, next);
}

// Of an earlier object of this name: a backup brought the object back.
bool restorable(const Decision& d, const AddressView& address) {
  return std::any_of(d.world.restorable.begin(), d.world.restorable.end(),
                     [&](const auto& record) { return record.view.allocation_id == address.allocation_id; });
}

// What stands in the way of an address that status names, carries no uid tag of ours, and is seen. Nothing:
// take it.
std::optional<std::string> not_ours(const Decision& d, const AddressView& address) {
  if (!address.service_managed.empty()) return "it is managed by the AWS service " + address.service_managed;
  if (claimed(address.tags, d.ownership()) && !restorable(d, address))
    return "its " + std::string(kTagPrefix) + " tags name another owner";
  if (d.eip.status.public_ip_address != address.public_ip)
    return "its public address is " + address.public_ip + ", not \"" + d.eip.status.public_ip_address + "\"";
  if (d.world.claimed_by_older) return "an older EIP object holds it";
  return std::nullopt;
}

const Ledger::Record* named_by_status(const Decision& d) {
  for (const auto& record : d.world.addresses)
    if (!d.eip.status.allocation_id.empty() && record.view.allocation_id == d.eip.status.allocation_id)
      return &record;
  return nullptr;
}

bool fits_spec(const EipSpec& spec, const AddressView& address) {
  if (!spec.public_ip_address.empty()) return address.public_ip == spec.public_ip_address;
  if (!spec.public_ipv4_pool.empty()) return address.public_ipv4_pool == spec.public_ipv4_pool;
  if (!spec.public_ipv4_pools.empty())
    return std::find(spec.public_ipv4_pools.begin(), spec.public_ipv4_pools.end(),
                     address.public_ipv4_pool) != spec.public_ipv4_pools.end();
  return true;
}

// Our tags go on before anything else is done with an address that does not carry them.
Step take_over(const Decision& d, const Ledger::Record& record, std::string message) {
  if (!d.fresh(record.seen))
    return look_at_addresses("Adopting", "looking at " + record.view.public_ip + " before adopting it");
  Step step = act(StepKind::take_over, record.view, "Adopting", std::move(message));
  step.tags.set = d.ownership();
  return or_hold_back(d, std::move(step), record.view.allocation_id);
}

Step decide_deletion(const Decision& d) {
  if (!d.tagged.empty()) {
    const Ledger::Record& record = *d.tagged.front();
    const AddressView& address = record.view;
    if (!address.service_managed.empty())
      return blocked("InUseByService",
                     "address " + address.public_ip + " is managed by the AWS service " +
                         address.service_managed + "; take it off there first",
                     true);
    if (!d.fresh(record.seen))
      return look_at_addresses("Releasing", "looking at " + address.public_ip + " before its release");
    if (address.associated())
      return disassociate(d, address, "Unassigning",
                          "taking " + address.public_ip + " off " + address.private_ip_address);
    return release(d, address);
  }
  if (const auto* named = named_by_status(d)) {
    if (!not_ours(d, named->view)) return take_over(d, *named, "taking over " + named->view.public_ip);
    // Not ours to release: the object goes, the address stays.
    if (!d.fresh(named->seen)) return look_at_addresses("Releasing", "looking at " + named->view.public_ip);
  } else if (auto step = await_absence(d)) {
    return *step;
  }
  if (auto step = await_intent(d)) return *step;
  if (!d.world.released && !d.fresh(d.world.asked))
    return look_at_addresses("Releasing", "looking for addresses of this object before it goes");
  Step step = wait("Released", "");
  step.kind = StepKind::remove_finalizer;
  return step;
}

// Which pool to allocate from; a step if that is not known yet.
std::optional<Step> choose_pool(const Decision& d, std::string& pool) {
  const auto& pools = d.eip.spec.public_ipv4_pools;
  pool = d.eip.spec.public_ipv4_pool;
  if (pools.empty() || !pool.empty() || !d.eip.spec.public_ip_address.empty()) return std::nullopt;
  if (!d.world.pools_asked || *d.world.pools_asked + 30s < d.now) {
    Step step = wait("Allocating", "asking which pool has the most free addresses");
    step.kind = StepKind::look;
    step.look_pools = true;
    return step;
  }
  long most = 0;
  for (const auto& id : pools) {
    const auto free = d.world.pool_free.find(id);
    if (free != d.world.pool_free.end() && free->second > most) {
      most = free->second;
      pool = id;
    }
  }
  if (!pool.empty()) return std::nullopt;
  return blocked("InsufficientAddressCapacity", "no pool of spec.publicIPv4Pools has a free address", true,
                 *d.world.pools_asked + 31s);
}

Step record_intent(const Decision& d, Intent intent, std::string message) {
  // The call is what fails; a new intent leads to it.
  Step call;
  call.kind = StepKind::allocate;
  if (auto held = hold_back(d, call, intent.public_ip_address + intent.public_ipv4_pool)) return *held;
  // Its name, too: never the same as that of the one before.
  const auto& before = d.eip.status.intent;
  intent.recorded_at = before ? std::max(d.now, before->recorded_at + 1us) : d.now;
  if (const auto& voided = d.world.memory.intent_void)
    intent.recorded_at = std::max(intent.recorded_at, *voided + 1us);
  Step step = wait("Allocating", std::move(message));
  step.kind = StepKind::record_intent;
  step.intent = std::move(intent);
  return step;
}

// The status names the address before its tags are changed: after a crash, reads by the uid tag may not show
// it yet.
Step record_adoption(const Decision& d, const AddressView& address) {
  Step step = wait("Adopting", "adopting " + address.public_ip + " of an earlier object of this name");
  step.kind = StepKind::record_intent;
  step.address = address;
  step.intent.emplace();
  step.intent->recorded_at = d.now;
  step.intent->public_ip_address = address.public_ip;
  return step;
}

// The address that status named is gone from EC2 for good: ask it back. (If that is refused, another one is
// taken.)
Step replace_lost(const Decision& d) {
  const auto& status = d.eip.status;
  if (d.world.many_vanished)
    return blocked(
        "ManyAddressesVanished",
        "more than half of all addresses vanished together; none is replaced until it is clear why "
        "(credentials of another account or region?)",
        true, d.now + d.settings.gone_after());
  if (!status.account_id.empty() && d.world.account_id.empty())
    return blocked("AccountUnknown",
                   "address " + status.public_ip_address +
                       " is not seen, and it is not known in which account: STS "
                       "GetCallerIdentity has to answer first",
                   true, d.now + d.settings.gone_after());
  Intent intent;
  intent.public_ip_address = status.public_ip_address;
  intent.recovery = !status.public_ip_address.empty();
  Step step = record_intent(d, std::move(intent),
                            "address " + status.public_ip_address + " was released outside; asking it back");
  step.lost_ip = status.public_ip_address;
  return step;
}

Step decide_allocation(const Decision& d) {
  const auto& status = d.eip.status;
  const auto& memory = d.world.memory;
  if (const auto* named = named_by_status(d)) {
    if (auto why = not_ours(d, named->view)) {
      if (!d.fresh(named->seen))
        return look_at_addresses("AddressNotOurs", "looking at " + named->view.public_ip);
      return blocked("AddressNotOurs",
                     "address " + named->view.public_ip + " (" + named->view.allocation_id +
                         ") that status names is not this object's: " + *why,
                     true);
    }
    return take_over(d, *named, "taking over " + named->view.public_ip);
  }
  if (!status.allocation_id.empty()) {
    if (auto step = await_absence(d)) return *step;
    if (auto step = await_intent(d)) return *step;
    return replace_lost(d);
  }
  if (status.intent && memory.intent_void != status.intent->recorded_at) {
    // A call sent long after its intent would not be covered by it: whoever came after a crash would not wait
    // for it.
    const bool covered = d.now <= status.intent->recorded_at + d.settings.settle / 4;
    if (memory.intent_unused == status.intent->recorded_at && covered) {
      Step step = wait("Allocating", "allocating an address");
      step.kind = StepKind::allocate;
      step.intent = status.intent;
      step.tags.set = d.wanted();
      return step;
    }
    if (auto step = await_intent(d)) return *step;
  }
  for (const auto& record : d.world.restorable)
    if (record.view.service_managed.empty() && fits_spec(d.eip.spec, record.view))
      return record_adoption(d, record.view);

  // An object may have been stored without its status, or its intent not been seen through by an earlier
  // process: an address of ours is looked for before any is allocated. Once in this process's life is enough,
  // since what it did itself is in the ledger.
  if (!d.world.asked && !d.world.memory.untouched)
    return look_at_addresses("Allocating", "looking for an address of this object");
  Intent intent;
  intent.public_ip_address = d.eip.spec.public_ip_address;
  if (status.intent && status.intent->recovery && !memory.recovery_refused) {
    intent.public_ip_address = status.intent->public_ip_address;
    intent.recovery = true;
  }
  if (!intent.recovery)
    if (auto step = choose_pool(d, intent.public_ipv4_pool)) return *step;
  return record_intent(d, std::move(intent), "allocating an address");
}

// Someone keeps undoing our repairs: wait longer each time.
std::optional<Step> check_contention(const Decision& d, bool repair) {
  const auto& memory = d.world.memory;
  if (!repair || memory.repairs < 2) return std::nullopt;
  const Time next = memory.repaired_at + d.settings.settle / 4 * (1 << std::min(memory.repairs - 2, 5));
  if (next <= d.now) return std::nullopt;
  return blocked("Contended", "another party keeps moving the address; the next repair is held back", true,
                 next);
}

// The address `mine` against its target. Nothing: it is where it should be.
std::optional<Step> decide_assignment(const Decision& d, const Ledger::Record& record) {
  const AddressView& mine = record.view;
  const Target& target = d.world.target;
  const std::string leaving = "taking " + mine.public_ip + " off " + mine.private_ip_address;
  if (target.kind == Target::Kind::not_wanted) {
    if (!mine.associated()) return std::nullopt;
    return disassociate(d, mine, "Unassigning", leaving);
  }
  if (target.kind == Target::Kind::absent) {
    const bool may_be_right = target.uncertain && mine.private_ip_address == target.private_ip_address;
    if (mine.associated() && !may_be_right) return disassociate(d, mine, target.reason, target.message);
    if (target.read && !d.fresh(target.seen)) return look_at_target(target.reason, target.message);
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
  std::optional<Step> obstacle;
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
    return obstacle;
  }
  if (in_place) return std::nullopt;

  const bool repair =
      d.world.memory.placed == place_of(target);  // we put it there, and it is not there any more
  if (auto step = check_contention(d, repair)) return step;

  Step step = act(StepKind::associate, mine, "Assigning",
                  "putting " + mine.public_ip + " on " + target.private_ip_address + " of " +
                      target.network_interface_id);
  step.target = target;
  step.repair = repair;
  if (auto held = hold_back(d, step, place_of(target))) return held;
  // An address on nothing needs no fresh look: without AllowReassociation EC2 refuses if it is on something
  // after all.
  const bool distrusted = record.seen == Time{};
  const bool look_addresses = distrusted || (mine.associated() && !d.fresh(record.seen));
  if (!d.fresh(target.seen) || look_addresses) {
    step.kind = StepKind::look;
    step.look_target = !d.fresh(target.seen);
    step.look_addresses = look_addresses;
  }
  return step;
}

// A second address of ours: released once it is sure that it is one.
std::optional<Step> decide_spares(const Decision& d, std::optional<Time>& due) {
  for (std::size_t i = 1; i < d.tagged.size(); ++i) {
    const Ledger::Record& spare = *d.tagged[i];
    if (!spare.view.service_managed.empty()) continue;
    const Time since = spare.first_seen + d.settings.settle;
    if (d.now < since) {
      due = due ? std::min(*due, since) : since;
      continue;
    }
    if (!d.fresh(spare.seen))
      return look_at_addresses("ReleasingSpare", "looking at the second address " + spare.view.public_ip);
    Step step = spare.view.associated()
                    ? disassociate(d, spare.view, "ReleasingSpare",
                                   "taking the second address " + spare.view.public_ip + " off")
                    : release(d, spare.view);
    if (step.kind == StepKind::blocked) continue;
    step.spare = true;
    return step;
  }
  return std::nullopt;
}

std::optional<Step> decide_tags(const Decision& d, const Ledger::Record& record,
                                std::optional<Step>& trouble) {
  const TagChange change = tag_change(record.view.tags, d.wanted(), d.eip.status.tag_keys);
  if (change.empty()) return std::nullopt;
  const StepKind kind = change.set.empty() ? StepKind::remove_tags : StepKind::set_tags;
  Step step = act(kind, record.view, "SettingTags", "bringing the tags in line");
  step.tags = change;
  if (auto held = hold_back(d, step, record.view.allocation_id)) {
    trouble = held;
    return std::nullopt;
  }
  if (!d.fresh(record.seen)) return look_at_addresses("SettingTags", "looking at the tags");
  return step;
}

std::vector<const Ledger::Record*> tagged_addresses(const Eip& eip, const EipWorld& world) {
  std::vector<const Ledger::Record*> tagged;
  for (const auto& record : world.addresses)
    if (tag(record.view.tags, kUidTag) == eip.uid) tagged.push_back(&record);
  std::sort(tagged.begin(), tagged.end(), [&](const auto* a, const auto* b) {
    const auto rank = [&](const auto* r) {
      return std::make_tuple(r->view.allocation_id != eip.status.allocation_id, !r->view.associated(),
                             std::string_view(r->view.allocation_id));
    };
    return rank(a) < rank(b);
  });
  return tagged;
}

}  // namespace

const Ledger::Record* own_address(const Eip& eip, const EipWorld& world) {
  const auto tagged = tagged_addresses(eip, world);
  return tagged.empty() ? nullptr : tagged.front();
}

bool intent_pending(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  const auto& intent = eip.status.intent;
  return intent && world.memory.intent_void != intent->recorded_at &&
         now < intent->recorded_at + settings.settle;
}

Step decide_eip(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  const Decision d{eip, world, settings, now, tagged_addresses(eip, world)};
  if (!eip.has_finalizer) {
    Step step = wait("", "");
    step.kind = eip.deleting ? StepKind::settled : StepKind::add_finalizer;
    return step;
  }
  if (auto step = check_account(d)) return *step;
  if (world.not_listed && d.tagged.empty()) {
    // Addresses of an earlier life of the object, or named by its status, are known only then.
    Step step = wait("Starting", "all addresses of the cluster are read first");
    if (!world.unread_reason.empty()) step = wait(world.unread_reason, world.unread_message);
    step.stalled = world.unread_stalled && eip.status.allocation_id.empty();
    return step;
  }
  if (!world.asked && !world.released && !world.memory.untouched && d.tagged.empty())
    return look_at_addresses(eip.deleting ? "Releasing" : "Allocating",
                             "looking for an address of this object");
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
  if (nameless && !d.fresh(mine.seen))
    return look_at_addresses("Allocating", "asking EC2 for the public address");
  std::optional<Step> held;
  if (auto step = decide_assignment(d, mine)) {
    if (step->kind != StepKind::blocked && step->kind != StepKind::wait) return *step;
    held = std::move(step);
  }
  std::optional<Time> due;
  if (intent_pending(d.eip, d.world, d.settings, d.now))
    due = d.eip.status.intent->recorded_at + d.settings.settle;
  if (auto step = decide_spares(d, due)) return *step;
  std::optional<Step> tag_trouble;
  if (auto step = decide_tags(d, mine, tag_trouble)) return *step;
  if (!held && tag_trouble) {
    held = std::move(tag_trouble);
    held->kind = StepKind::settled;  // the address is held and assigned all the same
  }
  if (!held) {
    held = wait("", "");
    held->kind = StepKind::settled;
  }
  if (nameless) due = now + settings.fresh;
  if (due && (!held->due || *due < *held->due)) held->due = due;
  return *held;
}

}  // namespace domain
