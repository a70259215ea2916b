#include "app/eip_observer.hpp"

#include <algorithm>

#include "app/outcome.hpp"
#include "domain/decide_eip.hpp"
#include "kube/json.hpp"

namespace app {
namespace {

using Names = std::vector<std::string>;

Names of_pod(const EipObject& object) {
  const auto& wish = object.eip.spec.assignment;
  return wish && !wish->pod_name.empty() ? Names{object.eip.ns + "/" + wish->pod_name} : Names{};
}

Names of_private_ip(const EipObject& object) {
  const auto& wish = object.eip.spec.assignment;
  const bool as_such =
      wish && wish->pod_name.empty() && wish->eni.empty() && !wish->private_ip_address.empty();
  return as_such ? Names{wish->private_ip_address} : Names{};
}

Names of_allocation(const EipObject& object) {
  const auto& id = object.eip.status.allocation_id;
  return id.empty() ? Names{} : Names{id};
}

bool is_ipv4(const std::string& ip) {
  return ip.find(':') == std::string::npos && ip.find('.') != std::string::npos;
}

}  // namespace

std::string instance_id_of(const std::string& provider_id) {
  if (!provider_id.starts_with("aws://")) return "";
  std::string id = provider_id.substr(provider_id.rfind('/') + 1);
  return id.starts_with("i-") ? id : "";
}

std::string branch_eni_of(const std::string& annotation) {
  if (annotation.empty()) return "";
  const auto document = kube::parse_json(annotation);
  if (!document) return "";
  for (const auto& item : document->root().items())
    if (const auto id = item["eniId"].string_or(""); id.starts_with("eni-")) return id;
  return "";
}

EipObserver::EipObserver(kube::Store<EipObject>& eips, kube::Store<kube::Pod>& pods,
                         kube::Store<kube::Node>& nodes, const Inventory& inventory,
                         const domain::Settings& settings)
    : eips_(eips),
      pods_(pods),
      nodes_(nodes),
      inventory_(inventory),
      settings_(settings),
      eips_by_pod_(eips.add_index(of_pod)),
      eips_by_private_ip_(eips.add_index(of_private_ip)),
      eips_by_allocation_(eips.add_index(of_allocation)),
      eips_by_uid_(eips.add_index([](const EipObject& object) { return Names{object.meta.uid}; })),
      pods_by_ip_(pods.add_index([](const kube::Pod& pod) { return pod.pod_ips; })) {}

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
  TargetPlace place;
  const auto& wish = eip.spec.assignment;
  if (!wish) return place;
  if (!wish->pod_name.empty()) {
    const auto pod = pods_.find({eip.ns, wish->pod_name});
    if (!pod) return place;
    if (const auto node = nodes_.find({"", pod->node_name}))
      place.instance_id = instance_id_of(node->provider_id);
    place.branch_eni = branch_eni_of(pod->pod_eni);
  } else if (wish->eni.empty()) {
    place.private_ip = wish->private_ip_address;
    // EC2's filter may not match an address inside a delegated prefix: our own nodes' interfaces are known as
    // well.
    place.instance_id =
        inventory_.vpc_id().empty() ? any_instance() : inventory_.instance_holding(place.private_ip);
  }
  return place;
}

std::string EipObserver::any_instance() const {
  // One that was read and showed no interface is gone, and tells no VPC.
  for (const auto& node : nodes_.all()) {
    const std::string id = instance_id_of(node->provider_id);
    const auto* seen = id.empty() ? nullptr : inventory_.of_instance(id);
    if (!id.empty() && !(seen && seen->enis.empty())) return id;
  }
  return "";
}

