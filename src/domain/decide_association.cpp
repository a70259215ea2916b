#include "domain/decide_association.hpp"

namespace domain {
namespace {

bool binds(const Association& association, const AssociationWorld& world) {
  return world.eip && !world.eip->deleting && !association.deleting && world.wish.by &&
         world.wish.by->association == association.name;
}

Verdict why_not_bound(const Association& association, const AssociationWorld& world) {
  const std::string& eip = association.eip_name;
  if (association.deleting) return {"Deleting", "the association is being deleted", false, std::nullopt};
  if (!world.eip)
    return {"EIPNotFound", "EIP " + eip + " does not exist in this namespace", false, std::nullopt};
  if (world.eip->deleting) return {"EIPDeleting", "EIP " + eip + " is being deleted", false, std::nullopt};
  if (world.wish.by)
    return {
        "HeldByAnother",
        "EIP " + eip + " is assigned by EIPAssociation " + world.wish.by->association + ", which comes first",
        false, std::nullopt};
  if (world.wish.assignment)
    return {"AssignedBySpec", "EIP " + eip + " has an assignment in its own spec, which comes first", false,
            std::nullopt};
  return {"InvalidAssignment", "spec.assignment names no target: set podName, eni or privateIPAddress", false,
          std::nullopt};
}

bool is_in_place(const Association& association, const Eip& eip) {
  const auto& status = eip.status;
  if (status.state != state::kAssigned || !status.assignment || !status.assigned_by) return false;
  Assignment there;
  there.pod_name = status.assignment->pod_name;
  there.eni = status.assignment->eni;
  there.eni_private_ip_address_index = status.assignment->eni_private_ip_address_index;
  there.private_ip_address = status.assignment->private_ip_address;
  return status.assigned_by->association == association.name && same_target(there, *association.assignment);
}

}  // namespace

AssociationStep decide_association(const Association& association, const AssociationWorld& world) {
  if (!association.has_finalizer) return {};
  // As long as it is there, the copy in the EIP's spec counts as this association's. Later, only what the
  // EIP's status says can tell that it was; so that comes first, or the copy goes before the association
  // does.
  const auto told = [&](const std::optional<Assignment>& copy) {
    const auto& by = world.eip->status.assigned_by;
    return by && by->copy == copy;
  };
  if (association.deleting && world.eip && !world.eip->deleting && world.wish.obsolete_copy &&
      !told(world.wish.obsolete_copy))
    return {AssociationStepKind::remove_copy, world.wish.obsolete_copy};
  if (binds(association, world) && world.wish.by->copy && !told(world.wish.by->copy)) return {};
  return {AssociationStepKind::remove_finalizer, std::nullopt};
}

AssociationReport report_association(const Association& association, const AssociationWorld& world,
                                     Time now) {
  AssociationReport report;
  Conditions conditions(association.status.conditions, association.generation, now);
  const std::string eip = "EIP " + association.eip_name;
  if (binds(association, world)) {
    conditions.set("Bound", true, "Bound", eip + " is assigned by this association");
    const Condition* ready = find_condition(world.eip->status, "Ready");
    const bool in_place = is_in_place(association, *world.eip);
    if (in_place && ready && ready->status)
      conditions.set("Ready", true, "Assigned", ready->message);
    else if (ready && !ready->status)
      conditions.set("Ready", false, ready->reason, eip + ": " + ready->message);
    else
      conditions.set("Ready", false, "Assigning", eip + " is on its way to the target");
    const Condition* before = find_condition(association.status, "Bound");
    if (!before || !before->status)
      report.notices.push_back({false, "Bound", eip + " is assigned by this association"});
  } else {
    const Verdict why = why_not_bound(association, world);
    conditions.set("Bound", false, why.reason, why.message);
    conditions.set("Ready", false, why.reason, why.message);
  }
  report.status.conditions = conditions.take();
  report.status.observed_generation = association.generation;
  return report;
}

}  // namespace domain
