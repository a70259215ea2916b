#include "fingerprint.hpp"

#include <algorithm>

#include "ec2.hpp"

namespace domain {

struct LedgerPeek {
  using Write = Ledger::Write;
  static const auto& writes(const Ledger& ledger) { return ledger.writes_; }
  static const auto& released(const Ledger& ledger) { return ledger.released_; }
};

}  // namespace domain

namespace model {
namespace {

constexpr int kOldRead = 2;  // reads are fresh in their own tick, and late by at most two
constexpr int kOften = 5;    // failures of one kind
const int kOldSettle = kSettle + 1;
constexpr int kCalm = 6;  // after this long without a repair, the model takes the contention for over

class Hash {
 public:
  explicit Hash(int now) : now_(time_of(now)) {}

  void number(std::uint64_t value) {
    print_.a = (print_.a ^ value) * 0x9E3779B97F4A7C15u;
    print_.a ^= print_.a >> 29;
    print_.b = (print_.b + value) * 0xD6E8FEB86659FD93u;
    print_.b ^= print_.b >> 32;
  }

  void text(const std::string& text) {
    number(text.size());
    std::uint64_t word = 0;
    int filled = 0;
    for (const char c : text) {
      word = word << 8 | static_cast<unsigned char>(c);
      if (++filled % 8 == 0) number(word), word = 0;
    }
    number(word);
  }

  void association(int association) {
    if (association == 0) return number(0);
    auto found = std::find(associations_.begin(), associations_.end(), association);
    if (found == associations_.end()) found = associations_.insert(found, association);
    number(static_cast<std::uint64_t>(found - associations_.begin() + 1));
  }

  void association(const std::string& id) { association(association_of(id)); }
  bool knows(const std::string& id) const {
    return std::find(associations_.begin(), associations_.end(), association_of(id)) != associations_.end();
  }

  // A subject of a trouble may be the name of an association.
  void subject(const std::string& subject) {
    if (subject.starts_with("eipassoc-")) return association(subject);
    text(subject);
  }

  void age(domain::Time at, int old) {
    if (at == domain::Time{}) return number(99);
    const auto ticks = (now_ - at + kTick - std::chrono::milliseconds(1)) / kTick;
    number(static_cast<std::uint64_t>(std::min<std::int64_t>(ticks, old)));
  }

  domain::Time now() const { return now_; }
  Fingerprint print() const { return print_; }

