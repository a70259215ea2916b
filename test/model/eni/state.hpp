#pragma once
// One state of the small world of an ENI: the API server's object, EC2, the operator's process, and how much
// trouble may still happen. Small enumerations where the real thing has strings; the operator's part is the
// real thing.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/decide_eni.hpp"
#include "domain/fold_eni.hpp"
#include "domain/report_eni.hpp"
#include "things.hpp"
#include "walk.hpp"

namespace model::eni {

enum class At : char { nothing, one, two };  // an instance
enum class Phase : char { none, attaching, attached, detaching };

// What EC2 says of a network interface at one moment.
struct Version {
  bool exists = false;
  Owner owner = Owner::nobody;
  bool team_tag = false;  // a tag that the user asked for
  At at = At::nothing;
  Phase phase = Phase::none;
  int attachment = 0;
  unsigned secondary = 0;  // private addresses, a bit each
  unsigned held = 0;       // those with an Elastic IP on them

  bool operator==(const Version&) const = default;
};

using Interface = Thing<Version>;
using Shown = std::vector<Version>;  // one version of each interface: what a read shows

// A creation whose answer was given up, and that may still take its effect.
struct InFlight {
  int sent = 0;
  std::int64_t sequence = 0;
};

struct Object {
  bool exists = true;
  bool deleting = false;
  bool finalizer = false;
  std::int64_t generation = 1;
  bool attach = false;
  int secondary = 0;
  domain::EniStatus status;
};

struct Process {
  bool started = false;  // it reads everything before it does anything
  domain::InterfaceLedger ledger{kSettle * kTick};
  domain::EniMemory memory;
  int instance_asked = -1;  // never
  At instance = At::nothing;
};

struct Budget {  // trouble that may still happen
  int interference = 0;
  int refusals = 0;
  int unanswered = 0;
  int wishes = 0;
  int missed_reads = 0;
  int resyncs = 0;
  int delays = 0;
  int slow = 0;
};

struct State {
  int now = 100;
  Object object;
  At pod = At::nothing;  // on which instance it runs; nothing: it is gone
  // The secondary address, by its bit, that an EIP object wants; 0: none.
  unsigned wanted_address = 0;
  std::vector<Interface> interfaces;
  std::vector<int> by_token;  // EC2's memory: the interface made for each sequence number; -1: none
  int attachments = 0;        // made so far
  std::optional<InFlight> in_flight;
  Process process;
  Budget budget;

  std::string broken;  // the law that the last move broke
  std::string story;   // what the last move was; only told when a history is printed
};

enum class Start { fresh, predecessor, restored, restored_with_status };

using Decide = std::function<domain::EniStep(const domain::Eni&, const domain::EniWorld&,
                                             const domain::Settings&, domain::Time)>;

// Which troubles a walk has. One walk with everything would not end; several, each with a part, do.
struct Setup {
  std::string name;
  Start start = Start::fresh;
  At pod = At::nothing;         // wanted, and there from the start, unless nothing
  int secondary = 0;            // addresses that are wanted from the start
  int delay = kSettle;          // reads may show what was true less than so many ticks ago
  int in_flight = 0;            // a creation may take its effect so many ticks after it was given up
  int wishes = 0;               // changes of the spec, the pod, and the wishes of an EIP
  bool address_wishes = false;  // ... of the number of addresses and of an EIP for them; else of the pod
  int interference = 0;
  bool hand_detaches = false;  // and attaches
  bool hand_deletes = false;
  bool hand_retags = false;
  bool hand_holds = false;  // puts an Elastic IP on an address
  int refusals = 0;
  int unanswered = 0;  // calls whose answer is lost
  int missed_reads = 0;
  int resyncs = 0;  // reads of everything out of turn
  int delays = 0;   // ticks in which the operator has something to do and gets to nothing more
  int slow = 0;     // ticks that attaching and detaching may take longer
  bool crashes = true;
  Decide decide = domain::decide_eni;
  bool narrate = false;
};

State first_state(const Setup& setup);

}  // namespace model::eni
