#pragma once
// What the objects in the API server say, as the laws look at it. Read by hand: nothing of the operator's is
// used.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/world.hpp"

namespace simulation {

inline constexpr auto kUidTag = "aws.k8s.logmein.com/uid";
inline constexpr auto kClusterTag = "aws.k8s.logmein.com/cluster";
inline constexpr auto kNamespaceTag = "aws.k8s.logmein.com/namespace";
inline constexpr auto kNameTag = "aws.k8s.logmein.com/name";
inline constexpr auto kFinalizer = "aws.k8s.logmein.com";

struct ConditionFacts {
  bool holds = false;
  std::string reason;
  std::string message;
  std::int64_t generation = 0;
};

struct ObjectFacts {
  std::string kind;
  std::string ns;
  std::string name;
  std::string uid;
  bool deleting = false;
  bool finalizer = false;
  std::int64_t generation = 0;
  std::int64_t observed_generation = -1;
  std::map<std::string, ConditionFacts> conditions;

  std::string key() const { return ns + "/" + name; }
  const ConditionFacts* condition(const std::string& type) const {
    const auto found = conditions.find(type);
    return found == conditions.end() ? nullptr : &found->second;
  }
};

struct AssignmentFacts {
  std::string pod_name;
  std::string pod_uid;  // in status
  std::string eni;
  std::int64_t eni_index = 0;
  std::string private_ip;
};

struct EipFacts : ObjectFacts {
  std::optional<AssignmentFacts> wish;  // of its spec, else of the oldest association that names it
  std::string wished_by;                // that association
  std::string exact_address;
  std::string pool;
  std::vector<std::string> pools;
  std::string state;
  std::string allocation_id;
  std::string public_ip;
  std::string association_id;
  std::optional<AssignmentFacts> assignment;
};

struct AssociationFacts : ObjectFacts {
  std::string created;
  std::string eip_name;
  std::optional<AssignmentFacts> assignment;
};

struct EniFacts : ObjectFacts {
  std::string pod_name;  // of the attachment that is wanted
  std::string subnet;
  std::int64_t secondary_addresses = 0;
  std::string description;
  std::vector<std::string> security_groups;  // ids and names
  std::string interface;                     // in status
  std::vector<std::string> private_ips;
  std::string instance;
};

struct PodFacts {
  std::string ns;
  std::string name;
  std::string uid;
  std::string node;
  std::string ip;
  bool finished = false;
  bool terminating = false;
};

// Everything at one moment.
struct Facts {
  std::vector<EipFacts> eips;
  std::vector<AssociationFacts> associations;  // the oldest first
  std::vector<EniFacts> enis;
  std::vector<PodFacts> pods;
  std::map<std::string, std::string> instance_of_node;

  const EipFacts* eip(const std::string& uid) const;
  const EniFacts* eni(const std::string& uid) const;
  const EniFacts* eni(const std::string& ns, const std::string& name) const;
  const PodFacts* pod(const std::string& ns, const std::string& name) const;
};

EipFacts eip_facts(const json::object& object);  // its own wish alone
AssociationFacts association_facts(const json::object& object);
ObjectFacts object_facts(const json::object& object);  // what all kinds have
EniFacts eni_facts(const json::object& object);
PodFacts pod_facts(const json::object& object);
Facts facts_of(kube_double::Server& kube);

}  // namespace simulation