domain::TargetFacts EipObserver::facts(const domain::Eip& eip) const {
  domain::TargetFacts facts;
  facts.vpc_id = inventory_.vpc_id();
  const auto& wish = eip.spec.assignment;
  if (!wish) return facts;
  if (!wish->pod_name.empty())
    if (const auto pod = pods_.find({eip.ns, wish->pod_name})) {
      facts.pod = view_of(*pod);
      if (const auto node = nodes_.find({"", pod->node_name}))
        facts.node = {true, instance_id_of(node->provider_id)};
    }
  const auto add = [&](const Inventory::Interfaces* seen) {
    if (!seen) return false;
    facts.enis.insert(facts.enis.end(), seen->enis.begin(), seen->enis.end());
    facts.asked = facts.asked ? std::min(*facts.asked, seen->asked) : seen->asked;
    return true;
  };
  const TargetPlace place = target_place(eip);
  bool complete = true;
  if (!place.private_ip.empty()) complete = add(inventory_.by_private_ip(place.private_ip));
  if (!place.instance_id.empty()) complete = add(inventory_.of_instance(place.instance_id)) && complete;
  if (!place.branch_eni.empty()) complete = add(inventory_.by_id(place.branch_eni)) && complete;
  if (!complete) facts.asked.reset();
  return facts;
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
  for (const auto& key : eips_by_private_ip_.lookup(private_ip)) keys.insert(key);
  for (const auto& pod_key : pods_by_ip_.lookup(private_ip))
    for (const auto& key : eips_by_pod_.lookup(pod_key.text())) keys.insert(key);
  return keys;
}

