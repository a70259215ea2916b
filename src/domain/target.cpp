#include "domain/target.hpp"

#include <string_view>
#include <tuple>

namespace domain {
namespace {

Target absent(Target target, Obstacle obstacle) {
  target.kind = Target::Kind::absent;
  target.reason = std::move(obstacle.reason);
  target.message = std::move(obstacle.message);
  target.stalled = obstacle.stalled;
  target.uncertain = obstacle.uncertain;
  return target;
}

Target absent(Target target, std::string reason, std::string message, bool stalled = false) {
  return absent(std::move(target), {std::move(reason), std::move(message), stalled, false});
}

Target unseen(Target target, std::string reason, std::string message) {
  return absent(std::move(target), {std::move(reason), std::move(message), false, true});
}

// Puts the target on `ip` of `eni`.
Target on(Target target, const InterfaceView& eni, const std::string& ip) {
  if (eni.managed)
    return absent(
        std::move(target), "Unsupported",
        "network interface " + eni.id + " with " + ip + " is managed by an AWS service and is not touched",
        true);
  target.kind = Target::Kind::present;
  target.network_interface_id = eni.id;
  target.private_ip_address = ip;
  if (const auto* address = eni.find(ip)) target.holder = address->allocation_id;
  return target;
}

Target resolve_pod(const Assignment& wish, const TargetFacts& facts) {
  Target target;
  target.pod_name = wish.pod_name;
  if (facts.pod) target.pod_uid = facts.pod->uid;
  if (auto obstacle = check_pod(wish.pod_name, facts.pod)) return absent(std::move(target), *obstacle);
  const PodView& pod = *facts.pod;
  if (pod.ip.empty()) {
    if (pod.has_any_ip)
      return absent(std::move(target), "NoIPv4", "pod " + pod.name + " has no IPv4 address", true);
    if (pod.terminating)
      return absent(std::move(target), "PodTerminating",
                    "pod " + pod.name + " is terminating and gets no new address");
    return absent(std::move(target), "PodHasNoIP", "pod " + pod.name + " has no IP address yet");
  }
  target.accepts_new = !pod.terminating;
  target.primary_of_node = pod.host_network;
  target.private_ip_address = pod.ip;
  target.instance_id = facts.node.instance_id;
  if (auto obstacle = check_node(pod, facts.node)) return absent(std::move(target), *obstacle);
  if (!facts.asked) {
    target.kind = Target::Kind::unknown;
    return target;
  }
  target.read = true;
  target.seen = *facts.asked;
  for (const auto& eni : facts.enis)
    if (eni.instance_id == facts.node.instance_id && eni.holds(pod.ip))
      return on(std::move(target), eni, pod.ip);
  if (!pod.branch_eni.empty())
    for (const auto& eni : facts.enis)
      if (eni.id == pod.branch_eni && eni.type == "branch" && eni.holds(pod.ip) &&
          (facts.vpc_id.empty() || eni.vpc_id == facts.vpc_id)) {
        InterfaceView branch = eni;
        branch.managed = false;  // branch interfaces are requester-managed by their nature
        return on(std::move(target), branch, pod.ip);
      }
  return unseen(std::move(target), "PodIPNotOnENI",
                "no network interface of instance " + facts.node.instance_id + " holds the address " +
                    pod.ip + " of pod " + pod.name + "; pods need addresses of the VPC");
}

Target resolve_eni(const Assignment& wish, const TargetFacts& facts) {
  Target target;
  target.eni = wish.eni;
  target.eni_index = wish.eni_private_ip_address_index;
  if (!facts.eni)
    return absent(std::move(target), "ENINotFound", "ENI " + wish.eni + " does not exist in this namespace");
  const EniFacts& eni = *facts.eni;
  if (eni.deleting) return absent(std::move(target), "ENIDeleting", "ENI " + wish.eni + " is being deleted");
  if (eni.network_interface_id.empty())
    return absent(std::move(target), "ENINotReady", "ENI " + wish.eni + " has no network interface yet");
  target.private_ip_address = wished_address(wish, eni);
  if (target.private_ip_address.empty()) {
    const std::string index = std::to_string(wish.eni_private_ip_address_index);
    if (wish.eni_private_ip_address_index < eni.wanted_addresses)
      return absent(std::move(target), "ENINotReady",
                    "ENI " + wish.eni + " has no private address of index " + index + " yet");
    return absent(std::move(target), "ENIIndexOutOfRange",
                  "ENI " + wish.eni + " has no private address of index " + index + ", only " +
                      std::to_string(eni.private_ip_addresses.size()) +
                      " in all: correct eniPrivateIPAddressIndex, or raise the ENI's "
                      "secondaryPrivateIPAddressCount",
                  true);
  }
  if (!facts.asked) {
    target.kind = Target::Kind::unknown;
    return target;
  }
  target.read = true;
  target.seen = *facts.asked;
  const std::string ip = target.private_ip_address;
  for (const auto& interface : facts.enis)
    if (interface.id == eni.network_interface_id && interface.holds(ip))
      return on(std::move(target), interface, ip);
  return unseen(std::move(target), "PrivateIPNotOnENI",
                "network interface " + eni.network_interface_id + " of ENI " + wish.eni +
                    " is not seen with the address " + ip);
}

Target resolve_private_ip(const Assignment& wish, const TargetFacts& facts) {
  Target target;
  if (!is_ipv4(wish.private_ip_address))
    return absent(std::move(target), "InvalidPrivateIP",
                  "privateIPAddress \"" + wish.private_ip_address + "\" is no IPv4 address", true);
  target.private_ip_address = wish.private_ip_address;
  if (!facts.asked) {
    target.kind = Target::Kind::unknown;
    return target;
  }
  target.read = true;
  target.seen = *facts.asked;
  if (facts.vpc_id.empty())
    return unseen(std::move(target), "VPCUnknown",
                  "the cluster's VPC is not known: no node's instance was found; flag -vpc-id sets it");
  for (const auto& eni : facts.enis)
    if (eni.vpc_id == facts.vpc_id && eni.holds(wish.private_ip_address))
      return on(std::move(target), eni, wish.private_ip_address);
  return unseen(std::move(target), "PrivateIPNotFound",
                "no network interface of VPC " + facts.vpc_id + " holds " + wish.private_ip_address);
}

}  // namespace

EniFacts facts_of(const Eni& eni) {
  return {eni.deleting, eni.status.network_interface_id, eni.status.private_ip_addresses,
          1 + eni.spec.secondary_private_ip_address_count};
}

std::string wished_address(const Assignment& wish, const EniFacts& eni) {
  const auto index = static_cast<std::size_t>(wish.eni_private_ip_address_index);
  return index < eni.private_ip_addresses.size() ? eni.private_ip_addresses[index] : "";
}

bool may_be_in_place(const AddressView& mine, const Target& target) {
  if (!mine.associated() || mine.private_ip_address != target.private_ip_address) return false;
  if (target.kind == Target::Kind::unknown) return true;
  const bool elsewhere =
      !mine.instance_id.empty() && !target.instance_id.empty() && mine.instance_id != target.instance_id;
  return target.kind == Target::Kind::absent && target.uncertain && !elsewhere;
}

std::string place_of(const Target& target) {
  return target.network_interface_id + "/" + target.private_ip_address + "/" + target.pod_uid;
}

Target resolve_target(const std::optional<Assignment>& wish, const TargetFacts& facts) {
  if (!wish) return {};
  if (!wish->pod_name.empty()) return resolve_pod(*wish, facts);
  if (!wish->eni.empty()) return resolve_eni(*wish, facts);
  if (!wish->private_ip_address.empty()) return resolve_private_ip(*wish, facts);
  return absent({}, "InvalidAssignment",
                "spec.assignment names no target: set podName, eni or privateIPAddress", true);
}

bool precedes(const Claim& a, const Claim& b) {
  return std::make_tuple(a.by_private_ip, !a.holds, a.created, std::string_view(a.uid)) <
         std::make_tuple(b.by_private_ip, !b.holds, b.created, std::string_view(b.uid));
}

}  // namespace domain
