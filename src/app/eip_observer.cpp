#include "app/eip_observer.hpp"

#include <algorithm>

#include "app/aws_ids.hpp"
#include "domain/decide_eip.hpp"

namespace app {
namespace {

bool is_ipv4(const std::string& ip) {
  return ip.find(':') == std::string::npos && ip.find('.') != std::string::npos;
}

}  // namespace

EipObserver::EipObserver(Stores stores, const Wishes& wishes, const Inventory& inventory,
                         const domain::Settings& settings)
    : stores_(stores),
      wishes_(wishes),
      inventory_(inventory),
      things_(stores.eips, inventory, settings),
      pods_by_ip_(stores.pods.add_index([](const kube::Pod& pod) { return pod.pod_ips; })),
      enis_by_ip_(stores.enis.add_index(
          [](const EniObject& object) { return object.eni.status.private_ip_addresses; })) {}

domain::PodView EipObserver::view_of(const kube::Pod& pod) {
  domain::PodView view;
  view.uid = pod.meta.uid;
  view.name = pod.meta.name;
  const auto ip = std::find_if(pod.pod_ips.begin(), pod.pod_ips.end(), is_ipv4);
  if (ip != pod.pod_ips.end()) view.ip = *ip;
  view.has_any_ip = !pod.pod_ips.empty();
  view.finished = pod.phase == "Succeeded" || pod.phase == "Failed";
  view.terminating = pod.meta.deletion.has_value();
  view.host_network = pod.host_network;
  view.fargate = pod.fargate;
  view.node_name = pod.node_name;
  view.branch_eni = branch_eni_of(pod.pod_eni);
  return view;
}

EipObserver::TargetPlace EipObserver::target_place(const domain::Eip& eip) const {
  return place(eip.ns, wishes_.of(eip).assignment);
}

EipObserver::TargetPlace EipObserver::place(const std::string& ns,
                                            const std::optional<Assignment>& wish) const {
  TargetPlace place;
  if (!wish) return place;
  if (!wish->pod_name.empty()) {
    const auto pod = stores_.pods.find({ns, wish->pod_name});
    if (!pod) return place;
    if (const auto node = stores_.nodes.find({"", pod->node_name}))
      place.instance_id = instance_id_of(node->provider_id);
    place.network_interface_id = branch_eni_of(pod->pod_eni);
  } else if (!wish->eni.empty()) {
    if (const auto eni = stores_.enis.find({ns, wish->eni}))
      place.network_interface_id = eni->eni.status.network_interface_id;
  } else {
    place.private_ip = wish->private_ip_address;
    // EC2's filter may not match an address inside a delegated prefix: our own nodes' interfaces are known as
    // well.
    place.instance_id =
        inventory_.vpc_id().empty() ? any_instance() : inventory_.instance_holding(place.private_ip);
    if (sought(place.private_ip))
      for (const auto& id : all_instances())
        // One that was read before it was sought may have got the prefix since.
        if (const auto* seen = inventory_.of_instance(id);
            !seen || seen->read < inventory_.by_private_ip(place.private_ip)->sought_since)
          place.unread_instances.push_back(id);
  }
  return place;
}

std::set<std::string> EipObserver::all_instances() const {
  std::set<std::string> ids;
  for (const auto& node : stores_.nodes.all())
    if (auto id = instance_id_of(node->provider_id); !id.empty()) ids.insert(std::move(id));
  return ids;
}

// EC2 was asked for it, and no interface of the VPC that is known holds it.
bool EipObserver::sought(const std::string& private_ip) const {
  const auto* seen = inventory_.by_private_ip(private_ip);
  if (!seen || inventory_.vpc_id().empty()) return false;
  const auto here = [&](const auto& eni) { return eni.vpc_id == inventory_.vpc_id(); };
  return std::ranges::none_of(seen->enis, here) && inventory_.instance_holding(private_ip).empty();
}

std::string EipObserver::any_instance() const {
  // One that was read and showed no interface is gone, and tells no VPC.
  for (const auto& node : stores_.nodes.all()) {
    const std::string id = instance_id_of(node->provider_id);
    const auto* seen = id.empty() ? nullptr : inventory_.of_instance(id);
    if (!id.empty() && !(seen && seen->enis.empty())) return id;
  }
  return "";
}

domain::TargetFacts EipObserver::facts(const std::string& ns, const std::optional<Assignment>& wish) const {
  domain::TargetFacts facts;
  facts.vpc_id = inventory_.vpc_id();
  if (!wish) return facts;
  if (!wish->pod_name.empty()) {
    if (const auto pod = stores_.pods.find({ns, wish->pod_name})) {
      facts.pod = view_of(*pod);
      if (const auto node = stores_.nodes.find({"", pod->node_name}))
        facts.node = {true, instance_id_of(node->provider_id)};
    }
  } else if (!wish->eni.empty()) {
    if (const auto eni = stores_.enis.find({ns, wish->eni})) facts.eni = domain::facts_of(eni->eni);
  }
  const auto add = [&](const Inventory::Interfaces* seen) {
    if (!seen) return false;
    facts.enis.insert(facts.enis.end(), seen->enis.begin(), seen->enis.end());
    facts.asked = facts.asked ? std::min(*facts.asked, seen->asked) : seen->asked;
    return true;
  };
  const TargetPlace place = this->place(ns, wish);
  bool complete = true;
  if (!place.private_ip.empty()) complete = add(inventory_.by_private_ip(place.private_ip));
  if (!place.instance_id.empty()) complete = add(inventory_.of_instance(place.instance_id)) && complete;
  if (!place.network_interface_id.empty())
    complete = add(inventory_.by_id(place.network_interface_id)) && complete;
  if (!place.unread_instances.empty()) complete = false;
  if (!complete) facts.asked.reset();
  return facts;
}

domain::Target EipObserver::target(const std::string& ns, const std::optional<Assignment>& wish) const {
  return domain::resolve_target(wish, facts(ns, wish));
}

bool EipObserver::holds(const domain::Eip& eip, const domain::Target& target) const {
  for (const auto* record : inventory_.ledger().by_uid(eip.uid))
    if (record->view.associated() && record->view.network_interface_id == target.network_interface_id &&
        record->view.private_ip_address == target.private_ip_address)
      return true;
  return false;
}

std::set<kube::Key> EipObserver::eips_wanting(const std::string& private_ip) const {
  std::set<kube::Key> keys;
  keys.merge(wishes_.for_private_ip(private_ip));
  for (const auto& pod : pods_by_ip_.lookup(private_ip)) keys.merge(wishes_.for_pod(pod));
  for (const auto& eni : enis_by_ip_.lookup(private_ip)) {
    const auto facts = domain::facts_of(stores_.enis.find(eni)->eni);
    for (const auto& key : wishes_.for_eni(eni))
      if (domain::wished_address(*wishes_.of(stores_.eips.find(key)->eip).assignment, facts) == private_ip)
        keys.insert(key);
  }
  return keys;
}

std::string EipObserver::rival(const domain::Eip& eip, const domain::Target& target) const {
  const auto claim_of = [&](const domain::Eip& e) {
    const auto wish = wishes_.of(e).assignment;
    const bool by_private_ip = wish && wish->pod_name.empty() && wish->eni.empty();
    return domain::Claim{e.ns, e.name, e.uid, e.created, by_private_ip, holds(e, target)};
  };
  const domain::Claim own = claim_of(eip);
  for (const auto& key : eips_wanting(target.private_ip_address)) {
    const auto other = stores_.eips.find(key);
    if (!other || other->eip.uid == eip.uid || other->eip.deleting) continue;
    // The same private address in another VPC is another target; a pod's target is not taken by a wish that
    // the pod of its namespace has ended.
    const domain::Target theirs = this->target(key.ns, wishes_.of(other->eip).assignment);
    if (theirs.kind == domain::Target::Kind::absent || theirs.kind == domain::Target::Kind::not_wanted)
      continue;
    if (theirs.kind == domain::Target::Kind::present &&
        theirs.network_interface_id != target.network_interface_id)
      continue;
    const domain::Claim claim = claim_of(other->eip);
    // One that has no address, and may never get one, does not stand in the way of one that has.
    if (other->eip.status.allocation_id.empty() && inventory_.ledger().by_uid(other->eip.uid).empty())
      continue;
    if (domain::precedes(claim, own)) return key.text();
  }
  return "";
}

// An interface's word that an address is on it is checked against what is known of the address since. It does
// not list the addresses inside its prefixes, nor what is on them, and what was put on it since it was read,
// or so shortly before that the read may not show it: the addresses themselves do.
void EipObserver::check_holder(const domain::Eip& eip, domain::EipWorld& world) const {
  domain::Target& target = world.target;
  if (target.kind != domain::Target::Kind::present) return;
  const domain::Ledger& ledger = inventory_.ledger();
  const auto is_on_target = [&](const domain::Ledger::Record& record) {
    return record.view.network_interface_id == target.network_interface_id &&
           record.view.private_ip_address == target.private_ip_address;
  };
  const auto knows_better = [&](const domain::Ledger::Record& record) {
    return record.seen >= target.seen || ledger.may_lag(record.view.allocation_id, target.seen);
  };
  // What another object of ours is on, as far as it knows, it leaves itself when it has to: until then a read
  // that does not show it there may only be late, by more than the one that does.
  const auto leaves_by_itself = [&](const domain::Ledger::Record& other) {
    const std::string& uid = domain::tag(other.view.tags, domain::kUidTag);
    return uid != eip.uid && things_.lives(uid);
  };
  const auto* record = ledger.find(target.holder);
  if (ledger.was_released(target.holder) || ledger.absence(target.holder) ||
      (record && !is_on_target(*record) && knows_better(*record)))
    target.holder.clear();
  if (target.holder.empty())
    for (const auto* other : ledger.by_interface(target.network_interface_id))
      if (is_on_target(*other) && (knows_better(*other) || leaves_by_itself(*other)))
        target.holder = other->view.allocation_id;
  if (target.holder.empty()) {
    target.holder =
        ledger.doubted_on(target.network_interface_id, target.private_ip_address, eip.uid, inventory_.now());
    world.holder_is_ours = !target.holder.empty();
  } else if (const auto* holding = ledger.find(target.holder)) {
    world.holder_is_ours = things_.lives(domain::tag(holding->view.tags, domain::kUidTag));
  }
}

domain::EipWorld EipObserver::world(const domain::Eip& eip, const domain::Memory& memory) const {
  domain::EipWorld world;
  world.memory = memory;
  things_.observe(eip, world);
  const domain::Wish wish = wishes_.of(eip);
  world.assigned_by = wish.by;
  world.obsolete_copy = wish.obsolete_copy;
  world.target = target(eip.ns, wish.assignment);
  check_holder(eip, world);
  if (world.target.kind == domain::Target::Kind::present) world.rival = rival(eip, world.target);
  if (!eip.spec.public_ipv4_pools.empty()) {
    world.pools_asked = inventory_.pools_asked();
    world.pool_free = inventory_.pools();
  }
  return world;
}

std::set<kube::Key> EipObserver::eips_of(const kube::Pod& pod) const {
  std::set<kube::Key> keys = wishes_.for_pod(pod.meta.key());
  for (const auto& ip : pod.pod_ips) keys.merge(wishes_.for_private_ip(ip));
  return keys;
}

std::set<kube::Key> EipObserver::eips_of(const domain::Eni& eni) const {
  std::set<kube::Key> keys = wishes_.for_eni({eni.ns, eni.name});
  for (const auto& ip : eni.status.private_ip_addresses) keys.merge(eips_wanting(ip));
  return keys;
}

std::set<kube::Key> EipObserver::eips_on_node(const std::string& name) const {
  std::set<kube::Key> keys;
  for (const auto& object : stores_.eips.all()) {
    const auto wish = wishes_.of(object->eip).assignment;
    if (!wish || wish->pod_name.empty()) continue;
    const auto pod = stores_.pods.find({object->eip.ns, wish->pod_name});
    if (pod && pod->node_name == name) keys.insert(object->meta.key());
  }
  return keys;
}

std::set<kube::Key> EipObserver::eips_wanting(const std::string& ns,
                                              const std::optional<Assignment>& wish) const {
  if (!wish) return {};
  if (!wish->pod_name.empty()) {
    const kube::Key key{ns, wish->pod_name};
    std::set<kube::Key> keys = wishes_.for_pod(key);
    // Pods of the host's network share their address with each other.
    if (const auto pod = stores_.pods.find(key))
      for (const auto& ip : pod->pod_ips) keys.merge(eips_wanting(ip));
    return keys;
  }
  if (wish->eni.empty()) return eips_wanting(wish->private_ip_address);
  const auto eni = stores_.enis.find({ns, wish->eni});
  const std::string ip = eni ? domain::wished_address(*wish, domain::facts_of(eni->eni)) : "";
  return ip.empty() ? std::set<kube::Key>{} : eips_wanting(ip);
}

std::set<kube::Key> EipObserver::rivals_of(const domain::Eip& eip) const {
  std::set<kube::Key> keys = eips_wanting(eip.ns, wishes_.of(eip).assignment);
  keys.erase({eip.ns, eip.name});
  return keys;
}

std::vector<std::string> EipObserver::instances() const {
  std::set<std::string> ids;
  bool all = false;
  for (const auto& object : stores_.eips.all()) {
    TargetPlace place = target_place(object->eip);
    if (!place.instance_id.empty()) ids.insert(std::move(place.instance_id));
    all = all || (!place.private_ip.empty() && sought(place.private_ip));
  }
  if (all) ids.merge(all_instances());
  return {ids.begin(), ids.end()};
}

}  // namespace app
