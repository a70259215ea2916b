#include "domain/host.hpp"

namespace domain {
namespace {

Host absent(Host host, Obstacle obstacle) {
  host.kind = Host::Kind::absent;
  host.obstacle = std::move(obstacle);
  return host;
}

}  // namespace

Host resolve_host(const EniSpec& spec, const std::optional<PodView>& pod, const NodeView& node) {
  Host host;
  if (spec.pod_name.empty()) return host;
  host.pod_name = spec.pod_name;
  if (pod) host.pod_uid = pod->uid;
  if (auto obstacle = check_pod(spec.pod_name, pod)) return absent(std::move(host), *obstacle);
  if (pod->node_name.empty())
    return absent(std::move(host), {"PodNotScheduled", "pod " + pod->name + " runs on no node yet"});
  host.accepts_new = !pod->terminating;
  if (auto obstacle = check_node(*pod, node)) return absent(std::move(host), *obstacle);
  host.kind = Host::Kind::present;
  host.instance_id = node.instance_id;
  return host;
}

std::string place_of(const Host& host) {
  return host.instance_id + "/" + host.pod_uid;
}

bool is_on(const Eni& eni, const InterfaceView& view, const Host& host) {
  if (!view.attached()) return false;
  if (host.kind == Host::Kind::present) return view.instance_id == host.instance_id;
  if (host.kind != Host::Kind::absent || !host.obstacle.uncertain) return false;
  // The node is not known just now. A pod never moves: where this pod had it is where it belongs. (Version
  // 1.4.1 wrote down no uid.)
  const auto& earlier = eni.status.attachment;
  return earlier && earlier->pod_name == host.pod_name &&
         (earlier->pod_uid.empty() || earlier->pod_uid == host.pod_uid);
}

int free_device_index(const InstanceFacts& instance) {
  int index = 1;
  while (instance.device_indexes.contains(index)) ++index;
  return index;
}

}  // namespace domain
