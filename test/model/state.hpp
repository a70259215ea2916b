#pragma once
// One state of the small world that the walk goes through: the API server's object, EC2, the operator's
// process, and how much trouble may still happen. Small enumerations where the real thing has strings; the
// operator's part is the real thing.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/decide_eip.hpp"
#include "domain/fold.hpp"
#include "domain/report_eip.hpp"
#include "things.hpp"

namespace model {

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

struct Address : Thing<Version> {
  int ip = 0;
  bool stranger = false;  // belongs to nobody that we know
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

  // What an EIPAssociation wants, if there is one. Version 1.4.1 copied it into the spec while it was for pod
  // a. Once a status has told that this is a copy, it is one for good.
  Wish association = Wish::none;
  bool copy = false;
  bool copy_told = false;

  // Where it is wanted by whoever has the say.
  Wish wanted() const {
    if (copy && !copy_told) return Wish::pod_a;
    return association != Wish::none ? association : wish;
  }
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
  bool association = false;  // the object of 1.4.1 is assigned by one
  bool exact_address = false;
  Decide decide = domain::decide_eip;
  bool narrate = false;
};

State first_state(const Setup& setup);

}  // namespace model
