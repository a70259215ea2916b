#pragma once
// An EIP object as values: what is wished, what was last said of it. Nothing here knows JSON or EC2's wire.

#include <optional>
#include <string>
#include <vector>

#include "domain/condition.hpp"

namespace domain {

struct Assignment {
  std::string pod_name;
  std::string eni;
  int eni_private_ip_address_index = 0;
  std::string private_ip_address;

  bool operator==(const Assignment&) const = default;
};

struct EipSpec {
  Tags tags;
  std::string public_ipv4_pool;
  std::vector<std::string> public_ipv4_pools;
  std::string public_ip_address;  // one exact address, by either of its two names
  std::optional<Assignment> assignment;
};

// Written to the status before AllocateAddress is called, since EC2 has no client token for it and may show a
// new address late: whoever finds it knows that a call may have had its effect.
struct Intent {
  Time recorded_at{};
  std::string public_ipv4_pool;
  std::string public_ip_address;  // an exact address, or a lost one that is asked back
  bool recovery = false;          // public_ip_address is asked back; if refused, another one will do

  bool operator==(const Intent&) const = default;
};

// What is true in EC2 now.
struct StatusAssignment {
  std::string pod_name;
  std::string pod_uid;
  std::string private_ip_address;
  std::string eni;
  int eni_private_ip_address_index = 0;

  bool operator==(const StatusAssignment&) const = default;
};

// The EIPAssociation that the wanted assignment comes from.
struct AssignedBy {
  std::string association;  // its name
  // What spec.assignment was then, if it was a copy that version 1.4.1 made for the association.
  std::optional<Assignment> copy;

  bool operator==(const AssignedBy&) const = default;
};

struct EipStatus {
  std::string state;
  std::string allocation_id;
  std::string public_ip_address;
  std::string association_id;
  std::string network_interface_id;
  std::optional<StatusAssignment> assignment;
  std::optional<AssignedBy> assigned_by;  // nothing: the spec, or nobody
  std::vector<std::string> tag_keys;      // keys that we set, beside the ownership tags
  std::string region;
  std::string account_id;
  std::optional<Intent> intent;
  std::vector<Condition> conditions;
  std::int64_t observed_generation = -1;

  bool operator==(const EipStatus&) const = default;
};

struct Eip : Object {
  EipSpec spec;
  EipStatus status;
};

// The state words of 1.4.1 (api.md, section EIP).
namespace state {
inline constexpr const char* kAllocating = "allocating";
inline constexpr const char* kAllocated = "allocated";
inline constexpr const char* kAssigning = "assigning";
inline constexpr const char* kAssigned = "assigned";
inline constexpr const char* kReassigning = "reassigning";
inline constexpr const char* kUnassigning = "unassigning";
inline constexpr const char* kReleasing = "releasing";
}  // namespace state

}  // namespace domain
