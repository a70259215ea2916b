#include "simulation/cluster.hpp"

#include <algorithm>

#include "ec2_double/effects.hpp"
#include "simulation/facts.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

std::string id_of(const char* prefix, int number) {
  const auto digits = std::to_string(number);
  return prefix + std::string(17 - digits.size(), '0') + digits;
}

}  // namespace

Cluster::Cluster(World& world)
    : world_(world), chance_(world.chance.fork("kubelet")), prefixes_(chance_.with(0.3)) {
  const int nodes = chance_.between(1, 3);
  for (int i = 0; i < nodes; ++i) add_node();
}

std::string Cluster::add_node() {
  const int number = ++made_;
  const std::string name = "n" + std::to_string(number);
  Node node{id_of("i-", number), id_of("eni-", number), {}};
  auto& ec2 = world_.ec2.world;
  ec2_double::Instance instance;
  instance.id = node.instance;
  instance.type = "m5.large";
  instance.subnet_id = kSubnet;
  instance.launch_time = world_.now();
  ec2.instances.put(instance, world_.now());
  ec2_double::NetworkInterface interface;
  interface.id = node.interface;
  interface.subnet_id = kSubnet;
  interface.status = "in-use";
  interface.groups = {kSecurityGroup};
  interface.mac_address = "02:00:00:00:00:" + std::to_string(10 + number);
  interface.private_ip_addresses = {"10.0.0." + std::to_string(10 + number)};
  ec2_double::Attachment attachment;
  attachment.id = id_of("eni-attach-", number);
  attachment.instance_id = node.instance;
  attachment.status = "attached";
  attachment.delete_on_termination = true;
  interface.attachment = attachment;
  if (const int first = prefixes_ ? free_prefix(number) : 0; first > 0) {
    interface.ipv4_prefixes = {"10.0.0." + std::to_string(first) + "/28"};
    for (int i = 3; i >= 0; --i) node.free.push_back("10.0.0." + std::to_string(first + i));
  } else {
    for (int i = 0; i < 3; ++i) {
      interface.private_ip_addresses.push_back(next_address());
      node.free.push_back(interface.private_ip_addresses.back());
    }
  }
  ec2.network_interfaces.put(interface, world_.now());
  nodes_[name] = node;
  const json::object object{{"apiVersion", "v1"},
                            {"kind", "Node"},
                            {"metadata", {{"name", name}}},
                            {"spec", {{"providerID", "aws:///us-east-1a/" + node.instance}}}};
  const auto made = world_.kube.create(object);
  world_.story.tell("cluster", "node " + name + " (" + node.instance + ", " + node.interface + ")" +
                                   (made ? "" : ": " + made.error().text()));
  return name;
}

std::vector<std::string> Cluster::nodes() const {
  std::vector<std::string> names;
  for (const auto& [name, node] : nodes_) names.push_back(name);
  return names;
}

void Cluster::remove_node(const std::string& name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  const Node node = found->second;
  world_.story.tell("cluster",
                    "node " + name + " is terminated (" + node.instance + ", " + node.interface + ")");
  auto& ec2 = world_.ec2.world;
  // What is attached beside the primary interface stays, and is free.
  for (const auto* each : ec2.network_interfaces.all()) {
    if (!each->attachment || each->attachment->instance_id != node.instance || each->id == node.interface)
      continue;
    auto left = *each;
    left.attachment.reset();
    left.status = "available";
    world_.touched[left.id] = world_.now();
    ec2.network_interfaces.put(left, world_.now());
  }
  for (const auto* address : ec2.addresses.all())
    if (address->association && address->association->network_interface_id == node.interface)
      world_.touched[address->id] = world_.now();
  ec2_double::delete_interface(ec2, node.interface, world_.now());
  auto instance = *ec2.instances.latest(node.instance);
  instance.state = "terminated";
  instance.due = world_.now() + 1h;
  ec2.instances.put(instance, world_.now());
  std::vector<std::string> lost;
  for (const auto& [pod, held] : held_)
    if (held.node == name) lost.push_back(pod);
  nodes_.erase(found);
  for (const auto& pod : lost) {
    const auto slash = pod.find('/');
    static_cast<void>(
        world_.kube.remove({"pods", pod.substr(0, slash), pod.substr(slash + 1)},
                           {.uid = {}, .resource_version = {}, .propagation = {}, .grace_seconds = 0}));
    held_.erase(pod);
  }
  static_cast<void>(world_.kube.remove({"nodes", "", name}));
}

// Interfaces of ENIs get addresses of the same subnet, and there are prefixes in it.
bool Cluster::in_use(int first, int count) const {
  const auto& interfaces = world_.ec2.world.network_interfaces.all();
  return std::any_of(interfaces.begin(), interfaces.end(), [&](const auto* interface) {
    if (interface->subnet_id == kOtherVpcSubnet) return false;
    for (int i = first; i < first + count; ++i)
      if (ec2_double::holds(*interface, "10.0.0." + std::to_string(i))) return true;
    return false;
  });
}

// The first address of one of 11 blocks; 0 if something is in each of them.
int Cluster::free_prefix(int number) const {
  for (int i = 0; i < 11; ++i)
    if (const int first = 64 + 16 * ((number + i) % 11); !in_use(first, 16)) return first;
  return 0;
}

std::string Cluster::next_address() {
  do ++addresses_;
  while (in_use(64 + addresses_, 1));
  return "10.0.0." + std::to_string(64 + addresses_);
}

