#pragma once
// Everything that the decision over one ENI may look at, beside the object itself.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/host.hpp"
#include "domain/interface_ledger.hpp"
#include "domain/ownership.hpp"

namespace domain {

enum class EniStepKind {
  settled,
  wait,     // for a watch event or the due time
  blocked,  // as wait, and the object says that something is wrong
  look,
  add_finalizer,
  record_intent,
  create,
  take_over,
  attach,
  detach,  // never by force
  modify_groups,
  modify_description,
  assign_addresses,
  unassign_addresses,
  delete_interface,
  set_tags,
  remove_tags,
  remove_finalizer,
};

struct EniMemory : MemoryOf<EniStepKind> {
  // recorded_at of an intent that this process wrote and has yet to act on. (intent_unused says more: no call
  // with its client token was ever made.)
  std::optional<Time> intent_written;
  // recorded_at of a repeated intent whose last call was refused for good: an earlier one may have had its
  // effect all the same.
  std::optional<Time> intent_refused;
  // The attaching or detaching that this process began, and when.
  std::string changing_attachment;
  Time changing_since{};
  // When EC2 knew nothing of an attachment that was to be ended, of an interface that we had just changed: it
  // may show later, and is looked for.
  std::optional<Time> attachment_unknown_at;
};

// What was read of the subnet and of the security groups that the spec gives by name.
struct SecurityGroupFacts {
  std::optional<Time> asked;  // when the oldest of the reads was sent; nothing: not all was asked for yet
  bool subnet_found = false;
  std::map<std::string, std::string> ids;  // by name, within the subnet's VPC
};

struct EniWorld : Evidence {
  std::vector<InterfaceLedger::Record> interfaces;  // with our uid tag, or named by the status
  // Tagged with this cluster, namespace and name, uid of no live object; also if the status names it.
  std::vector<InterfaceLedger::Record> restorable;
  std::optional<PodView> pod;  // of spec.attachment
  NodeView node;               // that the pod runs on
  InstanceFacts instance;      // of that node
  SecurityGroupFacts groups;
  std::set<std::string> wanted_addresses;  // private addresses that EIP objects want
  EniMemory memory;
};

}  // namespace domain
