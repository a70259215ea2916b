// Which instance the network interface of an ENI is to be attached to.

#include "domain/eni_decision.hpp"

namespace domain {
namespace {

EniStep look_at_instance(const Host& host) {
  EniStep step = wait("Attaching", "looking at instance " + host.instance_id);
  step.kind = EniStepKind::look;
  step.look_instance = true;
  return step;
}

// Known beforehand, so that EC2 need not be asked in vain.
std::optional<Pause> check_instance(const EniDecision& d, const InterfaceView& mine) {
  const InstanceFacts& instance = d.world.instance;
  const std::string& id = d.host.instance_id;
  const Time again = *instance.asked + 6 * d.settings.fresh;
  if (!instance.found)
    return blocked("InstanceNotFound", "EC2 knows no instance " + id + " of pod " + d.host.pod_name, false,
                   again);
  const bool zones_known = !instance.availability_zone.empty() && !mine.availability_zone.empty();
  if (zones_known && instance.availability_zone != mine.availability_zone)
    return blocked("WrongAvailabilityZone",
                   "pod " + d.host.pod_name + " runs in " + instance.availability_zone + " (instance " + id +
                       "), subnet " + mine.subnet_id + " is in " + mine.availability_zone +
                       ": let the pod run there, or make an ENI in a subnet of the pod's zone",
                   true);
  if (instance.state != "running" && instance.state != "stopped")
    return blocked("InstanceNotReady", "instance " + id + " is " + instance.state, false,
                   *instance.asked + 2 * d.settings.fresh);
  const int taken = static_cast<int>(instance.device_indexes.size());
  if (instance.most_interfaces > 0 && taken >= instance.most_interfaces)
    return blocked("AttachmentLimitExceeded",
                   "instance " + id + " (" + instance.type + ") has " + std::to_string(taken) +
                       " of at most " + std::to_string(instance.most_interfaces) +
                       " network interfaces: detach one, let the pod run on another node, or use larger "
                       "instances",
                   true, again);
  const int addresses = static_cast<int>(mine.addresses.size());
  if (instance.most_addresses_per_interface > 0 && addresses > instance.most_addresses_per_interface)
    return blocked("PrivateIpAddressLimitExceeded",
                   "an instance of type " + instance.type + " takes at most " +
                       std::to_string(instance.most_addresses_per_interface) +
                       " private addresses on one network interface, " + mine.id + " has " +
                       std::to_string(addresses) +
                       ": lower spec.secondaryPrivateIPAddressCount, or use larger instances",
                   true, again);
  return std::nullopt;
}

EniStep attach(const EniDecision& d, const InterfaceLedger::Record& record) {
  const InterfaceView& mine = record.view;
  const InstanceFacts& instance = d.world.instance;
  const auto& memory = d.world.memory;
  if (!d.host.accepts_new)
    return blocked("PodTerminating",
                   "pod " + d.host.pod_name + " is terminating and gets no network interface any more",
                   false);
  const bool repair = memory.placed == place_of(d.host);  // we attached it, and it is not attached any more
  if (auto pause = check_contention(d, repair)) return *pause;
  EniStep step = EniStep::on(EniStepKind::attach, mine, "Attaching",
                             "attaching " + mine.id + " to " + d.host.instance_id);
  step.host = d.host;
  step.repair = repair;
  if (auto held = d.hold_back(step.kind, place_of(d.host))) return *held;
  // Another interface may have taken a device index. What was read before something failed there says little.
  if (!d.fresh(instance.asked) || *instance.asked < memory.target_changed_at) return look_at_instance(d.host);
  if (auto pause = check_instance(d, mine)) return *pause;
  // An interface on nothing needs no fresh look: EC2 refuses if it is attached after all.
  if (record.seen == Time{}) return look("Attaching", "looking at " + mine.id);
  step.device_index = free_device_index(instance);
  return step;
}

}  // namespace

std::optional<EniStep> decide_attachment(const EniDecision& d, const InterfaceLedger::Record& record) {
  const InterfaceView& mine = record.view;
  const Host& host = d.host;
  if (mine.detaching()) return await_change(d, record);
  if (is_on(d.object, mine, host)) {
    if (mine.attaching()) return await_change(d, record);
    return std::nullopt;
  }
  if (mine.attached()) {
    const bool wanted = host.kind != Host::Kind::not_wanted && !host.obstacle.reason.empty();
    return detach(
        d, record, wanted ? host.obstacle.reason : "Detaching",
        "detaching " + mine.id + " from " + mine.instance_id + (wanted ? ": " + host.obstacle.message : ""));
  }
  switch (host.kind) {
    case Host::Kind::not_wanted:
      return std::nullopt;
    case Host::Kind::absent:
      return blocked(host.obstacle.reason, host.obstacle.message, host.obstacle.stalled);
    case Host::Kind::present:
      return attach(d, record);
  }
  return std::nullopt;
}

}  // namespace domain
