#pragma once
// The instance that an ENI is to be attached to: that of its pod.

#include <optional>
#include <string>

#include "domain/eni.hpp"
#include "domain/network_interface.hpp"
#include "domain/pod.hpp"

namespace domain {

struct Host {
  enum class Kind {
    not_wanted,  // no attachment
    absent,      // wanted, and there is no such instance now; the interface is detached
    present,
  };
  Kind kind = Kind::not_wanted;
  Obstacle obstacle;  // why absent
  std::string instance_id;
  std::string pod_name;
  std::string pod_uid;
  bool accepts_new = true;  // false: a terminating pod keeps what it has and gets nothing new
};

Host resolve_host(const EniSpec& spec, const std::optional<PodView>& pod, const NodeView& node);

// A host's name: the instance, and the pod that runs there.
std::string place_of(const Host& host);

// The attachment that `view` has is that to the host, as far as is known.
bool is_on(const Eni& eni, const InterfaceView& view, const Host& host);

// What is known of an instance and its type, by reads.
struct InstanceFacts {
  std::optional<Time> asked;  // when the oldest of the reads was sent; nothing: not asked yet
  bool found = false;
  std::string type;
  std::string availability_zone;
  std::string state;  // pending, running, shutting-down, terminated, stopping, stopped
  // Taken on network card 0, also by what this process attached since.
  std::set<int> device_indexes;
  // Of the type; 0: EC2 did not say.
  int most_interfaces = 0;               // on network card 0, the primary one included
  int most_addresses_per_interface = 0;  // private IPv4, the primary one included
};

// The lowest that is free. 0 is the instance's primary interface, always.
int free_device_index(const InstanceFacts& instance);

}  // namespace domain
