#pragma once
// The fingerprint of a state: two states with the same one are the same state. It takes in all that can make
// a difference later, and nothing else. Times count as ages, and an age beyond which nothing changes any more
// counts as old.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/basic_ledger.hpp"
#include "domain/condition.hpp"
#include "domain/memory.hpp"
#include "things.hpp"

namespace domain {

struct LedgerPeek {
  template <class View>
  static const auto& writes(const BasicLedger<View>& ledger) {
    return ledger.writes_;
  }
  template <class View>
  static const auto& released(const BasicLedger<View>& ledger) {
    return ledger.released_;
  }
};

}  // namespace domain

namespace model {

struct Fingerprint {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  bool operator==(const Fingerprint&) const = default;
};

inline constexpr int kOldRead = 2;  // reads are fresh in their own tick, and late by at most two
inline const int kOldSettle = kSettle + 1;

class Hash {
 public:
  explicit Hash(int now) : now_(time_of(now)) {}

  void number(std::uint64_t value);
  template <class... Flags>
  void flags(Flags... flags) {
    std::uint64_t bits = 1;
    ((bits = bits << 1 | static_cast<std::uint64_t>(static_cast<bool>(flags))), ...);
    number(bits);
  }
  void text(const std::string& text);
  // A name that EC2 mints anew each time: they are numbered in the order of their appearance.
  void minted(const std::string& id);
  bool knows_minted(const std::string& id) const {
    return std::find(minted_.begin(), minted_.end(), id) != minted_.end();
  }
  // In ticks, of at most `old`.
  void age(domain::Time at, int old);

  domain::Time now() const { return now_; }
  Fingerprint print() const { return print_; }

 private:
  domain::Time now_;
  Fingerprint print_{0x12345, 0x6789};
  std::vector<std::string> minted_;
};

// Parts that every kind has. `add_version`, `add_view` and `add_subject` are the kind's own.

template <class Version, class AddVersion>
void add_thing(Hash& h, const Thing<Version>& thing, int now, AddVersion add_version) {
  add_version(h, thing.now);
  for (const auto& past : thing.past) {
    h.number(static_cast<std::uint64_t>(now - past.until));
    add_version(h, past.version);
  }
  const Told& told = thing.told;
  h.flags(told.ours, thing.contested);
  h.number(static_cast<std::uint64_t>(told.at < 0 ? kOldRead + 1 : std::min(now - told.at, kOldRead)));
  const bool written = told.written >= 0 && now - told.written <= kSettle;
  h.number(written ? static_cast<std::uint64_t>(now - told.written) << 8 |
                         static_cast<std::uint64_t>(told.made) << 4 |
                         static_cast<std::uint64_t>(told.before) << 16
                   : 0xFFFF);
}

// What a ledger holds of things; `shown_no_more` tells of a view that EC2 will not show again. When a thing
// was first seen makes a difference if there is more than one, or if the kind says so.
template <class View, class AddView, class ShownNoMore>
void add_records(Hash& h, const domain::BasicLedger<View>& ledger, bool late_reads, bool first_seen,
                 AddView add_view, ShownNoMore shown_no_more) {
  const int oldest_read = late_reads ? kOldRead : 0;
  first_seen = first_seen || ledger.by_uid(kUid).size() > 1;
  for (const auto& [id, record] : ledger.records()) {
    h.text(id);
    add_view(h, record.view);
    h.age(record.seen, kOldRead);
    if (late_reads) h.age(record.newest, kOldRead);
    if (first_seen) h.age(record.first_seen, kOldSettle);
  }
  for (const auto& [id, write] : domain::LedgerPeek::writes(ledger)) {
    if (h.now() >= write.at + (kSettle + oldest_read) * kTick)
      continue;  // no read is too old for it any more
    h.text(id);
    h.age(write.at, kSettle + oldest_read);
    h.number(write.denial.has_value());
    if (write.denial) {
      add_view(h, write.denial->known);
      h.age(write.denial->since, kOldRead);
    }
    std::vector<Fingerprint> before;
    for (const auto& [view, until] : write.before) {
      if (h.now() >= until + (kSettle + oldest_read) * kTick) continue;
      if (view && shown_no_more(h, *view)) continue;
      Hash part = h;
      part.age(until, kSettle + oldest_read);
      part.number(view.has_value());
      if (view) add_view(part, *view);
      before.push_back(part.print());
    }
    std::sort(before.begin(), before.end(), [](const auto& x, const auto& y) { return x.a < y.a; });
    for (const auto& part : before) h.number(part.a);
  }
}

// What it holds of reads and releases; `named` is what the status names, `held_since` when it began to.
template <class View>
void add_reads(Hash& h, const domain::BasicLedger<View>& ledger, const std::string& named,
               const domain::Condition* held, const std::optional<domain::Time>& intent) {
  const auto asked = ledger.asked_by_uid(kUid);
  h.number(asked.has_value());
  if (asked) {
    h.age(*asked, 1);
    h.number(intent && *asked >= *intent + kSettle * kTick);
  }
  const auto absence = ledger.absence(named);
  h.number(absence.has_value());
  if (absence) {
    // Only reads of a thing that is not young any more count.
    const auto grown = held && held->status ? held->last_transition + kSettle * kTick : domain::Time::min();
    const auto& reads = absence->asked;
    const auto first = std::lower_bound(reads.begin(), reads.end(), grown);
    h.number(static_cast<std::uint64_t>(std::min<std::int64_t>(reads.end() - first, 3)));
    if (first != reads.end()) h.age(h.now() - (reads.back() - *first), kOldRead);
    h.age(reads.back(), 1);
  }
  for (const auto& [id, at] : domain::LedgerPeek::released(ledger)) h.text(id);
  h.number(ledger.released_for(kUid));
}

void add_conditions(Hash& h, const std::vector<domain::Condition>& conditions, std::int64_t generation,
                    const char* held);

template <class Kind, class AddSubject>
void add_memory(Hash& h, const domain::MemoryOf<Kind>& memory, std::int64_t generation,
                const domain::Condition* held, const std::optional<domain::Time>& intent,
                AddSubject add_subject) {
  constexpr int kOften = 5;  // failures of one kind
  constexpr int kCalm = 6;   // after this long without a repair, the model takes the contention for over
  for (const auto& trouble : memory.troubles) {
    // One that is over makes a difference only if it repeats itself often: the next wait is longer than a
    // tick.
    const bool over = trouble.retry_at <= h.now();
    if (over && trouble.failures < kOften) continue;
    h.number(static_cast<std::uint64_t>(trouble.step) << 8 |
             static_cast<std::uint64_t>(std::clamp(trouble.failures, kOften, 9)) << 2 |
             static_cast<std::uint64_t>(over) << 1 | (trouble.generation == generation));
    add_subject(h, trouble.subject);
    if (over) continue;
    h.text(trouble.reason);
    h.number(static_cast<std::uint64_t>((trouble.retry_at - h.now() + kTick - domain::Span(1)) / kTick));
  }
  h.flags(intent && memory.intent_unused == intent, intent && memory.intent_void == intent, memory.untouched);
  h.text(memory.release_not_found);
  if (!memory.release_not_found.empty())
    h.number(held && held->status && memory.release_not_found_at >= held->last_transition + kSettle * kTick);
  h.text(memory.placed);
  h.number(static_cast<std::uint64_t>(memory.repairs));
  if (memory.repairs > 0) h.age(memory.repaired_at, kCalm);
}

}  // namespace model
