// How an EIP gets its address, and gives it up.

#include <algorithm>

#include "domain/decide_eip.hpp"
#include "domain/decision.hpp"

namespace domain {
namespace {

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

}  // namespace

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

namespace {

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

}  // namespace

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

}  // namespace domain