 private:
  domain::Time now_;
  Fingerprint print_{0x12345, 0x6789};
  std::vector<int> associations_;
};

void add(Hash& h, const Version& v) {
  h.number(static_cast<std::uint64_t>(v.exists) | static_cast<std::uint64_t>(v.team_tag) << 1 |
           static_cast<std::uint64_t>(v.owner) << 2 | static_cast<std::uint64_t>(v.place) << 8);
  h.association(v.association);
}

void add(Hash& h, const domain::AddressView& view) {
  h.association(view.association_id);
  h.text(view.private_ip_address);
  h.text(domain::tag(view.tags, domain::kUidTag));
  h.number(view.tags.size());
}

void add(Hash& h, const State& state, const Address& address) {
  add(h, address.now);
  for (const auto& past : address.past) {
    h.number(static_cast<std::uint64_t>(state.now - past.until));
    add(h, past.version);
  }
  h.number(static_cast<std::uint64_t>(address.ip) << 1 | static_cast<std::uint64_t>(address.stranger));
  h.number(address.told.ours);
  h.number(static_cast<std::uint64_t>(address.told.at < 0 ? kOldRead + 1
                                                          : std::min(state.now - address.told.at, kOldRead)));
  const bool written = address.told.written >= 0 && state.now - address.told.written <= kSettle;
  h.number(written ? static_cast<std::uint64_t>(state.now - address.told.written) << 8 |
                         static_cast<std::uint64_t>(address.told.made) << 4 |
                         static_cast<std::uint64_t>(address.told.before) << 16
                   : 0xFFFF);
  h.number(address.contested);
}

void add(Hash& h, const domain::EipStatus& status, std::int64_t generation) {
  h.text(status.state);
  h.text(status.allocation_id);
  h.text(status.public_ip_address);
  h.association(status.association_id);
  h.text(status.network_interface_id);
  h.number(status.assignment.has_value());
  if (status.assignment) {
    h.text(status.assignment->pod_uid);
    h.text(status.assignment->private_ip_address);
  }
  h.number(status.tag_keys.size());
  h.text(status.region + status.account_id);
  h.number(status.observed_generation == generation);
  h.number(status.intent.has_value());
  if (status.intent) {
    h.age(status.intent->recorded_at, kOldSettle);
    h.text(status.intent->public_ip_address);
    h.number(status.intent->recovery);
  }
  for (const auto& condition : status.conditions) {
    h.text(condition.reason);
    h.text(condition.message);
    h.number(static_cast<std::uint64_t>(condition.status) << 1 |
             (condition.observed_generation == generation));
    if (condition.type == "Allocated" && condition.status) h.age(condition.last_transition, kOldSettle);
  }
}

void add(Hash& h, const domain::Ledger& ledger, const domain::EipStatus& status, bool late_reads) {
  const int oldest_read = late_reads ? kOldRead : 0;
  const bool spares = ledger.by_uid(kUid).size() > 1;
  for (const auto& [id, record] : ledger.records()) {
    h.text(id);
    add(h, record.view);
    h.age(record.seen, kOldRead);
    if (late_reads) h.age(record.newest, kOldRead);
    if (spares) h.age(record.first_seen, kOldSettle);
  }
  for (const auto& [id, write] : domain::LedgerPeek::writes(ledger)) {
    if (h.now() >= write.at + (kSettle + oldest_read) * kTick)
      continue;  // no read is too old for it any more
    h.text(id);
    h.age(write.at, kSettle + oldest_read);
    std::vector<Fingerprint> before;
    for (const auto& [view, until] : write.before) {
      if (h.now() >= until + (kSettle + oldest_read) * kTick) continue;
      // An association that EC2 can't show any more will never be shown again.
      if (view && view->associated() && !h.knows(view->association_id)) continue;
      Hash part = h;
      part.age(until, kSettle + oldest_read);
      part.number(view.has_value());
      if (view) add(part, *view);
      before.push_back(part.print());
    }
    std::sort(before.begin(), before.end(), [](const auto& x, const auto& y) { return x.a < y.a; });
    for (const auto& part : before) h.number(part.a);
  }
  const auto asked = ledger.asked_by_uid(kUid);
  h.number(asked.has_value());
  if (asked) {
    h.age(*asked, 1);
    h.number(status.intent && *asked >= status.intent->recorded_at + kSettle * kTick);
  }
  const auto absence = ledger.absence(status.allocation_id);
  h.number(absence.has_value());
  if (absence) {
    // Only reads of an address that is not young any more count.
    const auto* allocated = domain::find_condition(status, "Allocated");
    const auto grown =
        allocated && allocated->status ? allocated->last_transition + kSettle * kTick : domain::Time::min();
    const auto& reads = absence->asked;
    const auto first = std::lower_bound(reads.begin(), reads.end(), grown);
    h.number(static_cast<std::uint64_t>(std::min<std::int64_t>(reads.end() - first, 3)));
    if (first != reads.end()) h.age(h.now() - (reads.back() - *first), kOldRead);
    h.age(reads.back(), 1);
  }
  for (const auto& [id, at] : domain::LedgerPeek::released(ledger)) h.text(id);
  h.number(ledger.released_for(kUid));
}

void add(Hash& h, const domain::Memory& memory, const domain::EipStatus& status, const State& state) {
  for (const auto& trouble : memory.troubles) {
    // One that is over makes a difference only if it repeats itself often: the next wait is longer than a
    // tick.
    const bool over = trouble.retry_at <= h.now();
    if (over && trouble.failures < kOften) continue;
    h.number(static_cast<std::uint64_t>(trouble.step) << 8 |
             static_cast<std::uint64_t>(std::clamp(trouble.failures, kOften, 9)) << 2 |
             static_cast<std::uint64_t>(over) << 1 | (trouble.generation == state.object.generation));
    h.subject(trouble.subject);
    if (over) continue;
    h.text(trouble.reason);
    h.number(static_cast<std::uint64_t>((trouble.retry_at - h.now() + kTick - domain::Span(1)) / kTick));
  }
  h.number(memory.intent_unused && status.intent && *memory.intent_unused == status.intent->recorded_at);
  h.number(memory.intent_void && status.intent && *memory.intent_void == status.intent->recorded_at);
  h.number(static_cast<std::uint64_t>(memory.recovery_refused) |
           static_cast<std::uint64_t>(memory.untouched) << 1 |
           static_cast<std::uint64_t>(state.process.started) << 2);
  h.text(memory.release_not_found);
  if (!memory.release_not_found.empty()) {
    const auto* allocated = domain::find_condition(status, "Allocated");
    h.number(allocated && allocated->status &&
             memory.release_not_found_at >= allocated->last_transition + kSettle * kTick);
  }
  h.text(memory.placed);
  h.number(static_cast<std::uint64_t>(memory.repairs));
  if (memory.repairs > 0) h.age(memory.repaired_at, kCalm);
}

}  // namespace

Fingerprint fingerprint(const Setup& setup, const State& state) {
  Hash h(state.now);
  h.number(static_cast<std::uint64_t>(state.object.exists) |
           static_cast<std::uint64_t>(state.object.deleting) << 1 |
           static_cast<std::uint64_t>(state.object.finalizer) << 2 |
           static_cast<std::uint64_t>(state.object.wish) << 3 | static_cast<std::uint64_t>(state.pod_a) << 6 |
           static_cast<std::uint64_t>(state.ip_taken) << 9 |
           static_cast<std::uint64_t>(state.allocations) << 10);
  h.number(static_cast<std::uint64_t>(state.budget.interference) |
           static_cast<std::uint64_t>(state.budget.refusals) << 8 |
           static_cast<std::uint64_t>(state.budget.wishes) << 16 |
           static_cast<std::uint64_t>(state.budget.missed_reads) << 24 |
           static_cast<std::uint64_t>(state.budget.unanswered) << 32 |
           static_cast<std::uint64_t>(state.budget.resyncs) << 40 |
           static_cast<std::uint64_t>(state.budget.delays) << 48);
  for (const auto& address : state.addresses) add(h, state, address);
  h.number(state.in_flight ? static_cast<std::uint64_t>(state.now - state.in_flight->sent) << 8 |
                                 static_cast<std::uint64_t>(state.in_flight->ip)
                           : 255);
  h.number(state.late.has_value());
  if (state.late) {
    h.number(static_cast<std::uint64_t>(state.now - state.late->asked));
    for (const auto& version : state.late->shown) add(h, version);
  }
  if (!state.object.exists) return h.print();
  add(h, state.object.status, state.object.generation);
  add(h, state.process.ledger, state.object.status, setup.late_reads);
  add(h, state.process.memory, state.object.status, state);
  const TargetRead& target = state.process.target;
  h.number(target.asked < 0 ? 9 : target.asked == state.now);
  if (target.asked == state.now)
    h.number(static_cast<std::uint64_t>(target.holder_a + 1) << 8 |
             static_cast<std::uint64_t>(target.holder_b + 1));
  return h.print();
}

}  // namespace model
