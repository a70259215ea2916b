#pragma once
// What to do next for one EIPAssociation, and what it says of itself. Pure. Putting the address where the
// association wants it is the EIP's work; a deletion never waits for it.

#include <optional>
#include <string>
#include <vector>

#include "domain/association.hpp"

namespace domain {

enum class AssociationStepKind {
  settled,
  remove_copy,       // version 1.4.1's, from the EIP's spec
  remove_finalizer,  // version 1.4.1's; we put none on
};

struct AssociationStep {
  AssociationStepKind kind = AssociationStepKind::settled;
  std::optional<Assignment> copy;  // remove_copy: what spec.assignment has to be for that
};

// What the decision may look at beside the object: the EIP that it names, and the wish that counts for it.
struct AssociationWorld {
  std::optional<Eip> eip;
  Wish wish;
};

AssociationStep decide_association(const Association& association, const AssociationWorld& world);

struct AssociationReport {
  AssociationStatus status;
  std::vector<Notice> notices;
};

AssociationReport report_association(const Association& association, const AssociationWorld& world, Time now);

}  // namespace domain
