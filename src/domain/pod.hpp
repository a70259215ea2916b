#pragma once
// A pod and its node as far as decisions look at them, and what may keep a pod from having anything put on
// it. Both come from watches.

#include <optional>
#include <string>

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

// Why there is nothing now that a wish could be put on.
struct Obstacle {
  std::string reason;
  std::string message;
  bool stalled = false;    // only a person can mend it
  bool uncertain = false;  // nothing says that the wished place is not the right one, only it is not seen now
};

// What stands against the pod itself, of the name that a wish gives: it is missing, over, or out of reach.
std::optional<Obstacle> check_pod(const std::string& name, const std::optional<PodView>& pod);
// ... and against its node: no EC2 instance is known of it.
std::optional<Obstacle> check_node(const PodView& pod, const NodeView& node);

}  // namespace domain
