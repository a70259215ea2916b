#include "simulation/facts.hpp"

#include <algorithm>
#include <tuple>

namespace simulation {
namespace {

using kube_double::array_at;
using kube_double::number_at;
using kube_double::object_at;

std::string text(const json::object& object, std::string_view name) {
  return std::string(kube_double::text_at(object, name));
}

void read_object(const json::object& object, ObjectFacts& facts) {
  const auto& meta = object_at(object, "metadata");
  facts.kind = text(object, "kind");
  facts.ns = text(meta, "namespace");
  facts.name = text(meta, "name");
  facts.uid = text(meta, "uid");
  facts.deleting = !text(meta, "deletionTimestamp").empty();
  for (const auto& finalizer : array_at(meta, "finalizers")) facts.finalizer |= finalizer == kFinalizer;
  facts.generation = number_at(meta, "generation");
  const auto& status = object_at(object, "status");
  facts.observed_generation = number_at(status, "observedGeneration");
  for (const auto& value : array_at(status, "conditions")) {
    const auto& condition = value.as_object();
    facts.conditions[text(condition, "type")] = {text(condition, "status") == "True",
                                                 text(condition, "reason"), text(condition, "message"),
                                                 number_at(condition, "observedGeneration")};
  }
}

std::optional<AssignmentFacts> assignment_in(const json::object& object) {
  const auto& a = object_at(object, "assignment");
  if (a.empty()) return std::nullopt;
  return AssignmentFacts{text(a, "podName"), text(a, "podUID"), text(a, "eni"),
                         number_at(a, "eniPrivateIPAddressIndex"), text(a, "privateIPAddress")};
}

// As version 1.4.1 wrote an association's assignment into the EIP's spec.
bool copies(const AssignmentFacts& wish, const AssociationFacts& association) {
  return !wish.private_ip.empty() && !wish.pod_name.empty() && association.assignment &&
         association.assignment->pod_name == wish.pod_name;
}

}  // namespace

const EipFacts* Facts::eip(const std::string& uid) const {
  const auto found = std::find_if(eips.begin(), eips.end(), [&](const auto& eip) { return eip.uid == uid; });
  return found == eips.end() ? nullptr : &*found;
}

const EniFacts* Facts::eni(const std::string& uid) const {
  const auto found = std::find_if(enis.begin(), enis.end(), [&](const auto& eni) { return eni.uid == uid; });
  return found == enis.end() ? nullptr : &*found;
}

const EniFacts* Facts::eni(const std::string& ns, const std::string& name) const {
  const auto found = std::find_if(enis.begin(), enis.end(),
                                  [&](const auto& eni) { return eni.ns == ns && eni.name == name; });
  return found == enis.end() ? nullptr : &*found;
}

const PodFacts* Facts::pod(const std::string& ns, const std::string& name) const {
  const auto found = std::find_if(pods.begin(), pods.end(),
                                  [&](const auto& pod) { return pod.ns == ns && pod.name == name; });
  return found == pods.end() ? nullptr : &*found;
}

EipFacts eip_facts(const json::object& object) {
  EipFacts facts;
  read_object(object, facts);
  const auto& spec = object_at(object, "spec");
  facts.wish = assignment_in(spec);
  facts.exact_address = text(spec, "publicIPv4Address");
  if (facts.exact_address.empty()) facts.exact_address = text(spec, "publicIPAddress");
  facts.pool = text(spec, "publicIPv4Pool");
  for (const auto& pool : array_at(spec, "publicIPv4Pools")) facts.pools.emplace_back(pool.as_string());
  const auto& status = object_at(object, "status");
  facts.state = text(status, "state");
  facts.allocation_id = text(status, "allocationId");
  facts.public_ip = text(status, "publicIPAddress");
  facts.association_id = text(status, "associationId");
  facts.assignment = assignment_in(status);
  return facts;
}

AssociationFacts association_facts(const json::object& object) {
  AssociationFacts facts;
  read_object(object, facts);
  facts.created = text(object_at(object, "metadata"), "creationTimestamp");
  const auto& spec = object_at(object, "spec");
  facts.eip_name = text(spec, "eipName");
  facts.assignment = assignment_in(spec);
  return facts;
}

ObjectFacts object_facts(const json::object& object) {
  ObjectFacts facts;
  read_object(object, facts);
  return facts;
}

EniFacts eni_facts(const json::object& object) {
  EniFacts facts;
  read_object(object, facts);
  const auto& spec = object_at(object, "spec");
  facts.pod_name = text(object_at(spec, "attachment"), "podName");
  facts.subnet = text(spec, "subnetID");
  facts.secondary_addresses = number_at(spec, "secondaryPrivateIPAddressCount");
  facts.description = text(spec, "description");
  for (const auto& group : array_at(spec, "securityGroups"))
    facts.security_groups.emplace_back(group.as_string());
  const auto& status = object_at(object, "status");
  facts.interface = text(status, "networkInterfaceID");
  for (const auto& ip : array_at(status, "privateIPAddresses"))
    facts.private_ips.emplace_back(ip.as_string());
  facts.instance = text(object_at(status, "attachment"), "instanceID");
  return facts;
}

PodFacts pod_facts(const json::object& object) {
  const auto& meta = object_at(object, "metadata");
  const auto& status = object_at(object, "status");
  const auto phase = text(status, "phase");
  return {text(meta, "namespace"),
          text(meta, "name"),
          text(meta, "uid"),
          text(object_at(object, "spec"), "nodeName"),
          text(status, "podIP"),
          phase == "Succeeded" || phase == "Failed",
          !text(meta, "deletionTimestamp").empty()};
}

Facts facts_of(kube_double::Server& kube) {
  Facts facts;
  for (const auto& object : kube.list("eips")) facts.eips.push_back(eip_facts(object->value));
  for (const auto& object : kube.list("eipassociations"))
    facts.associations.push_back(association_facts(object->value));
  std::sort(facts.associations.begin(), facts.associations.end(), [](const auto& a, const auto& b) {
    return std::tie(a.created, a.uid) < std::tie(b.created, b.uid);
  });
  for (auto& eip : facts.eips)
    for (const auto& association : facts.associations)
      if ((!eip.wish || copies(*eip.wish, association)) && eip.wished_by.empty() && !association.deleting &&
          association.ns == eip.ns && association.eip_name == eip.name) {
        eip.wish = association.assignment;
        eip.wished_by = association.name;
      }
  for (const auto& object : kube.list("enis")) facts.enis.push_back(eni_facts(object->value));
  for (const auto& object : kube.list("pods")) facts.pods.push_back(pod_facts(object->value));
  for (const auto& object : kube.list("nodes")) {
    const auto provider = text(object_at(object->value, "spec"), "providerID");
    facts.instance_of_node[std::string(kube_double::name_of(object->value))] =
        provider.substr(provider.rfind('/') + 1);
  }
  return facts;
}

}  // namespace simulation