std::string EipObserver::rival(const domain::Eip& eip, const domain::Target& target) const {
  const auto claim_of = [&](const domain::Eip& e) {
    const bool by_private_ip =
        e.spec.assignment && e.spec.assignment->pod_name.empty() && e.spec.assignment->eni.empty();
    return domain::Claim{e.ns, e.name, e.uid, e.created, by_private_ip, holds(e, target)};
  };
  const domain::Claim own = claim_of(eip);
  for (const auto& key : eips_wanting(target.private_ip_address)) {
    const auto other = eips_.find(key);
    if (!other || other->eip.uid == eip.uid || other->eip.deleting) continue;
    // The same private address in another VPC is another target; a pod's target is not taken by a wish that
    // the pod of its namespace has ended.
    const domain::Target theirs = domain::resolve_target(other->eip.spec.assignment, facts(other->eip));
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

bool EipObserver::claimed_by_older(const domain::Eip& eip) const {
  for (const auto& key : eips_by_allocation_.lookup(eip.status.allocation_id)) {
    const auto other = eips_.find(key);
    if (!other || other->eip.uid == eip.uid) continue;
    if (std::tie(other->eip.created, other->eip.uid) < std::tie(eip.created, eip.uid)) return true;
  }
  return false;
}

bool EipObserver::many_vanished() const {
  int all = 0;
  int missing = 0;
  for (const auto& object : eips_.all()) {
    const auto& id = object->eip.status.allocation_id;
    if (id.empty() || object->eip.deleting) continue;
    ++all;
    if (inventory_.ledger().absence(id)) ++missing;
  }
  return missing > 3 && missing * 2 > all;
}

// An interface's word that an address is on it is checked against the address itself.
void EipObserver::check_holder(domain::EipWorld& world) const {
  domain::Target& target = world.target;
  if (target.kind != domain::Target::Kind::present) return;
  // An interface does not list the addresses inside its prefixes, nor what is on them: the addresses
  // themselves do.
  if (target.holder.empty())
    for (const auto* record : inventory_.ledger().by_interface(target.network_interface_id))
      if (record->view.private_ip_address == target.private_ip_address && record->seen >= target.seen)
        target.holder = record->view.allocation_id;
  if (target.holder.empty()) return;
  const auto* record = inventory_.ledger().find(target.holder);
  const bool gone =
      inventory_.ledger().was_released(target.holder) || inventory_.ledger().absence(target.holder);
  const bool elsewhere = record && (record->view.network_interface_id != target.network_interface_id ||
                                    record->view.private_ip_address != target.private_ip_address);
  if (gone || elsewhere) {
    target.holder.clear();
    return;
  }
  if (record)
    world.holder_is_ours = !eips_by_uid_.lookup(domain::tag(record->view.tags, domain::kUidTag)).empty();
}

domain::EipWorld EipObserver::world(const domain::Eip& eip, const domain::Memory& memory) const {
  const domain::Ledger& ledger = inventory_.ledger();
  domain::EipWorld world;
  world.memory = memory;
  world.account_id = inventory_.account_id();
  world.not_listed = !inventory_.listed();
  if (world.not_listed && inventory_.unread()) {
    const domain::Outcome outcome = failed_outcome(*inventory_.unread());
    world.unread_reason = outcome.reason;
    world.unread_message = outcome.message;
    world.unread_stalled = outcome.stalled;
  }
  world.asked = ledger.asked_by_uid(eip.uid);
  for (const auto* record : ledger.by_uid(eip.uid)) world.addresses.push_back(*record);
  const auto& id = eip.status.allocation_id;
  if (!id.empty()) {
    const auto* named = ledger.find(id);
    if (named && domain::tag(named->view.tags, domain::kUidTag) != eip.uid) world.addresses.push_back(*named);
    if (!named) {
      world.absence = ledger.absence(id);
      if (world.absence) world.many_vanished = many_vanished();
    }
    world.claimed_by_older = claimed_by_older(eip);
  }
  world.released = id.empty() ? ledger.released_for(eip.uid) : ledger.was_released(id);
  if (ledger.by_uid(eip.uid).empty())
    for (const auto* record : ledger.by_name(eip.ns, eip.name)) {
      const auto& tags = record->view.tags;
      const bool same_cluster = domain::tag(tags, domain::kClusterTag) == settings_.cluster;
      if (same_cluster && eips_by_uid_.lookup(domain::tag(tags, domain::kUidTag)).empty())
        world.restorable.push_back(*record);
    }
  world.target = domain::resolve_target(eip.spec.assignment, facts(eip));
  check_holder(world);
  if (world.target.kind == domain::Target::Kind::present) world.rival = rival(eip, world.target);
  if (!eip.spec.public_ipv4_pools.empty()) {
    world.pools_asked = inventory_.pools_asked();
    world.pool_free = inventory_.pools();
  }
  return world;
}

std::set<kube::Key> EipObserver::eips_of(const kube::Pod& pod) const {
  std::set<kube::Key> keys;
  for (const auto& key : eips_by_pod_.lookup(pod.meta.key().text())) keys.insert(key);
  for (const auto& ip : pod.pod_ips)
    for (const auto& key : eips_by_private_ip_.lookup(ip)) keys.insert(key);
  return keys;
}

std::set<kube::Key> EipObserver::rivals_of(const domain::Eip& eip) const {
  std::set<kube::Key> keys;
  const auto& wish = eip.spec.assignment;
  if (!wish) return keys;
  if (!wish->pod_name.empty()) {
    if (const auto pod = pods_.find({eip.ns, wish->pod_name})) {
      keys = eips_of(*pod);
      // Pods of the host's network share their address with each other.
      for (const auto& ip : pod->pod_ips) keys.merge(eips_wanting(ip));
    }
  } else if (wish->eni.empty()) {
    keys = eips_wanting(wish->private_ip_address);
  }
  keys.erase({eip.ns, eip.name});
  return keys;
}

std::vector<std::string> EipObserver::instances() const {
  std::set<std::string> ids;
  for (const auto& object : eips_.all())
    if (auto id = target_place(object->eip).instance_id; !id.empty()) ids.insert(std::move(id));
  return {ids.begin(), ids.end()};
}

std::vector<std::string> EipObserver::allocation_ids() const {
  std::vector<std::string> ids;
  for (const auto& object : eips_.all())
    if (!object->eip.status.allocation_id.empty()) ids.push_back(object->eip.status.allocation_id);
  return ids;
}

}  // namespace app
