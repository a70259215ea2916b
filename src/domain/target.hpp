#pragma once
// Where an EIP is to go: from the wish, the pod, its node and the network interfaces to an interface and a
// private address on it. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/eip.hpp"

namespace domain {

struct PodView {
  std::string uid;
  std::string name;
  std::string ip;  // the first IPv4 address of podIPs
  bool has_any_ip = false;
  bool finished = false;     // Succeeded or Failed
  bool terminating = false;  // has a deletion timestamp
  bool host_network = false;
  bool fargate = false;
  std::string node_name;
  std::string branch_eni;  // of the annotation vpc.amazonaws.com/pod-eni
};

struct NodeView {
  bool known = false;
  std::string instance_id;  // of spec.providerID; empty: none there yet
};

struct PrivateAddressView {
  std::string ip;
  bool primary = false;
  std::string allocation_id;  // of the Elastic IP on it; an auto-assigned public address has none

  bool operator==(const PrivateAddressView&) const = default;
};

struct EniView {
  std::string id;
  std::string vpc_id;
  std::string instance_id;
  std::string owner_id;
  std::string type;
  bool managed = false;  // by an AWS service: never touched
  std::vector<PrivateAddressView> addresses;
  std::vector<std::string> ipv4_prefixes;

  bool holds(std::string_view ip) const;  // as primary, secondary, or inside a delegated prefix
  const PrivateAddressView* find(std::string_view ip) const;
};

struct Target {
  enum class Kind {
    not_wanted,  // no assignment
    absent,      // wanted, and there is nothing now to put the address on; it leaves where it is
    unknown,     // EC2 has to be asked first
    present,
  };
  Kind kind = Kind::not_wanted;

  // Why absent.
  std::string reason;
  std::string message;
  bool stalled = false;  // only a person can mend it
  // Nothing says that the private address is not the right one, only that its place is not seen now.
  bool uncertain = false;

  // Where, when present; for a pod its name and uid also when unknown.
  std::string network_interface_id;
  std::string private_ip_address;
  std::string pod_name;
  std::string pod_uid;
  std::string eni;
  int eni_index = 0;
  bool accepts_new = true;       // false: a terminating pod keeps what it has and gets nothing new
  bool primary_of_node = false;  // hostNetwork: an auto-assigned public address is lost by the association
  std::string holder;            // allocation id of the Elastic IP that is on it now; may be this EIP's own
  bool read = false;             // EC2 was asked for it ...
  Time seen{};                   // ... by a read sent then
};

// What the shell looked up for one EIP. The pod and the node come from watches, the interfaces from reads.
struct TargetFacts {
  std::optional<PodView> pod;
  NodeView node;
  // Interfaces of the pod's instance, and its branch interface; or those with the wished private address.
  std::vector<EniView> enis;
  std::optional<Time> asked;  // when the oldest of the reads was sent; nothing: not asked yet
  std::string vpc_id;         // the cluster's; empty: not known
};

// A target's name: interface, private address, and the pod that has it now.
std::string place_of(const Target& target);

Target resolve_target(const std::optional<Assignment>& wish, const TargetFacts& facts);

// True if dotted-quad `ip` is inside CIDR `prefix` ("10.0.1.16/28"). False for anything ill-formed.
bool cidr_contains(std::string_view prefix, std::string_view ip);

// Several EIPs may want one private address. Who comes first?
struct Claim {
  std::string ns;
  std::string name;
  std::string uid;
  Time created{};
  bool by_private_ip = false;  // podName and eni come before privateIPAddress
  bool holds = false;          // the address is on the target now
};
bool precedes(const Claim& a, const Claim& b);

}  // namespace domain
