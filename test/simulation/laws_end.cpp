// What must be true when nothing has happened for a while.

#include <algorithm>

#include "ec2_double/effects.hpp"
#include "simulation/laws.hpp"

namespace simulation {
namespace {

using ec2_double::Address;

std::string uid_in(const ec2_double::Tags& tags) {
  return tag(tags, kUidTag);
}

std::string uid_of(const Address& address) {
  return uid_in(address.tags);
}

bool of_our_cluster(const ec2_double::Tags& tags) {
  const auto found = tags.find(kClusterTag);
  return found != tags.end() && found->second == kCluster;
}

// Where the address of an EIP is to be: found with EC2's own truth.
struct Place {
  std::string interface;
  std::string private_ip;
};

class Judge {
 public:
  explicit Judge(const Ending& ending) : e_(ending) {}

  Violations judge() {
    for (const auto& eip : e_.facts.eips) look_at(eip);
    for (const auto& eni : e_.facts.enis) look_at(eni);
    for (const auto& association : e_.facts.associations) look_at(association);
    leaks();
    return std::move(found_);
  }

 private:
  void broken(const std::string& law, const ObjectFacts& object, const std::string& what) {
    std::string text = object.key() + ": " + what;
    if (const auto* ready = object.condition("Ready"))
      text += " (Ready=" + std::string(ready->holds ? "True" : "False") + " " + ready->reason + ": " +
              ready->message + ")";
    found_.push_back({law, text, {object.key(), object.uid}});
  }

  void look_at(const EipFacts& eip) {
    if (eip.deleting) return broken("deletion completes", eip, "is still being deleted");
    std::vector<const Address*> held;
    for (const auto& [id, address] : e_.holdings.addresses)
      if (uid_of(address) == eip.uid) held.push_back(&address);
    if (held.size() > 1)
      return broken("one address for one object", eip, "has " + std::to_string(held.size()));
    if (eip.observed_generation != eip.generation)
      broken("statuses are true", eip,
             "the status is of generation " + std::to_string(eip.observed_generation) + " of " +
                 std::to_string(eip.generation));
    if (held.empty())
      without_address(eip);
    else
      with_address(eip, *held.front());
  }

  void look_at(const EniFacts& eni) {
    if (eni.deleting) return broken("deletion completes", eni, "is still being deleted");
    std::vector<const ec2_double::NetworkInterface*> held;
    for (const auto& [id, interface] : e_.holdings.interfaces)
      if (uid_in(interface.tags) == eni.uid) held.push_back(&interface);
    if (held.size() > 1)
      return broken("one interface for one object", eni, "has " + std::to_string(held.size()));
    if (eni.observed_generation != eni.generation)
      broken("statuses are true", eni, "the status is of an older generation");
    if (held.empty()) {
      if (groups_of(eni)) return broken("every object gets its interface", eni, "has none");
      const auto* ready = eni.condition("Ready");
      if (ready == nullptr || ready->holds || ready->reason != "SecurityGroupNotFound")
        broken("statuses are true", eni, "lacks its security group and does not say so");
      return;
    }
    const auto& interface = *held.front();
    if (eni.interface != interface.id)
      return broken("statuses are true", eni, "names \"" + eni.interface + "\" and has " + interface.id);
    auto says = eni.private_ips, has = interface.private_ip_addresses;
    if (says.empty() || says.front() != has.front())
      broken("statuses are true", eni, "has another primary address");
    std::sort(says.begin(), says.end());
    std::sort(has.begin(), has.end());
    if (says != has) broken("statuses are true", eni, "has other private addresses");
    const std::string on = interface.attachment ? interface.attachment->instance_id : "";
    if (on != eni.instance)
      broken("statuses are true", eni, "is attached to \"" + on + "\", says \"" + eni.instance + "\"");
    const auto wanted = host(eni);
    const bool wished = wanted == on &&
                        static_cast<std::int64_t>(has.size()) == 1 + eni.secondary_addresses &&
                        interface.description == eni.description && groups_of(eni) == ids_of(interface);
    // A pod that is missed is waited for.
    const bool fulfilled = wished && (eni.pod_name.empty() || !wanted.empty());
    if (true_of(eni, "Ready") != fulfilled)
      broken("statuses are true", eni,
             fulfilled ? "is as wished and not Ready" : "says Ready and is not as wished");
    const auto* ready = eni.condition("Ready");
    static const std::set<std::string> kReasons{"AttachmentLimitExceeded",
                                                "WrongAvailabilityZone",
                                                "PrivateIpAddressLimitExceeded",
                                                "AddressInUse",
                                                "PodNotFound",
                                                "PodFinished",
                                                "PodNotScheduled",
                                                "NodeNotFound",
                                                "NodeNotReady",
                                                "SecurityGroupNotFound"};
    if (!fulfilled && (ready == nullptr || !kReasons.contains(ready->reason) ||
                       (ready->reason == "SecurityGroupNotFound" && groups_of(eni))))
      broken("every interface is as it is wanted", eni, "is not, for no good reason");
    if (wanted.empty() && !on.empty())
      broken("an interface leaves what is not wanted", eni, "is attached to " + on);
  }

