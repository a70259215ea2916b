#pragma once
// Gathers what a decision over one ENI may look at, and knows which ENIs a change elsewhere concerns. Reads
// memory only: the stores that the watches fill, and the inventory.

#include <set>
#include <string>
#include <vector>

#include "app/eip_observer.hpp"
#include "app/eni_inventory.hpp"
#include "app/eni_kind.hpp"
#include "app/stores.hpp"
#include "app/thing_observer.hpp"

namespace app {

class EniObserver {
 public:
  EniObserver(Stores stores, const EipObserver& eips, const EniInventory& inventory,
              const Inventory& addresses, const domain::Settings& settings);

  domain::EniWorld world(const domain::Eni& eni, const domain::EniMemory& memory) const;

  // The instance that the pod of its attachment runs on; empty: none is known.
  std::string instance_of(const domain::Eni& eni) const;

  std::set<kube::Key> enis_of(const kube::Pod& pod) const;
  std::set<kube::Key> enis_on_node(const std::string& name) const;
  // That have this private address.
  std::set<kube::Key> enis_with(const std::string& private_ip) const;
  // Ids of the interfaces that statuses name.
  std::vector<std::string> interface_ids() const { return things_.things(); }

 private:
  std::optional<domain::PodView> pod_of(const domain::Eni& eni) const;
  domain::NodeView node_of(const std::optional<domain::PodView>& pod) const;
  std::set<std::string> wanted_addresses(const domain::EniWorld& world) const;

  Stores stores_;
  const EipObserver& eips_;
  const EniInventory& inventory_;
  const Inventory& addresses_;
  ThingObserver<EniKind> things_;
  const kube::Store<EniObject>::Index& by_pod_;  // "ns/pod"
  const kube::Store<EniObject>::Index& by_private_ip_;
};

}  // namespace app
