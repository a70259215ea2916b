#include "fingerprint.hpp"

#include "ec2.hpp"

namespace model {
namespace {

void add_version(Hash& h, const Version& v) {
  h.number(static_cast<std::uint64_t>(v.exists) | static_cast<std::uint64_t>(v.team_tag) << 1 |
           static_cast<std::uint64_t>(v.owner) << 2 | static_cast<std::uint64_t>(v.place) << 8);
  h.minted(association_id(v.association));
}

void add_view(Hash& h, const domain::AddressView& view) {
  h.minted(view.association_id);
  h.text(view.private_ip_address);
  h.text(domain::tag(view.tags, domain::kUidTag));
  h.number(view.tags.size());
}

// An association that EC2 can't show any more will never be shown again.
bool shown_no_more(const Hash& h, const domain::AddressView& view) {
  return view.associated() && !h.knows_minted(view.association_id);
}

// A subject of a trouble may be the name of an association.
void add_subject(Hash& h, const std::string& subject) {
  if (subject.starts_with("eipassoc-")) return h.minted(subject);
  h.text(subject);
}

void add_status(Hash& h, const domain::EipStatus& status, std::int64_t generation) {
  h.text(status.state);
  h.text(status.allocation_id);
  h.text(status.public_ip_address);
  h.minted(status.association_id);
  h.text(status.network_interface_id);
  h.number(status.assignment.has_value());
  if (status.assignment) {
    h.text(status.assignment->pod_uid);
    h.text(status.assignment->private_ip_address);
  }
  h.number(status.assigned_by ? 1 + status.assigned_by->copy.has_value() : 0);
  h.number(status.tag_keys.size());
  h.text(status.region + status.account_id);
  h.number(status.observed_generation == generation);
  h.number(status.intent.has_value());
  if (status.intent) {
    h.age(status.intent->recorded_at, kOldSettle);
    h.text(status.intent->public_ip_address);
    h.number(status.intent->recovery);
  }
  add_conditions(h, status.conditions, generation, "Allocated");
}

}  // namespace

Fingerprint fingerprint(const Setup& setup, const State& state) {
  Hash h(state.now);
  h.number(static_cast<std::uint64_t>(state.object.exists) |
           static_cast<std::uint64_t>(state.object.deleting) << 1 |
           static_cast<std::uint64_t>(state.object.finalizer) << 2 |
           static_cast<std::uint64_t>(state.object.wish) << 3 | static_cast<std::uint64_t>(state.pod_a) << 6 |
           static_cast<std::uint64_t>(state.ip_taken) << 9 |
           static_cast<std::uint64_t>(state.allocations) << 10 |
           static_cast<std::uint64_t>(state.object.association) << 20 |
           static_cast<std::uint64_t>(state.object.copy) << 24 |
           static_cast<std::uint64_t>(state.object.copy_told) << 25);
  h.number(static_cast<std::uint64_t>(state.budget.interference) |
           static_cast<std::uint64_t>(state.budget.refusals) << 8 |
           static_cast<std::uint64_t>(state.budget.wishes) << 16 |
           static_cast<std::uint64_t>(state.budget.missed_reads) << 24 |
           static_cast<std::uint64_t>(state.budget.unanswered) << 32 |
           static_cast<std::uint64_t>(state.budget.resyncs) << 40 |
           static_cast<std::uint64_t>(state.budget.delays) << 48);
  for (const auto& address : state.addresses) {
    add_thing(h, address, state.now, add_version);
    h.number(static_cast<std::uint64_t>(address.ip) << 1 | static_cast<std::uint64_t>(address.stranger));
  }
  h.number(state.in_flight ? static_cast<std::uint64_t>(state.now - state.in_flight->sent) << 8 |
                                 static_cast<std::uint64_t>(state.in_flight->ip)
                           : 255);
  h.number(state.late.has_value());
  if (state.late) {
    h.number(static_cast<std::uint64_t>(state.now - state.late->asked));
    for (const auto& version : state.late->shown) add_version(h, version);
  }
  if (!state.object.exists) return h.print();
  const auto& status = state.object.status;
  const auto* allocated = domain::find_condition(status, "Allocated");
  const auto intent = domain::recorded_at(status.intent);
  add_status(h, status, state.object.generation);
  add_records(h, state.process.ledger, setup.late_reads, false, add_view, shown_no_more);
  add_reads(h, state.process.ledger, status.allocation_id, allocated, intent);
  const domain::Memory& memory = state.process.memory;
  add_memory(h, memory, state.object.generation, allocated, intent, add_subject);
  h.flags(memory.recovery_refused, state.process.started, memory.association_unknown_at.has_value());
  if (memory.association_unknown_at) h.age(*memory.association_unknown_at, kSettle);
  const TargetRead& target = state.process.target;
  h.number(target.asked < 0 ? 9 : target.asked == state.now);
  if (target.asked == state.now)
    h.number(static_cast<std::uint64_t>(target.holder_a + 1) << 8 |
             static_cast<std::uint64_t>(target.holder_b + 1));
  return h.print();
}

}  // namespace model
