#pragma once
// An EIPAssociation object as values, and which assignment an EIP has because of its spec and of the
// associations that name it. Pure.

#include <optional>
#include <string>
#include <vector>

#include "domain/eip.hpp"

namespace domain {

struct AssociationStatus {
  std::vector<Condition> conditions;
  std::int64_t observed_generation = -1;

  bool operator==(const AssociationStatus&) const = default;
};

struct Association : Object {
  std::string eip_name;  // in the same namespace
  std::optional<Assignment> assignment;
  AssociationStatus status;
};

// The assignment that counts for an EIP.
struct Wish {
  std::optional<Assignment> assignment;
  std::optional<AssignedBy> by;  // nothing: the EIP's own spec, or nobody
  // spec.assignment is a copy that version 1.4.1 made for an association that is gone, or says something else
  // by now. It counts no more and is to be removed, by a patch that tests it, before anything else is done.
  std::optional<Assignment> obsolete_copy;
};

// The wish of its spec, else of the oldest association that names it. `associations` may be more than that.
//
// Version 1.4.1 copied the association's assignment into the spec, with the private address beside it. A spec
// with that mark that names the target of an association counts as that association's.
Wish effective_wish(const Eip& eip, const std::vector<Association>& associations);

// The same pod, private address of an ENI, or plain private address. (podName and eni win over
// privateIPAddress.)
bool same_target(const Assignment& a, const Assignment& b);

}  // namespace domain
