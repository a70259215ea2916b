#pragma once
// What a cluster does by itself: nodes with their instances, a scheduler, kubelets and the VPC CNI.

#include <map>
#include <set>
#include <string>

#include "simulation/world.hpp"

namespace simulation {

class Cluster {
 public:
  explicit Cluster(World& world);

  // What is due now: pods without a node get one, then an address; those that are deleted go.
  void tick();
  // All pods that there are get a node and an address now.
  void start_all();

  std::string add_node();
  // The instance is terminated and the node removed; its pods are deleted.
  void remove_node(const std::string& name);
  // The sandbox of the pod is made anew: another address.
  void change_ip(const std::string& ns, const std::string& pod);
  void finish(const std::string& ns, const std::string& pod, bool well);
  std::vector<std::string> nodes() const;
  // An address on a node's network interface that no pod has; empty if there is none.
  std::string idle_ip();

 private:
  struct Node {
    std::string instance;
    std::string interface;
    std::vector<std::string> free;  // addresses; the one that became free last is the last
  };
  struct Held {
    std::string node;
    std::string ip;
    std::string uid;
  };

  bool in_use(int first, int count) const;  // any of so many addresses, from 10.0.0.first on
  int free_prefix(int number) const;
  std::string next_address();
  std::string take_ip(Node& node);
  void free_ip(const std::string& pod);
  void bind(const std::string& ns, const std::string& pod, const std::string& node);
  void start(const std::string& ns, const std::string& name, const std::string& uid, const std::string& node);

  World& world_;
  Chance chance_;
  int made_ = 0;
  int addresses_ = 0;
  bool prefixes_;
  std::map<std::string, Node> nodes_;
  std::map<std::string, Held> held_;             // by "ns/pod"
  std::map<std::string, base::SteadyTime> due_;  // by uid of the pod: when its kubelet does the next thing
};

}  // namespace simulation
