// What the operator must not do to the account.

#include <algorithm>

#include "simulation/laws.hpp"

namespace simulation {

std::string tag(const ec2_double::Tags& tags, std::string_view key) {
  const auto found = tags.find(std::string(key));
  return found == tags.end() ? std::string() : found->second;
}

namespace {

using ec2_double::Address;
using ec2_double::Tags;

std::string uid_of(const Address& address) {
  return tag(address.tags, kUidTag);
}

bool has_tags_of_ours(const Tags& tags) {
  for (const auto& [key, value] : tags)
    if (key.starts_with("aws.k8s.logmein.com/")) return true;
  return false;
}

const Address* find(const Holdings& holdings, const std::string& id) {
  const auto found = holdings.addresses.find(id);
  return found == holdings.addresses.end() ? nullptr : &found->second;
}

std::string parameter(const Effect& effect, std::string_view name) {
  const auto found = effect.call.parameters.find(name);
  return found == effect.call.parameters.end() ? std::string() : found->second;
}

class Judge {
 public:
  Judge(const Effect& effect, const Past& past) : effect_(effect), past_(past) {}

  Violations judge() {
    const auto& action = effect_.call.action;
    if (action == "AllocateAddress") allocated();
    if (action == "ReleaseAddress") released(parameter(effect_, "AllocationId"));
    if (action == "AssociateAddress") associated(parameter(effect_, "AllocationId"));
    if (action == "DisassociateAddress") disassociated(parameter(effect_, "AssociationId"));
    if (action == "CreateTags" || action == "DeleteTags") tagged(parameter(effect_, "ResourceId.1"));
    untouched();
    return std::move(found_);
  }

 private:
  void broken(const std::string& law, const std::string& what, const Address* address = nullptr) {
    Violation violation{law, effect_.call.action + ": " + what, {}};
    if (address != nullptr) {
      violation.subjects.push_back(address->id);
      const auto owner = past_.objects.find(uid_of(*address));
      if (owner != past_.objects.end()) violation.subjects.push_back(owner->second);
    }
    found_.push_back(std::move(violation));
  }

  bool ours(const Address& address) const { return past_.objects.contains(uid_of(address)); }
  // Somebody has taken the tags off: it is its object's all the same, which still names it.
  bool ours_or_named(const Address& address) const {
    const auto& eips = effect_.facts.eips;
    return ours(address) || (past_.touched.contains(address.id) && !has_tags_of_ours(address.tags) &&
                             std::any_of(eips.begin(), eips.end(), [&](const EipFacts& eip) {
                               return eip.allocation_id == address.id;
                             }));
  }

  std::vector<const Address*> of_uid(const Holdings& holdings, const std::string& uid) const {
    std::vector<const Address*> found;
    for (const auto& [id, address] : holdings.addresses)
      if (uid_of(address) == uid) found.push_back(&address);
    return found;
  }

  // Never two addresses for one object.
  void allocated() {
    for (const auto& [id, address] : effect_.after.addresses) {
      if (effect_.before.addresses.contains(id)) continue;
      if (!ours(address))
        broken("tagged from the first moment", id + " belongs to no object that there ever was", &address);
      if (of_uid(effect_.after, uid_of(address)).size() > 1)
        broken("one address for one object", id + " is the second of " + past_.objects.at(uid_of(address)),
               &address);
    }
  }

  // Only what is ours is released, and only that of a deleted object, or a second one.
  void released(const std::string& id) {
    const auto* address = find(effect_.before, id);
    if (address == nullptr || past_.just_touched(id)) return;
    if (!ours(*address))
      return broken("only ours is released", id + " carries the uid \"" + uid_of(*address) + "\"", address);
    const auto* eip = effect_.facts.eip(uid_of(*address));
    if (eip == nullptr || eip->deleting || of_uid(effect_.before, eip->uid).size() > 1) return;
    broken("a live object keeps its address", id + " of " + eip->key() + " is released", address);
  }