  // Nothing: the VPC has no such security group.
  static std::optional<std::set<std::string>> groups_of(const EniFacts& eni) {
    static const std::map<std::string, std::string> kGroups{{kSecurityGroup, kSecurityGroup},
                                                            {"pods", kSecurityGroup},
                                                            {kWebGroup, kWebGroup},
                                                            {"web", kWebGroup}};
    std::set<std::string> ids;
    for (const auto& group : eni.security_groups) {
      const auto found = kGroups.find(group);
      if (found == kGroups.end()) return std::nullopt;
      ids.insert(found->second);
    }
    return ids;
  }

  static std::set<std::string> ids_of(const ec2_double::NetworkInterface& interface) {
    return {interface.groups.begin(), interface.groups.end()};
  }

  // The instance that it is to be attached to; empty: none.
  std::string host(const EniFacts& eni) const {
    const auto* pod = eni.pod_name.empty() ? nullptr : e_.facts.pod(eni.ns, eni.pod_name);
    if (pod == nullptr || pod->finished) return "";
    const auto node = e_.facts.instance_of_node.find(pod->node);
    return node == e_.facts.instance_of_node.end() ? std::string() : node->second;
  }

  // Bound if the EIP goes where it says because of it; Ready if the EIP is there.
  void look_at(const AssociationFacts& association) {
    if (association.deleting) return broken("deletion completes", association, "is still being deleted");
    if (association.observed_generation != association.generation)
      broken("statuses are true", association, "the status is of an older generation");
    const EipFacts* eip = nullptr;
    for (const auto& each : e_.facts.eips)
      if (each.ns == association.ns && each.name == association.eip_name) eip = &each;
    const bool bound = eip != nullptr && eip->wished_by == association.name;
    if (true_of(association, "Bound") != bound)
      broken("statuses are true", association,
             bound ? "is bound and does not say so" : "says Bound and is not");
    if (true_of(association, "Ready") != (bound && true_of(*eip, "Ready")))
      broken("statuses are true", association, "says of Ready what its EIP does not say");
  }

  static bool true_of(const ObjectFacts& object, const std::string& type) {
    const auto* condition = object.condition(type);
    return condition != nullptr && condition->holds;
  }

  void without_address(const EipFacts& eip) {
    if (true_of(eip, "Ready")) broken("statuses are true", eip, "says Ready and has no address");
    if (!eip.allocation_id.empty()) {
      const auto named = e_.holdings.addresses.find(eip.allocation_id);
      if (named == e_.holdings.addresses.end() && !lacks_what_ec2_refuses(eip))
        broken("statuses are true", eip, "names " + eip.allocation_id + ", which does not exist");
    }
    if (!lacks_what_ec2_refuses(eip)) broken("every object gets its address", eip, "has none");
  }

  void with_address(const EipFacts& eip, const Address& address) {
    if (eip.allocation_id != address.id)
      return broken("statuses are true", eip, "names \"" + eip.allocation_id + "\" and has " + address.id);
    if (eip.public_ip != address.public_ip)
      broken("statuses are true", eip, "has " + address.public_ip + ", says " + eip.public_ip);
    if (!true_of(eip, "Allocated")) broken("statuses are true", eip, "has an address and says not Allocated");
    const std::string on = address.association ? address.association->private_ip_address : "";
    const std::string says = eip.assignment ? eip.assignment->private_ip : "";
    if (on != says) broken("statuses are true", eip, "is on \"" + on + "\", says \"" + says + "\"");
    const std::string association = address.association ? address.association->id : "";
    if (association != eip.association_id)
      broken("statuses are true", eip,
             "is associated by \"" + association + "\", says \"" + eip.association_id + "\"");

    const auto place = wanted(eip);
    const bool in_place = place && address.association &&
                          address.association->network_interface_id == place->interface &&
                          address.association->private_ip_address == place->private_ip;
    const bool fulfilled = eip.wish ? in_place : !address.association;
    if (true_of(eip, "Ready") != fulfilled)
      broken("statuses are true", eip,
             fulfilled ? "is as wished and not Ready" : "says Ready and is not as wished");
    if (true_of(eip, "Assigned") != (in_place))
      broken("statuses are true", eip,
             in_place ? "is in place and not Assigned" : "says Assigned and is not");
    check_state(eip, address, in_place);
    if (!place && address.association) broken("an address leaves what is not wanted", eip, "is on " + on);
    if (place && !in_place && !taken(eip, *place))
      broken("every address gets to its target", eip,
             "is not on " + place->private_ip + " of " + place->interface);
    if (eip.assignment && !eip.assignment->pod_name.empty()) {
      const auto* pod = e_.facts.pod(eip.ns, eip.assignment->pod_name);
      if (pod == nullptr || pod->uid != eip.assignment->pod_uid)
        broken("statuses are true", eip, "names the uid of a pod that is no more");
    }
    for (const auto& [key, value] : address.tags)
      if (key == kNamespaceTag && value != eip.ns)
        broken("tags are true", eip, "the namespace tag is " + value);
  }

