#include "app/wishes.hpp"

namespace app {
namespace {

using Names = std::vector<std::string>;

std::string pod_place(const kube::Key& pod) {
  return "pod " + pod.text();
}

std::string eni_place(const kube::Key& eni) {
  return "eni " + eni.text();
}

std::string ip_place(const std::string& ip) {
  return "ip " + ip;
}

// One name for what is wanted; empty: nothing.
std::string place_of(const std::string& ns, const std::optional<domain::Assignment>& wish) {
  if (!wish) return "";
  if (!wish->pod_name.empty()) return pod_place({ns, wish->pod_name});
  if (!wish->eni.empty()) return eni_place({ns, wish->eni});
  return wish->private_ip_address.empty() ? "" : ip_place(wish->private_ip_address);
}

Names named(std::string place) {
  return place.empty() ? Names{} : Names{std::move(place)};
}

}  // namespace

kube::Key eip_of(const domain::Association& association) {
  return {association.ns, association.eip_name};
}

Wishes::Wishes(kube::Store<EipObject>& eips, kube::Store<AssociationObject>& associations)
    : eips_(eips),
      associations_(associations),
      eips_by_place_(eips.add_index([](const EipObject& object) {
        return named(place_of(object.eip.ns, object.eip.spec.assignment));
      })),
      associations_by_place_(associations.add_index([](const AssociationObject& object) {
        return named(place_of(object.association.ns, object.association.assignment));
      })),
      associations_by_eip_(associations.add_index(
          [](const AssociationObject& object) { return Names{eip_of(object.association).text()}; })) {}

domain::Wish Wishes::of(const domain::Eip& eip) const {
  std::vector<domain::Association> naming;
  for (const auto& key : associations_of({eip.ns, eip.name}))
    naming.push_back(associations_.find(key)->association);
  return domain::effective_wish(eip, naming);
}

// Whoever has it in a spec is asked whether that is what counts.
std::set<kube::Key> Wishes::wanting(const std::string& place) const {
  std::set<kube::Key> keys;
  const auto add = [&](const kube::Key& key) {
    const auto eip = eips_.find(key);
    if (eip && place_of(key.ns, of(eip->eip).assignment) == place) keys.insert(key);
  };
  for (const auto& key : eips_by_place_.lookup(place)) add(key);
  for (const auto& key : associations_by_place_.lookup(place))
    add(eip_of(associations_.find(key)->association));
  return keys;
}

std::set<kube::Key> Wishes::for_pod(const kube::Key& pod) const {
  return wanting(pod_place(pod));
}

std::set<kube::Key> Wishes::for_eni(const kube::Key& eni) const {
  return wanting(eni_place(eni));
}

std::set<kube::Key> Wishes::for_private_ip(const std::string& ip) const {
  return wanting(ip_place(ip));
}

std::vector<kube::Key> Wishes::associations_of(const kube::Key& eip) const {
  return associations_by_eip_.lookup(eip.text());
}

}  // namespace app
