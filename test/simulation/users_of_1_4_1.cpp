// What users of version 1.4.1 bring along: objects with its finalizer and its status, addresses and
// interfaces that nothing but a status names, and copies of assignments in specs.

#include "ec2_double/effects.hpp"
#include "simulation/users.hpp"

namespace simulation {
namespace {

constexpr auto kApiVersion = "aws.k8s.logmein.com/v1alpha1";

json::object meta_of_1_4_1(const std::string& ns, const std::string& name) {
  return {{"namespace", ns}, {"name", name}, {"finalizers", {kFinalizer}}};
}

}  // namespace

void Users::bring_along_1_4_1() {
  cluster_.start_all();
  const int eips = chance_.between(1, 3);
  for (int i = 0; i < eips; ++i) bring_eip(i);
  if (chance_.with(0.5)) bring_eni();
}

std::string Users::bring_address(int number) {
  ec2_double::Address address;
  address.id = "eipalloc-1000000000000000" + std::to_string(number);
  address.public_ip = "192.0.2." + std::to_string(number + 1);
  address.network_border_group = kRegion;
  if (chance_.with(0.5)) address.tags = {{"team", "blue"}};
  world_.ec2.world.addresses.put(address, world_.now());
  return address.id;
}

// 1.4.1 may have stopped at any moment: an id may be missing, the pod may have moved on, the deletion may
// have begun.
void Users::bring_eip(int number) {
  const auto running = chance_.with(0.6) ? any_pod() : std::nullopt;
  const auto ns = running ? running->ns : any_namespace();
  const auto name = names_[static_cast<std::size_t>(number)];
  const auto pod = running ? running->name : chance_.one_of(pods_);
  const auto ip = running ? running->ip : cluster_.idle_ip();
  const auto id = bring_address(number);
  const auto* address = world_.ec2.world.addresses.latest(id);

  const std::string state = chance_.one_of(std::vector<std::string>{
      "allocated", "assigning", "assigned", "reassigning", "unassigning", "releasing", "allocating"});
  json::object spec, status{{"state", state}, {"allocationId", id}, {"publicIPAddress", address->public_ip}};
  if (address->tags.contains("team")) spec["tags"] = {{"team", "blue"}};
  if (state == "assigning") spec["assignment"] = {{"podName", pod}};
  const bool placed =
      !ip.empty() && (state == "assigned" || state == "reassigning" || state == "unassigning");
  if (placed) {
    json::object assignment{{"privateIPAddress", ip}};
    if (chance_.with(0.7)) assignment["podName"] = pod;
    if (state != "unassigning") spec["assignment"] = assignment;
    status["assignment"] = assignment;
    for (const auto* interface : world_.ec2.world.network_interfaces.all())
      if (interface->subnet_id != kOtherVpcSubnet && ec2_double::holds(*interface, ip) &&
          ec2_double::address_on(world_.ec2.world, interface->id, ip) == nullptr)
        status["associationId"] =
            ec2_double::associate(world_.ec2.world, id, interface->id, ip, world_.now());
  }
  if (state == "allocating") {
    status = {{"state", state}};
    world_.ec2.world.addresses.erase(id, world_.now());
  }

  const auto made = create(
      {{"apiVersion", kApiVersion}, {"kind", "EIP"}, {"metadata", meta_of_1_4_1(ns, name)}, {"spec", spec}});
  if (!made) return world_.ec2.world.addresses.erase(id, world_.now());
  if (state != "allocating") world_.left[id] = std::string(kube_double::uid_of((*made)->value));
  static_cast<void>(
      world_.kube.edit_status({"eips", ns, name}, [&](json::object& object) { object["status"] = status; }));
  tell("brings EIP " + ns + "/" + name + " of 1.4.1 along, " + json::serialize(spec) + " " +
       json::serialize(status));
  if (state == "releasing") static_cast<void>(world_.kube.remove({"eips", ns, name}));
  if (placed && spec.contains("assignment") && chance_.with(0.5)) bring_association(ns, name, pod);
}

void Users::bring_association(const std::string& ns, const std::string& eip, const std::string& pod) {
  const auto made = create({{"apiVersion", kApiVersion},
                            {"kind", "EIPAssociation"},
                            {"metadata", meta_of_1_4_1(ns, "to-" + eip)},
                            {"spec", {{"eipName", eip}, {"assignment", {{"podName", pod}}}}}});
  if (!made) return;
  tell("brings EIPAssociation " + ns + "/to-" + eip + " of 1.4.1 along, to pod " + pod);
  if (chance_.with(0.2)) static_cast<void>(world_.kube.remove({"eipassociations", ns, "to-" + eip}));
}

void Users::bring_eni() {
  const auto running = any_pod();
  const auto ns = running ? running->ns : any_namespace();
  const auto name = chance_.one_of(enis_);
  const auto pod = running ? running->name : chance_.one_of(pods_);
  ec2_double::NetworkInterface interface;
  interface.id = "eni-10000000000000000";
  interface.subnet_id = kSubnet;
  interface.groups = {kSecurityGroup};
  interface.mac_address = "02:00:00:00:02:00";
  interface.private_ip_addresses = {"10.0.0.240", "10.0.0.241"};
  json::object spec{{"subnetID", kSubnet},
                    {"securityGroups", {"pods"}},
                    {"secondaryPrivateIPAddressCount", chance_.between(0, 2)}};
  json::object status{{"networkInterfaceID", interface.id},
                      {"macAddress", interface.mac_address},
                      {"privateIPAddresses", {"10.0.0.240", "10.0.0.241"}}};
  if (chance_.with(0.7)) spec["attachment"] = {{"podName", pod}};
  if (chance_.with(0.7)) {
    const auto node = running ? running->node : chance_.one_of(cluster_.nodes());
    ec2_double::Attachment attachment;
    attachment.id = "eni-attach-10000000000000000";
    attachment.instance_id = facts_of(world_.kube).instance_of_node.at(node);
    attachment.device_index = 1;
    attachment.status = "attached";
    interface.attachment = attachment;
    interface.status = "in-use";
    status["attachment"] = {{"podName", pod}};
  }
  const auto made = create(
      {{"apiVersion", kApiVersion}, {"kind", "ENI"}, {"metadata", meta_of_1_4_1(ns, name)}, {"spec", spec}});
  if (!made) return;
  world_.ec2.world.network_interfaces.put(interface, world_.now());
  world_.left[interface.id] = std::string(kube_double::uid_of((*made)->value));
  static_cast<void>(
      world_.kube.edit_status({"enis", ns, name}, [&](json::object& object) { object["status"] = status; }));
  tell("brings ENI " + ns + "/" + name + " of 1.4.1 along, " + json::serialize(spec) + " " +
       json::serialize(status));
}

}  // namespace simulation
