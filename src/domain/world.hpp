#pragma once
// Everything that the decision over one EIP may look at, beside the object itself.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/ledger.hpp"
#include "domain/ownership.hpp"
#include "domain/target.hpp"

namespace domain {

enum class StepKind {
  settled,
  wait,     // for a watch event or the due time
  blocked,  // as wait, and the object says that something is wrong
  look,
  add_finalizer,
  remove_copy,  // version 1.4.1's of an EIPAssociation, from the spec
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

using Trouble = TroubleOf<StepKind>;

struct Memory : MemoryOf<StepKind> {
  bool recovery_refused = false;  // EC2 would not give a lost address back
  // When EC2 knew nothing of an association that we had just made: it may show later, and is looked for.
  std::optional<Time> association_unknown_at;
};

struct EipWorld : Evidence {
  std::vector<Ledger::Record> addresses;  // with our uid tag, or named by the status
  // Tagged with this cluster, namespace and name, uid of no live object; also if the status names it.
  std::vector<Ledger::Record> restorable;
  Target target;
  std::optional<AssignedBy> assigned_by;    // the association that wants it there
  std::optional<Assignment> obsolete_copy;  // of the spec (see Wish)
  std::string rival;                        // ns/name of an EIP that comes first at the target
  bool holder_is_ours = false;              // the target's holder belongs to an EIP object
  // Free addresses in the account's pools, and when they were read. One that is missing does not exist.
  std::map<std::string, long> pool_free;
  std::optional<Time> pools_asked;
  Memory memory;
};

}  // namespace domain