  void check_state(const EipFacts& eip, const Address& address, bool in_place) {
    const char* expected = !eip.wish             ? (address.association ? "unassigning" : "allocated")
                           : in_place            ? "assigned"
                           : address.association ? "reassigning"
                                                 : "assigning";
    if (eip.state != expected)
      broken("statuses are true", eip, "the state is " + eip.state + ", not " + expected);
  }

  std::optional<Place> on_interface(const std::string& private_ip, const std::string& instance) const {
    for (const auto& [id, interface] : e_.holdings.interfaces) {
      if (interface.subnet_id == kOtherVpcSubnet) continue;
      const bool there =
          instance.empty() || (interface.attachment && interface.attachment->instance_id == instance);
      if (there && ec2_double::holds(interface, private_ip)) return Place{id, private_ip};
    }
    return std::nullopt;
  }

  // Nothing: it is on nothing as long as the world is as it is.
  std::optional<Place> wanted(const EipFacts& eip) const {
    if (!eip.wish) return std::nullopt;
    if (!eip.wish->pod_name.empty()) {
      const auto* pod = e_.facts.pod(eip.ns, eip.wish->pod_name);
      if (pod == nullptr || pod->finished || pod->ip.empty()) return std::nullopt;
      const auto node = e_.facts.instance_of_node.find(pod->node);
      if (node == e_.facts.instance_of_node.end()) return std::nullopt;
      return on_interface(pod->ip, node->second);
    }
    if (!eip.wish->eni.empty()) {
      const auto* eni = e_.facts.eni(eip.ns, eip.wish->eni);
      const auto index = static_cast<std::size_t>(eip.wish->eni_index);
      // One that somebody deleted, and that lacks its security group now, is not made anew.
      if (eni == nullptr || eni->deleting || index >= eni->private_ips.size() ||
          !e_.holdings.interfaces.contains(eni->interface))
        return std::nullopt;
      return Place{eni->interface, eni->private_ips[index]};
    }
    return on_interface(eip.wish->private_ip, "");
  }

  // Another object, or an address of somebody else, is on the target.
  bool taken(const EipFacts& eip, const Place& place) const {
    const auto* holder = e_.holdings.on(place.interface, place.private_ip);
    return holder != nullptr && uid_of(*holder) != eip.uid;
  }

  void leaks() {
    for (const auto& [id, address] : e_.holdings.addresses) {
      if (!of_our_cluster(address.tags) || e_.orphaned.contains(uid_of(address))) continue;
      if (e_.facts.eip(uid_of(address)) == nullptr)
        found_.push_back({"nothing is leaked",
                          id + " carries the uid " + uid_of(address) + ", of no object",
                          {id, uid_of(address)}});
    }
  }

  const Ending& e_;
  Violations found_;
};

}  // namespace

bool lacks_what_ec2_refuses(const EipFacts& eip) {
  static const std::set<std::string> kReasons{"AddressLimitExceeded", "InsufficientAddressCapacity",
                                              "PoolNotFound",         "AddressNotAvailable",
                                              "NotPermitted",         "Conflict",
                                              "AddressNotOurs",       "ManyAddressesVanished"};
  const auto* ready = eip.condition("Ready");
  const bool asked_for_one = !eip.exact_address.empty() || !eip.pool.empty() || !eip.pools.empty();
  return ready != nullptr && !ready->holds && kReasons.contains(ready->reason) &&
         (asked_for_one || ready->reason == "AddressNotOurs" || ready->reason == "ManyAddressesVanished");
}

Violations judge(const Ending& ending) {
  return Judge(ending).judge();
}

Violations judge_emptied(const Ending& ending) {
  Violations found;
  for (const auto& eip : ending.facts.eips)
    found.push_back(
        {"deletion completes", eip.key() + " is still there, in state " + eip.state, {eip.key(), eip.uid}});
  for (const auto& association : ending.facts.associations)
    found.push_back(
        {"deletion completes", association.key() + " is still there", {association.key(), association.uid}});
  for (const auto& eni : ending.facts.enis)
    found.push_back({"deletion completes", eni.key() + " is still there", {eni.key(), eni.uid}});
  for (const auto& [id, interface] : ending.holdings.interfaces)
    if (of_our_cluster(interface.tags) && !ending.orphaned.contains(uid_in(interface.tags)))
      found.push_back({"nothing is leaked",
                       id + " is left, of the uid " + uid_in(interface.tags),
                       {id, uid_in(interface.tags)}});
  for (const auto& [id, address] : ending.holdings.addresses)
    if (of_our_cluster(address.tags) && !ending.orphaned.contains(uid_of(address)))
      found.push_back(
          {"nothing is leaked", id + " is left, of the uid " + uid_of(address), {id, uid_of(address)}});
  for (const auto& [id, uid] : ending.left)
    if (!ending.orphaned.contains(uid) &&
        (ending.holdings.addresses.contains(id) || ending.holdings.interfaces.contains(id)))
      found.push_back(
          {"nothing is leaked", id + " is left, which version 1.4.1 made for the uid " + uid, {id, uid}});
  return found;
}

}  // namespace simulation
