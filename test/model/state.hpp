#pragma once
// One state of the small world that the walk goes through: the API server's object, EC2, the operator's
// process, and how much trouble may still happen. Small enumerations where the real thing has strings; the
// operator's part is the real thing.

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/decide_eip.hpp"
#include "domain/fold.hpp"
#include "domain/report_eip.hpp"

namespace model {

// More of every trouble at a finer pace: for hours of leisure.
inline const bool kLarge = std::getenv("MODEL_LARGE") != nullptr;

// The settings of production, with a settle time of two minutes, at a pace of a minute or of half a minute. A
// read is fresh within its own tick only.
inline const int kSettle = kLarge ? 4 : 2;
inline const std::chrono::seconds kTick{120 / kSettle};

// Whose tags an address carries.
enum class Owner : char {
  object,   // all of this object's
  no_uid,   // this object's, but the uid tag was removed by hand
  other,    // the uid tag names another living object
  earlier,  // the uid tag names an earlier object of this name, which a backup brought back
  nobody,   // none: of version 1.4.1, or a stranger's
};
enum class Place : char { nothing, pod_a, pod_b, elsewhere };
enum class Wish : char { none, pod_a, pod_b };
enum class PodA : char { runs, terminates, gone };

// What EC2 says of an address at one moment.
struct Version {
  bool exists = false;
  Owner owner = Owner::nobody;
  bool team_tag = false;  // a tag that the user asked for
  Place place = Place::nothing;
  int association = 0;

  bool operator==(const Version&) const = default;
};

struct Past {
  Version version;
  int until = 0;  // the tick in which it stopped being true
};

// What the present process could know of whose an address is.
struct Told {
  bool ours = false;
  int at = -1;        // the tick of the newest read or answer that told so
  int written = -1;   // our allocation or tag write: for a while reads may still show what was before it ...
  bool made = false;  // ... which was nothing at all,
  unsigned before = 0;  // ... or the tags of one of these owners, a bit each; and that is no news
};

struct Address {
  Version now;
  std::vector<Past> past;  // reads may still show these
  int ip = 0;
  bool stranger = false;  // belongs to nobody that we know
  // Our tags went on in the very moment in which someone else's did. EC2 has no conditional write: nobody can
  // know, and what becomes of the address is nobody's fault.
  bool contested = false;
  Told told;
};

// An allocation whose answer was given up, and that may still take its effect.
struct InFlight {
  int sent = 0;
  int ip = 0;  // asked for; 0: any
};

// A read of everything that was sent and is not answered yet.
struct LateRead {
  int asked = 0;
  std::vector<Version> shown;
};

struct Object {
  bool exists = true;
  bool deleting = false;
  bool finalizer = false;
  std::int64_t generation = 1;
  Wish wish = Wish::none;
  domain::EipStatus status;
};

struct TargetRead {
  int asked = -1;  // never
  int holder_a = -1;
  int holder_b = -1;
};

struct Process {
  bool started = false;  // it reads everything before it does anything
  domain::Ledger ledger{kSettle * kTick};
  domain::Memory memory;
  TargetRead target;
};

struct Budget {  // trouble that may still happen
  int interference = 0;
  int refusals = 0;
  int unanswered = 0;
  int wishes = 0;
  int missed_reads = 0;
  int resyncs = 0;
  int delays = 0;
};

struct State {
  int now = 100;
  Object object;
  PodA pod_a = PodA::runs;
  std::vector<Address> addresses;
  int associations = 0;   // made so far
  int allocations = 0;    // made so far for this object
  bool ip_taken = false;  // an address given up by hand went to someone else
  std::optional<InFlight> in_flight;
  std::optional<LateRead> late;
  Process process;
  Budget budget;

  std::string broken;  // the law that the last move broke
  std::string story;   // what the last move was; only told when a history is printed
};

enum class Start { fresh, predecessor, restored, restored_with_status };

using Decide = std::function<domain::Step(const domain::Eip&, const domain::EipWorld&,
                                          const domain::Settings&, domain::Time)>;

// Which troubles a walk has. One walk with everything would not end; several, each with a part, do.
struct Setup {
  std::string name;
  Start start = Start::fresh;
  Wish wish = Wish::none;
  int delay = kSettle;  // reads may show what was true less than so many ticks ago
  int in_flight = 0;    // an allocation may take its effect so many ticks after it was given up
  int wishes = 0;       // changes of the wish and of the pod
  int interference = 0;
  bool hand_disassociates = false;
  bool hand_moves = false;
  bool hand_releases = false;
  bool hand_retags = false;
  bool stranger_comes = false;
  int refusals = 0;
  int unanswered = 1;  // calls other than allocations whose answer is lost; of those there is no bound
  int missed_reads = 0;
  int resyncs = 1;  // reads of everything out of turn
  int delays = 1;   // ticks in which the operator has something to do and gets to nothing more
  bool crashes = true;
  bool late_reads = false;
  bool exact_address = false;
  Decide decide = domain::decide_eip;
  bool narrate = false;
};

inline domain::Time time_of(int tick) {
  return domain::Time{} + std::chrono::hours(100'000) + tick * kTick;
}

State first_state(const Setup& setup);

}  // namespace model