std::string Cluster::take_ip(Node& node) {
  if (node.free.empty() && !prefixes_) {
    auto& ec2 = world_.ec2.world;
    auto interface = *ec2.network_interfaces.latest(node.interface);
    interface.private_ip_addresses.push_back(next_address());
    node.free.push_back(interface.private_ip_addresses.back());
    ec2.network_interfaces.put(interface, world_.now());
  }
  if (node.free.empty()) return "";
  // At once again the one that became free last, or the one that has been free for longest.
  const auto place = chance_.with(0.6) ? std::prev(node.free.end()) : node.free.begin();
  const std::string ip = *place;
  node.free.erase(place);
  return ip;
}

void Cluster::free_ip(const std::string& pod) {
  const auto found = held_.find(pod);
  if (found == held_.end()) return;
  const auto node = nodes_.find(found->second.node);
  if (node != nodes_.end() && !found->second.ip.empty()) node->second.free.push_back(found->second.ip);
  held_.erase(found);
}

std::string Cluster::idle_ip() {
  if (nodes_.empty()) return "";
  auto& node = std::next(nodes_.begin(), chance_.between(0, static_cast<int>(nodes_.size()) - 1))->second;
  return node.free.empty() ? "" : chance_.one_of(node.free);
}

void Cluster::bind(const std::string& ns, const std::string& pod, const std::string& node) {
  static_cast<void>(world_.kube.edit(
      {"pods", ns, pod}, [&](json::object& object) { object["spec"].as_object()["nodeName"] = node; }));
}

void Cluster::start_all() {
  for (const auto& object : world_.kube.list("pods")) {
    const auto pod = pod_facts(object->value);
    const auto node = chance_.one_of(nodes());
    bind(pod.ns, pod.name, node);
    start(pod.ns, pod.name, pod.uid, node);
  }
}

void Cluster::start(const std::string& ns, const std::string& name, const std::string& uid,
                    const std::string& node) {
  const std::string pod = ns + "/" + name;
  free_ip(pod);
  const bool host_network = chance_.with(0.05);
  std::string ip = host_network ? world_.ec2.world.network_interfaces.latest(nodes_.at(node).interface)
                                      ->private_ip_addresses.front()
                                : take_ip(nodes_.at(node));
  if (ip.empty()) return;
  held_[pod] = {node, host_network ? "" : ip, uid};
  const auto done = world_.kube.edit_status({"pods", ns, name}, [&](json::object& object) {
    object["status"] = {{"phase", "Running"}, {"podIP", ip}, {"podIPs", {{{"ip", ip}}}}};
  });
  world_.story.tell("cluster", "pod " + pod + " runs on " + node + " with " + ip +
                                   (done ? "" : ": " + done.error().text()));
}

void Cluster::change_ip(const std::string& ns, const std::string& name) {
  const auto found = held_.find(ns + "/" + name);
  const auto pod = world_.kube.find({"pods", ns, name});
  if (found == held_.end() || !pod) return;
  const auto facts = pod_facts(pod->value);
  if (facts.uid != found->second.uid || facts.finished || facts.terminating || !nodes_.contains(facts.node))
    return;
  const std::string old = found->second.ip;
  const auto ip = take_ip(nodes_.at(facts.node));
  if (ip.empty()) return;
  if (!old.empty()) nodes_.at(facts.node).free.push_back(old);
  found->second.ip = ip;
  static_cast<void>(world_.kube.edit_status({"pods", ns, name}, [&](json::object& object) {
    auto& status = object["status"].as_object();
    status["podIP"] = ip;
    status["podIPs"] = {{{"ip", ip}}};
  }));
  world_.story.tell("cluster", "pod " + ns + "/" + name + " has " + ip + " now, no longer " + old);
}

void Cluster::finish(const std::string& ns, const std::string& name, bool well) {
  const auto pod = world_.kube.find({"pods", ns, name});
  if (!pod || pod_facts(pod->value).ip.empty()) return;
  free_ip(ns + "/" + name);
  static_cast<void>(world_.kube.edit_status({"pods", ns, name}, [&](json::object& object) {
    object["status"].as_object()["phase"] = well ? "Succeeded" : "Failed";
  }));
  world_.story.tell("cluster", "pod " + ns + "/" + name + (well ? " has succeeded" : " has failed"));
}

void Cluster::tick() {
  std::set<std::string> there;
  for (const auto& object : world_.kube.list("pods")) {
    const auto pod = pod_facts(object->value);
    const std::string key = pod.ns + "/" + pod.name;
    there.insert(key);
    if (pod.finished && !pod.terminating) continue;
    if (!pod.terminating && !pod.ip.empty()) continue;
    auto& due = due_[pod.uid];
    if (due == base::SteadyTime())
      due = world_.timeline.now() + chance_.between(0s, pod.terminating ? 10s : 3s);
    if (due > world_.timeline.now()) continue;
    due = {};
    if (pod.terminating) {
      due_.erase(pod.uid);
      free_ip(key);
      static_cast<void>(world_.kube.remove(
          {"pods", pod.ns, pod.name},
          {.uid = pod.uid, .resource_version = {}, .propagation = {}, .grace_seconds = 0}));
      world_.story.tell("cluster", "pod " + key + " is gone");
    } else if (pod.node.empty()) {
      if (nodes_.empty()) continue;
      bind(pod.ns, pod.name, chance_.one_of(nodes()));
    } else if (nodes_.contains(pod.node)) {
      start(pod.ns, pod.name, pod.uid, pod.node);
    }
  }
  // Those that were deleted by force.
  std::vector<std::string> lost;
  for (const auto& [key, held] : held_)
    if (!there.contains(key)) lost.push_back(key);
  for (const auto& key : lost) free_ip(key);
}

}  // namespace simulation
