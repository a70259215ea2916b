#include "domain/decide_eip.hpp"

#include <algorithm>

#include "domain/decision.hpp"

namespace domain {
namespace {

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
