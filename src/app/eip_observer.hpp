#pragma once
// Gathers what a decision over one EIP may look at, and knows which EIPs a change elsewhere concerns. Reads
// memory only: the stores that the watches fill, and the inventory.

#include <set>
#include <string>
#include <vector>

#include "app/eip_kind.hpp"
#include "app/inventory.hpp"
#include "app/stores.hpp"
#include "app/thing_observer.hpp"
#include "app/wishes.hpp"

namespace app {

class EipObserver {
 public:
  EipObserver(Stores stores, const Wishes& wishes, const Inventory& inventory,
              const domain::Settings& settings);

  domain::EipWorld world(const domain::Eip& eip, const domain::Memory& memory) const;

  // Where the target's network interface would be found. Empty fields: nothing to ask.
  struct TargetPlace {
    std::string instance_id;
    std::string network_interface_id;  // the pod's branch interface, or the ENI's
    std::string private_ip;
    // Of nodes, where nothing else shows who holds the private address: it may be inside a prefix.
    std::vector<std::string> unread_instances;

    bool operator==(const TargetPlace&) const = default;
  };
  TargetPlace target_place(const domain::Eip& eip) const;

  // EIPs whose wish concerns this pod: it names the pod, or its private address.
  std::set<kube::Key> eips_of(const kube::Pod& pod) const;
  // EIPs whose wish is for this ENI, or for one of its private addresses.
  std::set<kube::Key> eips_of(const domain::Eni& eni) const;
  // EIPs whose wish is for a pod that runs on this node.
  std::set<kube::Key> eips_on_node(const std::string& name) const;
  // EIPs that want this private address, by pod, by ENI or as such.
  std::set<kube::Key> eips_wanting(const std::string& private_ip) const;
  // EIPs that want what this wish, of an EIP or EIPAssociation of namespace `ns`, is for.
  std::set<kube::Key> eips_wanting(const std::string& ns,
                                   const std::optional<domain::Assignment>& wish) const;
  // Others that want what this EIP wants.
  std::set<kube::Key> rivals_of(const domain::Eip& eip) const;
  // Instances of the nodes that run pods which EIPs name; of all nodes while a private address is sought.
  std::vector<std::string> instances() const;
  // Allocation ids that statuses name.
  std::vector<std::string> allocation_ids() const { return things_.things(); }

  static domain::PodView view_of(const kube::Pod& pod);

 private:
  using Assignment = domain::Assignment;

  TargetPlace place(const std::string& ns, const std::optional<Assignment>& wish) const;
  domain::TargetFacts facts(const std::string& ns, const std::optional<Assignment>& wish) const;
  domain::Target target(const std::string& ns, const std::optional<Assignment>& wish) const;
  std::string rival(const domain::Eip& eip, const domain::Target& target) const;
  bool holds(const domain::Eip& eip, const domain::Target& target) const;
  void check_holder(const domain::Eip& eip, domain::EipWorld& world) const;
  std::string any_instance() const;
  std::set<std::string> all_instances() const;
  bool sought(const std::string& private_ip) const;

  Stores stores_;
  const Wishes& wishes_;
  const Inventory& inventory_;
  ThingObserver<EipKind> things_;
  const kube::Store<kube::Pod>::Index& pods_by_ip_;
  const kube::Store<EniObject>::Index& enis_by_ip_;
};

}  // namespace app
