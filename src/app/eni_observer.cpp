#include "app/eni_observer.hpp"

#include "app/aws_ids.hpp"

namespace app {
namespace {

using Names = std::vector<std::string>;

Names of_pod(const EniObject& object) {
  const auto& name = object.eni.spec.pod_name;
  return name.empty() ? Names{} : Names{object.eni.ns + "/" + name};
}

}  // namespace

EniObserver::EniObserver(Stores stores, const EipObserver& eips, const EniInventory& inventory,
                         const Inventory& addresses, const domain::Settings& settings)
    : stores_(stores),
      eips_(eips),
      inventory_(inventory),
      addresses_(addresses),
      things_(stores.enis, inventory, settings),
      by_pod_(stores.enis.add_index(of_pod)),
      by_private_ip_(stores.enis.add_index(
          [](const EniObject& object) { return object.eni.status.private_ip_addresses; })) {}

std::optional<domain::PodView> EniObserver::pod_of(const domain::Eni& eni) const {
  if (eni.spec.pod_name.empty()) return std::nullopt;
  const auto pod = stores_.pods.find({eni.ns, eni.spec.pod_name});
  if (!pod) return std::nullopt;
  return EipObserver::view_of(*pod);
}

domain::NodeView EniObserver::node_of(const std::optional<domain::PodView>& pod) const {
  if (!pod || pod->node_name.empty()) return {};
  const auto node = stores_.nodes.find({"", pod->node_name});
  if (!node) return {};
  return {true, instance_id_of(node->provider_id)};
}

std::string EniObserver::instance_of(const domain::Eni& eni) const {
  return node_of(pod_of(eni)).instance_id;
}

// Those that an EIP is on, which the interface may not show yet, and those that one wants to be on.
std::set<std::string> EniObserver::wanted_addresses(const domain::EniWorld& world) const {
  std::set<std::string> wanted;
  for (const auto& interface : world.interfaces) {
    for (const auto* address : addresses_.ledger().by_interface(interface.view.id))
      wanted.insert(address->view.private_ip_address);
    for (const auto& address : interface.view.addresses)
      if (!eips_.eips_wanting(address.ip).empty()) wanted.insert(address.ip);
  }
  return wanted;
}

domain::EniWorld EniObserver::world(const domain::Eni& eni, const domain::EniMemory& memory) const {
  domain::EniWorld world;
  world.memory = memory;
  things_.observe(eni, world);
  world.pod = pod_of(eni);
  world.node = node_of(world.pod);
  if (!world.node.instance_id.empty()) world.instance = inventory_.instance(world.node.instance_id);
  world.groups = inventory_.groups(eni.spec);
  world.wanted_addresses = wanted_addresses(world);
  return world;
}

std::set<kube::Key> EniObserver::enis_of(const kube::Pod& pod) const {
  const auto keys = by_pod_.lookup(pod.meta.key().text());
  return {keys.begin(), keys.end()};
}

std::set<kube::Key> EniObserver::enis_on_node(const std::string& name) const {
  std::set<kube::Key> keys;
  for (const auto& object : stores_.enis.all()) {
    const auto pod = pod_of(object->eni);
    if (pod && pod->node_name == name) keys.insert(object->meta.key());
  }
  return keys;
}

std::set<kube::Key> EniObserver::enis_with(const std::string& private_ip) const {
  const auto keys = by_private_ip_.lookup(private_ip);
  return {keys.begin(), keys.end()};
}

}  // namespace app
