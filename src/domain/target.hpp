#pragma once
// Where an EIP is to go: from the wish, the pod, its node and the network interfaces to an interface and a
// private address on it. Pure.

#include <optional>
#include <string>
#include <vector>

#include "domain/eip.hpp"
#include "domain/eni.hpp"
#include "domain/ledger.hpp"
#include "domain/network_interface.hpp"
#include "domain/pod.hpp"

namespace domain {

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
  std::string instance_id;  // that the pod runs on, if known

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

// An ENI object as far as it matters to an EIP that is to be on it.
struct EniFacts {
  bool deleting = false;
  std::string network_interface_id;               // of its status
  std::vector<std::string> private_ip_addresses;  // likewise
  int wanted_addresses = 1;                       // of its spec, the primary one included

  bool operator==(const EniFacts&) const = default;
};
EniFacts facts_of(const Eni& eni);

// The private address that a wish for an ENI's means now; empty: the ENI has none of that index.
std::string wished_address(const Assignment& wish, const EniFacts& eni);

// What the shell looked up for one EIP. The objects come from watches, the interfaces from reads.
struct TargetFacts {
  std::optional<PodView> pod;
  NodeView node;
  std::optional<EniFacts> eni;
  // Interfaces of the pod's instance, and its branch interface; or the ENI's; or those with the wished
  // private address.
  std::vector<InterfaceView> enis;
  std::optional<Time> asked;  // when the oldest of the reads was sent; nothing: not asked yet
  std::string vpc_id;         // the cluster's; empty: not known
};

// The address is on the wished private address, whose place is not known or not seen, and nothing says that
// it is another one of the same name: EC2's private addresses are unique in a VPC only, and can be given to
// another interface.
bool may_be_in_place(const AddressView& mine, const Target& target);

// A target's name: interface, private address, and the pod that has it now.
std::string place_of(const Target& target);

Target resolve_target(const std::optional<Assignment>& wish, const TargetFacts& facts);

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
