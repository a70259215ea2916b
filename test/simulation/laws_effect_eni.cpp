// What the operator must not do to network interfaces.

#include "simulation/laws.hpp"

namespace simulation {
namespace {

using ec2_double::NetworkInterface;

class Judge {
 public:
  Judge(const Effect& effect, const Past& past) : effect_(effect), past_(past) {}

  Violations judge() {
    const auto& action = effect_.call.action;
    if (action == "CreateNetworkInterface") created();
    if (action == "DeleteNetworkInterface") deleted(parameter("NetworkInterfaceId"));
    if (action == "CreateTags" || action == "DeleteTags") tagged(parameter("ResourceId.1"));
    if (action == "AttachNetworkInterface" || action.ends_with("PrivateIpAddresses") ||
        action == "ModifyNetworkInterfaceAttribute")
      changed(parameter("NetworkInterfaceId"));
    if (action == "DetachNetworkInterface")
      for (const auto& [id, interface] : effect_.before.interfaces)
        if (interface.attachment && interface.attachment->id == parameter("AttachmentId")) changed(id);
    if (action == "UnassignPrivateIpAddresses") displaced();
    untouched();
    return std::move(found_);
  }

 private:
  std::string parameter(std::string_view name) const {
    const auto found = effect_.call.parameters.find(name);
    return found == effect_.call.parameters.end() ? std::string() : found->second;
  }
  const NetworkInterface* before(const std::string& id) const {
    const auto found = effect_.before.interfaces.find(id);
    return found == effect_.before.interfaces.end() ? nullptr : &found->second;
  }
  bool ours(const NetworkInterface& interface) const {
    return past_.objects.contains(tag(interface.tags, kUidTag));
  }
  std::size_t with_uid(const Holdings& holdings, const std::string& uid) const {
    std::size_t count = 0;
    for (const auto& [id, interface] : holdings.interfaces)
      count += tag(interface.tags, kUidTag) == uid ? 1 : 0;
    return count;
  }
  void broken(const std::string& law, const std::string& id, const std::string& what,
              const ec2_double::Tags& tags) {
    Violation violation{law, effect_.call.action + ": " + id + " " + what, {id}};
    const auto owner = past_.objects.find(tag(tags, kUidTag));
    if (owner != past_.objects.end()) violation.subjects.push_back(owner->second);
    found_.push_back(std::move(violation));
  }

  void created() {
    for (const auto& [id, interface] : effect_.after.interfaces) {
      if (effect_.before.interfaces.contains(id)) continue;
      if (!ours(interface))
        broken("tagged from the first moment", id, "belongs to no object that there ever was",
               interface.tags);
      if (with_uid(effect_.after, tag(interface.tags, kUidTag)) > 1)
        broken("one interface for one object", id, "is the second", interface.tags);
    }
  }

  void deleted(const std::string& id) {
    const auto* interface = before(id);
    if (interface == nullptr || past_.just_touched(id)) return;
    if (!ours(*interface)) return broken("only ours is deleted", id, "is of nobody", interface->tags);
    const auto* eni = effect_.facts.eni(tag(interface->tags, kUidTag));
    if (eni == nullptr || eni->deleting || with_uid(effect_.before, eni->uid) > 1) return;
    broken("a live object keeps its interface", id, "of " + eni->key() + " is deleted", interface->tags);
  }

  void changed(const std::string& id) {
    const auto* interface = before(id);
    if (interface == nullptr || past_.just_touched(id) || ours(*interface)) return;
    broken("only ours is changed", id, "is of nobody", interface->tags);
  }

  void tagged(const std::string& id) {
    const auto* interface = before(id);
    if (interface == nullptr || past_.just_touched(id) || ours(*interface)) return;
    for (const auto& eni : effect_.facts.enis) {
      const bool restored = tag(interface->tags, kClusterTag) == kCluster &&
                            tag(interface->tags, kNamespaceTag) == eni.ns &&
                            tag(interface->tags, kNameTag) == eni.name;
      if (eni.interface == id || restored) return;
    }
    broken("only ours is tagged", id, "is of nobody", interface->tags);
  }

  // A private address that is taken away takes its Elastic IP along.
  void displaced() {
    for (const auto& [id, address] : effect_.before.addresses) {
      const auto after = effect_.after.addresses.find(id);
      if (!address.association || past_.just_touched(id) ||
          (after != effect_.after.addresses.end() && after->second.association))
        continue;
      broken("nobody is displaced", id, "was on an address that is taken away", address.tags);
    }
  }

  void untouched() {
    for (const auto& [id, interface] : effect_.before.interfaces) {
      if (tag(interface.tags, kClusterTag) == kCluster || past_.just_touched(id)) continue;
      const auto after = effect_.after.interfaces.find(id);
      bool named = false;
      for (const auto& eni : effect_.facts.enis) named |= eni.interface == id;
      const auto attachment = [](const NetworkInterface& each) {
        return each.attachment ? each.attachment->id : std::string();
      };
      if (!named && (after == effect_.after.interfaces.end() || after->second.tags != interface.tags ||
                     attachment(after->second) != attachment(interface) ||
                     after->second.private_ip_addresses != interface.private_ip_addresses))
        broken("others' things are never touched", id, "is changed", interface.tags);
    }
  }

  const Effect& effect_;
  const Past& past_;
  Violations found_;
};

}  // namespace

Violations judge_interfaces(const Effect& effect, const Past& past) {
  return Judge(effect, past).judge();
}

}  // namespace simulation
