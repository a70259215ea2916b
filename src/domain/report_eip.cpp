#include "domain/report_eip.hpp"

#include "domain/decide_eip.hpp"

namespace domain {
namespace {

bool wanted(const EipWorld& world) {
  return world.target.kind != Target::Kind::not_wanted;
}

// On the present pod, ENI or address that is wanted.
bool in_place(const AddressView& mine, const Target& target) {
  if (target.kind == Target::Kind::present)
    return mine.associated() && mine.private_ip_address == target.private_ip_address &&
           mine.network_interface_id == target.network_interface_id;
  return may_be_in_place(mine, target);
}

const char* derive_state(const Eip& eip, const EipWorld& world, const std::optional<AddressView>& mine) {
  if (eip.deleting) return mine && mine->associated() ? state::kUnassigning : state::kReleasing;
  if (!mine) return state::kAllocating;
  if (!wanted(world)) return mine->associated() ? state::kUnassigning : state::kAllocated;
  if (in_place(*mine, world.target) && world.rival.empty()) return state::kAssigned;
  return mine->associated() ? state::kReassigning : state::kAssigning;
}

std::optional<StatusAssignment> assignment_of(const Eip& eip, const EipWorld& world,
                                              const AddressView& mine) {
  if (!mine.associated()) return std::nullopt;
  const auto& earlier = eip.status.assignment;
  StatusAssignment assignment;
  assignment.private_ip_address = mine.private_ip_address;
  if (in_place(mine, world.target)) {
    assignment.pod_name = world.target.pod_name;
    assignment.pod_uid = world.target.pod_uid;
    assignment.eni = world.target.eni;
    assignment.eni_private_ip_address_index = world.target.eni_index;
  } else if (earlier && earlier->private_ip_address == mine.private_ip_address) {
    return earlier;
  }
  return assignment;
}

std::string place(const Target& target, const AddressView& mine) {
  std::string text = mine.public_ip + " is on " + mine.private_ip_address;
  if (!target.pod_name.empty()) text += " of pod " + target.pod_name;
  return text;
}

}  // namespace

std::optional<AddressView> believed_address(const Eip& eip, const EipWorld& world) {
  if (const auto* record = own_address(eip, world)) return record->view;
  const auto& status = eip.status;
  for (const auto& record : world.addresses)  // named by status and not yet taken over
    if (record.view.allocation_id == status.allocation_id) {
      AddressView view = record.view;
      // What the status says of it is evidence for or against its being ours, and is not to be overwritten.
      view.public_ip = status.public_ip_address;
      return view;
    }
  if (status.allocation_id.empty() || world.released) return std::nullopt;
  // Not read yet, or not seen in a read: what was last said holds until it is settled that it is gone.
  AddressView view;
  view.allocation_id = status.allocation_id;
  view.public_ip = status.public_ip_address;
  view.association_id = status.association_id;
  view.network_interface_id = status.network_interface_id;
  if (status.assignment) view.private_ip_address = status.assignment->private_ip_address;
  return view;
}

Report report_eip(const Eip& eip, const EipWorld& world, const Step& step, const Settings& settings,
                  Time now) {
  Report report;
  EipStatus& status = report.status;
  status = eip.status;
  const auto mine = believed_address(eip, world);
  status.state = derive_state(eip, world, mine);
  status.observed_generation = eip.generation;
  // What tells a copy from a wish of the spec's own is not forgotten before the copy is gone.
  if (!world.obsolete_copy) status.assigned_by = world.assigned_by;
  if (mine) {
    status.allocation_id = mine->allocation_id;
    status.public_ip_address = mine->public_ip;
    status.association_id = mine->association_id;
    status.network_interface_id = mine->network_interface_id;
    status.assignment = assignment_of(eip, world, *mine);
    if (own_address(eip, world)) {
      status.tag_keys =
          tag_keys(mine->tags, wanted_tags(settings.default_tags, eip.spec.tags, {}), status.tag_keys);
      // Said once: a later difference is a mismatch, not news.
      if (status.region.empty()) status.region = settings.region;
      if (status.account_id.empty()) status.account_id = world.account_id;
      if (!intent_pending(eip, world, settings, now)) status.intent.reset();
    }
  } else {
    status.allocation_id.clear();
    status.public_ip_address.clear();
    status.association_id.clear();
    status.network_interface_id.clear();
    status.assignment.reset();
    status.tag_keys.clear();
  }
  if (status.intent && world.memory.intent_void == status.intent->recorded_at &&
      step.kind != StepKind::record_intent) {
    // Nobody has to wait for it. Of a lost address, go on saying which it was.
    if (!status.intent->recovery || world.memory.recovery_refused) status.intent.reset();
  }

  const bool assigned = status.state == state::kAssigned;
  const bool allocated = status.state == state::kAllocated;
  const bool ready = (assigned || allocated) && step.kind != StepKind::blocked;
  Conditions conditions(eip.status.conditions, eip.generation, now);
  if (mine)
    conditions.set("Allocated", true, "Allocated", mine->public_ip + " (" + mine->allocation_id + ")");
  else
    conditions.set("Allocated", false, step.reason, step.message);
  if (assigned)
    conditions.set("Assigned", true, "Assigned", place(world.target, *mine));
  else if (!wanted(world) && !eip.deleting)
    conditions.set("Assigned", false, "NotRequested", "no assignment is wanted");
  else
    conditions.set("Assigned", false, step.reason, step.message);
  if (ready)
    conditions.set("Ready", true, assigned ? "Assigned" : "Allocated",
                   step.message.empty() || step.kind != StepKind::settled
                       ? (assigned ? place(world.target, *mine) : mine->public_ip + " is allocated")
                       : step.message);
  else
    conditions.set("Ready", false, step.reason, step.message);
  conditions.set_stalled(step);
  status.conditions = conditions.take();

  const bool moved =
      assigned && (eip.status.state != state::kAssigned || eip.status.assignment != status.assignment);
  const bool freed = allocated && eip.status.state != state::kAllocated;
  if (ready && (moved || freed)) {
    if (assigned)
      report.notices.push_back({false, "Assigned", place(world.target, *mine)});
    else if (eip.status.state == state::kUnassigning)
      report.notices.push_back({false, "Unassigned", mine->public_ip + " is on nothing"});
    else
      report.notices.push_back({false, "Allocated", mine->public_ip + " is allocated"});
    if (assigned && world.target.primary_of_node)
      report.notices.push_back({true, "NodeAddress",
                                "the address is on the primary address of the node's instance, since the pod "
                                "uses the host's network; an auto-assigned public address there is lost"});
  }
  conditions.add_stalled_notice(step, report.notices);
  return report;
}

EipStatus with_intent(const Eip& eip, const EipWorld& world, const Step& step, const Settings& settings,
                      Time now) {
  Eip bare = eip;
  bare.status.intent.reset();
  bare.status.allocation_id = step.address.allocation_id;  // of an address that is to be adopted; else empty
  bare.status.public_ip_address = step.address.public_ip;
  EipStatus status = report_eip(bare, world, step, settings, now).status;
  status.intent.reset();
  if (step.address.allocation_id.empty()) status.intent = step.intent;
  // Another try of what was refused is not worth a word before its outcome.
  if (world.memory.trouble(StepKind::allocate)) status.conditions = eip.status.conditions;
  return status;
}

bool must_publish_first(const EipStatus& published, const EipStatus& report) {
  if (published.state != state::kAssigned) return false;
  if (report.state != state::kAssigned) return true;
  // Still assigned, but of another pod: the one before must not be taken for the one that is there now.
  return published.assignment != report.assignment;
}

}  // namespace domain
