#include "fingerprint.hpp"

#include "ec2.hpp"

namespace model::eni {
namespace {

constexpr int kOldChange = 2;  // after that, looks are as rare as they get

void add_version(Hash& h, const Version& v) {
  h.number(static_cast<std::uint64_t>(v.exists) | static_cast<std::uint64_t>(v.team_tag) << 1 |
           static_cast<std::uint64_t>(v.owner) << 2 | static_cast<std::uint64_t>(v.at) << 8 |
           static_cast<std::uint64_t>(v.phase) << 12 | static_cast<std::uint64_t>(v.secondary) << 16 |
           static_cast<std::uint64_t>(v.held) << 24);
  h.minted(attachment_id(v.attachment));
}

void add_view(Hash& h, const domain::InterfaceView& view) {
  h.minted(view.attachment_id);
  h.text(view.attachment_status);
  h.text(view.instance_id);
  h.text(domain::tag(view.tags, domain::kUidTag));
  h.number(view.tags.size());
  for (const auto& address : view.addresses) {
    h.text(address.ip);
    h.text(address.allocation_id);
  }
}

// An attachment that EC2 can't show any more will never be shown again.
bool shown_no_more(const Hash& h, const domain::InterfaceView& view) {
  return view.attached() && !h.knows_minted(view.attachment_id);
}

// A subject of a trouble may be the name of an attachment.
void add_subject(Hash& h, const std::string& subject) {
  if (subject.starts_with("eni-attach-")) return h.minted(subject);
  h.text(subject);
}

void add_status(Hash& h, const domain::EniStatus& status, std::int64_t generation) {
  h.text(status.network_interface_id);
  h.text(status.mac_address);
  for (const auto& ip : status.private_ip_addresses) h.text(ip);
  h.number(status.attachment.has_value());
  if (status.attachment) {
    h.text(status.attachment->pod_uid);
    h.text(status.attachment->instance_id);
    h.minted(status.attachment->attachment_id);
  }
  h.number(status.tag_keys.size());
  h.text(status.region + status.account_id);
  h.number(static_cast<std::uint64_t>(status.client_token_sequence));
  h.number(status.observed_generation == generation);
  h.number(status.intent.has_value());
  if (status.intent) {
    h.age(status.intent->recorded_at, kOldSettle);
    h.number(static_cast<std::uint64_t>(status.intent->secondary_private_ip_address_count) << 1 |
             static_cast<std::uint64_t>(status.intent->repeated));
  }
  add_conditions(h, status.conditions, generation, "Created");
}

void add_process(Hash& h, const Process& process, const State& state) {
  const domain::EniMemory& memory = process.memory;
  const auto intent = domain::recorded_at(state.object.status.intent);
  h.flags(process.started, intent && memory.intent_written == intent,
          intent && memory.intent_refused == intent, process.instance_asked == state.now);
  h.number(static_cast<std::uint64_t>(process.instance));
  h.number(memory.attachment_unknown_at.has_value());
  if (memory.attachment_unknown_at) h.age(*memory.attachment_unknown_at, kSettle);
  // Of a change that is over, nobody asks when it began.
  bool known = false;
  for (const auto& [id, record] : process.ledger.records())
    known = known || (record.view.attached() && record.view.attachment_id == memory.changing_attachment);
  h.number(known);
  if (known) {
    h.minted(memory.changing_attachment);
    h.age(memory.changing_since, kOldChange);
  }
}

}  // namespace

Fingerprint fingerprint(const Setup&, const State& state) {
  Hash h(state.now);
  const Object& object = state.object;
  h.flags(object.exists, object.deleting, object.finalizer, object.attach);
  h.number(static_cast<std::uint64_t>(object.secondary) | static_cast<std::uint64_t>(state.pod) << 4 |
           static_cast<std::uint64_t>(state.wanted_address) << 8);
  const Budget& b = state.budget;
  for (const int left :
       {b.interference, b.refusals, b.unanswered, b.wishes, b.missed_reads, b.resyncs, b.delays, b.slow})
    h.number(static_cast<std::uint64_t>(left));
  for (const auto& interface : state.interfaces) add_thing(h, interface, state.now, add_version);
  h.number(state.in_flight ? static_cast<std::uint64_t>(state.now - state.in_flight->sent) << 8 |
                                 static_cast<std::uint64_t>(state.in_flight->sequence)
                           : 255);
  for (const int made : state.by_token) h.number(static_cast<std::uint64_t>(made + 1));
  if (!object.exists) return h.print();

  const auto& status = object.status;
  const auto* created = domain::find_condition(status, "Created");
  const auto intent = domain::recorded_at(status.intent);
  add_status(h, status, object.generation);
  const bool grows = object.secondary > 0 && !state.process.memory.untouched;
  add_records(h, state.process.ledger, false, grows, add_view, shown_no_more);
  add_reads(h, state.process.ledger, status.network_interface_id, created, intent);
  add_memory(h, state.process.memory, object.generation, created, intent, add_subject);
  add_process(h, state.process, state);
  return h.print();
}

}  // namespace model::eni
