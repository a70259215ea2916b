// How an EIP gets its address, and gives it up.

#include <algorithm>

#include "domain/decision.hpp"

namespace domain {
namespace {

// What stands in the way of an address that status names, carries no uid tag of ours, and is seen. Nothing:
// take it.
std::optional<std::string> not_ours(const Decision& d, const Ledger::Record& record) {
  const AddressView& address = record.view;
  if (address.off_limits()) return "it is managed by the AWS service " + address.service_managed;
  if (auto why = claimed_by_other(d, record)) return why;
  if (d.object.status.public_ip_address != address.public_ip)
    return "its public address is " + address.public_ip + ", not \"" + d.object.status.public_ip_address +
           "\"";
  return std::nullopt;
}

bool fits_spec(const EipSpec& spec, const AddressView& address) {
  if (!spec.public_ip_address.empty()) return address.public_ip == spec.public_ip_address;
  if (!spec.public_ipv4_pool.empty()) return address.public_ipv4_pool == spec.public_ipv4_pool;
  if (!spec.public_ipv4_pools.empty())
    return std::find(spec.public_ipv4_pools.begin(), spec.public_ipv4_pools.end(),
                     address.public_ipv4_pool) != spec.public_ipv4_pools.end();
  return true;
}

}  // namespace

Step decide_deletion(const Decision& d) {
  if (d.tagged.empty()) return let_go(d, [&](const Ledger::Record& record) { return not_ours(d, record); });
  const Ledger::Record& record = *d.tagged.front();
  const AddressView& address = record.view;
  if (address.off_limits())
    return blocked("InUseByService",
                   "address " + address.public_ip + " is managed by the AWS service " +
                       address.service_managed + "; take it off there first",
                   true);
  if (!d.fresh(record.seen))
    return look("Releasing", "looking at " + address.public_ip + " before its release");
  if (address.associated())
    return disassociate(d, address, "Unassigning",
                        "taking " + address.public_ip + " off " + address.private_ip_address);
  return release(d, address);
}

namespace {

// Pools of spec.publicIPv4Pools that the account does not have.
std::string unknown_pools(const Decision& d) {
  std::string ids;
  if (!d.world.pools_asked) return ids;
  for (const auto& id : d.object.spec.public_ipv4_pools)
    if (!d.world.pool_free.contains(id)) ids += (ids.empty() ? "" : ", ") + id;
  return ids;
}

// Which pool to allocate from; a step if that is not known yet.
std::optional<Step> choose_pool(const Decision& d, std::string& pool) {
  const auto& pools = d.object.spec.public_ipv4_pools;
  pool = d.object.spec.public_ipv4_pool;
  if (pools.empty() || !pool.empty() || !d.object.spec.public_ip_address.empty()) return std::nullopt;
  // A pool that is not known may be a new one.
  const bool old = !d.world.pools_asked || *d.world.pools_asked + 30s < d.now ||
                   (!unknown_pools(d).empty() && !d.fresh(d.world.pools_asked));
  if (old) {
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
  const Time due = *d.world.pools_asked + 31s;
  if (const auto unknown = unknown_pools(d); !unknown.empty())
    return blocked(
        "PoolNotFound",
        "EC2 knows no pool " + unknown + ", and no other of spec.publicIPv4Pools has a free address", true,
        due);
  return blocked("InsufficientAddressCapacity", "no pool of spec.publicIPv4Pools has a free address", true,
                 due);
}

Step record_intent(const Decision& d, Intent intent, std::string message) {
  // The call is what fails; a new intent leads to it.
  if (auto held = d.hold_back(StepKind::allocate, intent.public_ip_address + intent.public_ipv4_pool))
    return *held;
  intent.recorded_at = name_intent(d.world.memory, recorded_at(d.object.status.intent), d.now);
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
  const auto& status = d.object.status;
  if (auto pause = check_loss(d)) return *pause;
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
  const auto& status = d.object.status;
  const auto& memory = d.world.memory;
  const auto intent_at = recorded_at(status.intent);
  if (const auto* named = named_by_status(d)) return take_or_refuse(d, *named, not_ours(d, *named));
  if (!status.allocation_id.empty()) {
    if (auto pause = await_absence(d)) return *pause;
    if (auto pause = await_intent(d)) return *pause;
    return replace_lost(d);
  }
  if (status.intent && memory.intent_void != intent_at) {
    // A call sent long after its intent would not be covered by it: whoever came after a crash would not wait
    // for it.
    const bool covered = d.now <= status.intent->recorded_at + d.settings.settle / 4;
    if (memory.intent_unused == intent_at && covered) {
      Step step = wait("Allocating", "allocating an address");
      step.kind = StepKind::allocate;
      step.intent = status.intent;
      step.tags.set = d.wanted();
      return step;
    }
    if (auto pause = await_intent(d)) return *pause;
  }
  for (const auto& record : d.world.restorable)
    if (!record.view.off_limits() && fits_spec(d.object.spec, record.view))
      return record_adoption(d, record.view);

  // An object may have been stored without its status, or its intent not been seen through by an earlier
  // process: an address of ours is looked for before any is allocated. Once in this process's life is enough,
  // since what it did itself is in the ledger.
  if (!d.world.asked && !d.world.memory.untouched)
    return look("Allocating", "looking for an address of this object");
  Intent intent;
  intent.public_ip_address = d.object.spec.public_ip_address;
  if (status.intent && status.intent->recovery && !memory.recovery_refused) {
    intent.public_ip_address = status.intent->public_ip_address;
    intent.recovery = true;
  }
  std::string message = "allocating an address";
  if (!intent.recovery) {
    if (auto step = choose_pool(d, intent.public_ipv4_pool)) return *step;
    if (const auto unknown = unknown_pools(d); !unknown.empty())
      message += "; EC2 knows no pool " + unknown + " of spec.publicIPv4Pools";
  }
  return record_intent(d, std::move(intent), std::move(message));
}

}  // namespace domain
