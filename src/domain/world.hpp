#pragma once
// Everything that the decision over one EIP may look at, beside the object itself.

#include <optional>
#include <string>
#include <vector>

#include "domain/ledger.hpp"
#include "domain/target.hpp"

namespace domain {

using namespace std::chrono_literals;

struct Settings {
  std::string cluster;  // value of the cluster tag
  Tags default_tags;
  std::string region;
  // How long an address may stay unseen after the call that may have made it. EC2 promises no bound.
  Span settle{2min};
  // A target is judged by a read no older than this before the address is put on it.
  Span fresh{5s};
  // An address is gone when `gone_reads` reads over `gone_after` do not show it. Half the settle time: the
  // one exists for the same reason as the other, and a test that shortens the one means both.
  int gone_reads = 3;
  Span gone_after() const { return settle / 2; }
};

enum class StepKind {
  settled,
  wait,     // for a watch event or the due time
  blocked,  // as wait, and the object says that something is wrong
  look,
  add_finalizer,
  record_intent,
  allocate,
  take_over,
  associate,
  disassociate,
  release,
  set_tags,
  remove_tags,
  remove_finalizer,
};

// A failed effect: why, and not again before a time. Held in memory only.
struct Trouble {
  StepKind step = StepKind::settled;
  std::string reason;
  std::string message;
  bool stalled = false;
  int failures = 0;
  Time retry_at{};
  std::int64_t generation = 0;  // of the object then: an edit makes it worth another try
  std::string subject;          // what it was tried on; something else is worth another try
};

// What this process remembers of one EIP; lost in a crash, and never needed for safety.
struct Memory {
  std::vector<Trouble> troubles;  // at most one per kind of step
  std::optional<Time>
      intent_unused;  // recorded_at of an intent that this process wrote and has not yet acted on
  // recorded_at of an intent that nobody has to wait for: its call surely had no effect, or its address is
  // known.
  std::optional<Time> intent_void;
  // This process put the finalizer on: nobody acted for the object before, so that no address of it can
  // exist.
  bool untouched = false;
  // When the wish, the pod or its node last changed. That the target's place is not seen is believed only of
  // a read sent after that: the address may have come to the interface just before.
  Time target_changed_at{};
  bool recovery_refused = false;  // EC2 would not give a lost address back
  std::string release_not_found;  // allocation id that EC2 did not know when it was to be released ...
  Time release_not_found_at{};    // ... then
  std::string placed;             // where this process last put the address; empty: it took it off again
  int repairs = 0;                // in a row, of an association that someone else changed
  Time repaired_at{};

  const Trouble* trouble(StepKind step) const;
};

struct EipWorld {
  std::vector<Ledger::Record> addresses;  // with our uid tag, or named by the status
  // Tagged with this cluster, namespace and name, uid of no live object; also if the status names it.
  std::vector<Ledger::Record> restorable;
  std::optional<Time> asked;  // when the newest read by our uid tag (and the status's id) was sent
  std::optional<Ledger::Absence> absence;  // of the address that the status names
  // The address that status names (or, if it names none, one with our uid tag) was released by this process.
  bool released = false;
  bool claimed_by_older = false;  // an older object's status names the same allocation
  bool many_vanished = false;     // more than half of all addresses are missing at once
  std::string account_id;         // empty: not known
  // Not all of ours has been read yet in this process, and what kept it from being read, if anything.
  bool not_listed = false;
  std::string unread_reason;
  std::string unread_message;
  bool unread_stalled = false;
  Target target;
  std::string rival;            // ns/name of an EIP that comes first at the target
  bool holder_is_ours = false;  // the target's holder belongs to an EIP object
  // Free addresses in the spec's pools, and when they were read.
  std::map<std::string, long> pool_free;
  std::optional<Time> pools_asked;
  Memory memory;
};

}  // namespace domain
