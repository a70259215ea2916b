// What users do with ENIs, and people with network interfaces.

#include "ec2_double/effects.hpp"
#include "simulation/users.hpp"

namespace simulation {

// By id or by name, the same one twice, or one that there is not.
json::array Users::security_groups() {
  if (chance_.with(0.05)) return {"nobodys"};
  json::array groups{chance_.with(0.5) ? kSecurityGroup : "pods"};
  if (chance_.with(0.3)) groups.push_back(chance_.with(0.5) ? kWebGroup : "web");
  if (chance_.with(0.1)) groups.push_back("pods");
  return groups;
}

void Users::create_eni() {
  const auto ns = any_namespace();
  ensure_namespace(ns);
  const auto name = chance_.one_of(enis_);
  json::object spec{{"subnetID", chance_.with(0.9) ? kSubnet : kOtherZoneSubnet},
                    {"securityGroups", security_groups()}};
  if (chance_.with(0.5)) spec["secondaryPrivateIPAddressCount"] = chance_.between(1, 3);
  if (chance_.with(0.3)) spec["description"] = "one";
  if (chance_.with(0.7)) spec["attachment"] = {{"podName", chance_.one_of(pods_)}};
  const auto made = create({{"apiVersion", "aws.k8s.logmein.com/v1alpha1"},
                            {"kind", "ENI"},
                            {"metadata", {{"namespace", ns}, {"name", name}}},
                            {"spec", spec}});
  if (made)
    tell("creates ENI " + ns + "/" + name + " uid " + std::string(kube_double::uid_of((*made)->value)) + " " +
         json::serialize(spec));
}

void Users::edit_eni() {
  const auto all = world_.kube.list("enis");
  if (all.empty()) return;
  const auto eni = eni_facts(chance_.one_of(all)->value);
  std::string what;
  const auto done = world_.kube.edit({"enis", eni.ns, eni.name}, [&](json::object& object) {
    auto& spec = object["spec"].as_object();
    const int kind = chance_.between(0, 4);
    if (kind == 0) spec["secondaryPrivateIPAddressCount"] = chance_.between(0, 3);
    if (kind == 1) spec["description"] = chance_.with(0.5) ? "one" : "two";
    if (kind == 2) spec.erase("attachment");
    if (kind == 3) spec["attachment"] = {{"podName", chance_.one_of(pods_)}};
    if (kind == 4) spec["securityGroups"] = security_groups();
    what = json::serialize(spec);
  });
  tell("sets ENI " + eni.key() + " to " + what + told(done));
}

void Users::delete_eni() {
  const auto all = world_.kube.list("enis");
  if (all.empty()) return;
  const auto eni = eni_facts(chance_.one_of(all)->value);
  tell("deletes ENI " + eni.key() + told(world_.kube.remove({"enis", eni.ns, eni.name})));
}

void Users::detach_by_hand() {
  for (const auto* interface : world_.ec2.world.network_interfaces.all()) {
    if (!interface->tags.contains(kUidTag) || !interface->attachment) continue;
    auto free = *interface;
    free.attachment.reset();
    free.status = "available";
    touched(free.id);
    tell("detaches " + free.id + " by hand");
    world_.ec2.world.network_interfaces.put(free, world_.now());
    return;
  }
}

void Users::change_groups_by_hand() {
  for (const auto* interface : world_.ec2.world.network_interfaces.all()) {
    if (!interface->tags.contains(kUidTag)) continue;
    auto changed = *interface;
    changed.groups = {kWebGroup};
    touched(changed.id);
    tell("gives " + changed.id + " another security group by hand");
    world_.ec2.world.network_interfaces.put(changed, world_.now());
    return;
  }
}

void Users::delete_interface_by_hand() {
  for (const auto* interface : world_.ec2.world.network_interfaces.all()) {
    if (!interface->tags.contains(kUidTag) || interface->attachment || interface->status == "pending")
      continue;
    const std::string id = interface->id;
    touched(id);
    for (const auto* address : world_.ec2.world.addresses.all())
      if (address->association && address->association->network_interface_id == id) touched(address->id);
    ec2_double::delete_interface(world_.ec2.world, id, world_.now());
    tell("deletes " + id + " by hand");
    return;
  }
}

}  // namespace simulation
