#include "domain/pod.hpp"

namespace domain {

std::optional<Obstacle> check_pod(const std::string& name, const std::optional<PodView>& pod) {
  if (!pod) return Obstacle{"PodNotFound", "pod " + name + " does not exist in this namespace"};
  if (pod->finished) return Obstacle{"PodFinished", "pod " + pod->name + " has ended (Succeeded or Failed)"};
  if (pod->fargate)
    return Obstacle{"Unsupported",
                    "pod " + pod->name + " runs on Fargate, whose network interfaces are managed by AWS",
                    true};
  return std::nullopt;
}

std::optional<Obstacle> check_node(const PodView& pod, const NodeView& node) {
  if (!node.known)
    return Obstacle{"NodeNotFound", "node " + pod.node_name + " of pod " + pod.name + " is not known", false,
                    true};
  if (node.instance_id.empty())
    return Obstacle{"NodeNotReady", "node " + pod.node_name + " has no EC2 instance in its spec.providerID",
                    false, true};
  return std::nullopt;
}

}  // namespace domain
