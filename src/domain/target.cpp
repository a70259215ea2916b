#include "domain/target.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <tuple>

namespace domain {
namespace {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number > 255 || end - text.data() > 3) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    value = value << 8 | number;
    if (part < 3) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return std::nullopt;
  return value;
}

Target absent(Target target, std::string reason, std::string message, bool stalled = false) {
  target.kind = Target::Kind::absent;
  target.reason = std::move(reason);
  target.message = std::move(message);
  target.stalled = stalled;
  return target;
}

Target unseen(Target target, std::string reason, std::string message) {
  target.uncertain = true;
  return absent(std::move(target), std::move(reason), std::move(message));
}

// Puts the target on `ip` of `eni`.
Target on(Target target, const EniView& eni, const std::string& ip) {
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
  if (!facts.pod)
    return absent(std::move(target), "PodNotFound",
                  "pod " + wish.pod_name + " does not exist in this namespace");
  const PodView& pod = *facts.pod;
  target.pod_uid = pod.uid;
  if (pod.finished)
    return absent(std::move(target), "PodFinished", "pod " + pod.name + " has ended (Succeeded or Failed)");
  if (pod.fargate)
    return absent(std::move(target), "Unsupported",
                  "pod " + pod.name + " runs on Fargate, whose network interfaces are managed by AWS", true);
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
  if (!facts.node.known)
    return unseen(std::move(target), "NodeNotFound",
                  "node " + pod.node_name + " of pod " + pod.name + " is not known");
  if (facts.node.instance_id.empty())
    return unseen(std::move(target), "NodeNotReady",
                  "node " + pod.node_name + " has no EC2 instance in its spec.providerID");
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
        EniView branch = eni;
        branch.managed = false;  // branch interfaces are requester-managed by their nature
        return on(std::move(target), branch, pod.ip);
      }
  return unseen(std::move(target), "PodIPNotOnENI",
                "no network interface of instance " + facts.node.instance_id + " holds the address " +
                    pod.ip + " of pod " + pod.name + "; pods need addresses of the VPC");
}

Target resolve_private_ip(const Assignment& wish, const TargetFacts& facts) {
  Target target;
  if (!parse_ipv4(wish.private_ip_address))
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

bool cidr_contains(std::string_view prefix, std::string_view ip) {
  const auto slash = prefix.find('/');
  if (slash == std::string_view::npos) return false;
  const auto network = parse_ipv4(prefix.substr(0, slash));
  const auto address = parse_ipv4(ip);
  unsigned bits = 0;
  const auto length = prefix.substr(slash + 1);
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (!network || !address || error != std::errc() || end != length.data() + length.size() || bits > 32)
    return false;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return (*network & mask) == (*address & mask);
}

const PrivateAddressView* EniView::find(std::string_view ip) const {
  for (const auto& address : addresses)
    if (address.ip == ip) return &address;
  return nullptr;
}

bool EniView::holds(std::string_view ip) const {
  if (find(ip)) return true;
  return std::any_of(ipv4_prefixes.begin(), ipv4_prefixes.end(),
                     [&](const auto& prefix) { return cidr_contains(prefix, ip); });
}

std::string place_of(const Target& target) {
  return target.network_interface_id + "/" + target.private_ip_address + "/" + target.pod_uid;
}

Target resolve_target(const std::optional<Assignment>& wish, const TargetFacts& facts) {
  if (!wish) return {};
  if (!wish->pod_name.empty()) return resolve_pod(*wish, facts);
  if (!wish->eni.empty()) {
    Target target;
    target.eni = wish->eni;
    target.eni_index = wish->eni_private_ip_address_index;
    return absent(std::move(target), "ENINotFound", "ENI " + wish->eni + " does not exist in this namespace");
  }
  if (!wish->private_ip_address.empty()) return resolve_private_ip(*wish, facts);
  return absent({}, "InvalidAssignment",
                "spec.assignment names no target: set podName, eni or privateIPAddress", true);
}

bool precedes(const Claim& a, const Claim& b) {
  return std::make_tuple(a.by_private_ip, !a.holds, a.created, std::string_view(a.uid)) <
         std::make_tuple(b.by_private_ip, !b.holds, b.created, std::string_view(b.uid));
}

}  // namespace domain