  void associated(const std::string& id) {
    const auto* address = find(effect_.before, id);
    if (address == nullptr) return;
    // One that is on nothing need not be looked at before.
    const bool excused = address->association ? past_.just_touched(id) : past_.touched_unread(id);
    if (!excused && !ours_or_named(*address))
      broken("only ours is moved", id + " carries the uid \"" + uid_of(*address) + "\"", address);
    // Never displace an address that is on the target.
    for (const auto& [other, before] : effect_.before.addresses) {
      if (other == id || !before.association) continue;
      const auto* after = find(effect_.after, other);
      if (after != nullptr && after->association) continue;
      if (!past_.just_touched(other) && !past_.denied.contains(other) &&
          !past_.placed_by_another.contains(other))
        broken("nobody is displaced",
               other + " was on " + before.association->private_ip_address + ", where " + id + " is put",
               &before);
    }
    leaves(*address);
    goes_where_it_is_wanted(id);
  }

  // The target is in the cluster's VPC, on an interface that nobody else manages.
  void goes_where_it_is_wanted(const std::string& id) {
    const auto* address = find(effect_.after, id);
    if (address == nullptr || !address->association) return;
    const auto interface = effect_.after.interfaces.find(address->association->network_interface_id);
    if (interface == effect_.after.interfaces.end()) return;
    if (interface->second.subnet_id == kOtherVpcSubnet)
      broken("the cluster's VPC", id + " is put on " + interface->first + " of another VPC", address);
  }

  void disassociated(const std::string& association) {
    for (const auto& [id, address] : effect_.before.addresses) {
      if (!address.association || address.association->id != association) continue;
      if (!past_.just_touched(id) && !ours_or_named(address))
        broken("only ours is moved", id + " carries the uid \"" + uid_of(address) + "\"", &address);
      leaves(address);
    }
  }

  // The status leaves "assigned" before the address leaves what it says.
  void leaves(const Address& address) {
    if (!address.association || past_.just_touched(address.id)) return;
    const auto* after = find(effect_.after, address.id);
    if (after != nullptr && after->association == address.association) return;
    const auto* eip = effect_.facts.eip(uid_of(address));
    if (eip == nullptr || eip->state != "assigned" || !eip->assignment) return;
    if (past_.contradicted.contains(eip->key())) return;
    if (eip->assignment->private_ip == address.association->private_ip_address)
      broken(
          "the status leaves assigned first",
          address.id + " leaves " + eip->assignment->private_ip + " while " + eip->key() + " says assigned",
          &address);
  }

  void tagged(const std::string& id) {
    const auto* address = find(effect_.before, id);
    if (address == nullptr || past_.just_touched(id)) return;
    if (ours(*address) && effect_.facts.eip(uid_of(*address)) != nullptr) return;
    for (const auto& eip : effect_.facts.eips) {
      const bool named = eip.allocation_id == id && eip.public_ip == address->public_ip;
      if (named && !has_tags_of_ours(address->tags)) return;
      const bool restored =
          tag(address->tags, kClusterTag) == kCluster && tag(address->tags, kNamespaceTag) == eip.ns &&
          tag(address->tags, kNameTag) == eip.name && effect_.facts.eip(uid_of(*address)) == nullptr;
      if (restored) return;
    }
    broken("only ours is tagged", id + " carries the uid \"" + uid_of(*address) + "\"", address);
  }

  // Whatever the call: addresses and interfaces that carry no tag of ours, and that no status names, stay as
  // they are.
  void untouched() {
    for (const auto& [id, before] : effect_.before.addresses) {
      if (tag(before.tags, kClusterTag) == kCluster || past_.just_touched(id)) continue;
      const auto* after = find(effect_.after, id);
      const bool same =
          after != nullptr && after->tags == before.tags && after->association == before.association;
      bool named = false;
      for (const auto& eip : effect_.facts.eips) named |= eip.allocation_id == id;
      if (!same && !named) broken("others' things are never touched", id + " is changed", &before);
    }
  }

  const Effect& effect_;
  const Past& past_;
  Violations found_;
};

}  // namespace

Holdings Holdings::of(const ec2_double::World& world) {
  Holdings holdings;
  for (const auto* address : world.addresses.all()) holdings.addresses.emplace(address->id, *address);
  for (const auto* interface : world.network_interfaces.all())
    holdings.interfaces.emplace(interface->id, *interface);
  return holdings;
}

const Address* Holdings::on(const std::string& interface, const std::string& private_ip) const {
  for (const auto& [id, address] : addresses)
    if (address.association && address.association->network_interface_id == interface &&
        address.association->private_ip_address == private_ip)
      return &address;
  return nullptr;
}

Violations judge(const Effect& effect, const Past& past) {
  return Judge(effect, past).judge();
}

}  // namespace simulation
