#include "app/eni_inventory.hpp"

#include <algorithm>

#include "app/ec2_views.hpp"
#include "domain/tags.hpp"

namespace app {
namespace {

domain::InstanceFacts facts_of(const aws::Instance& instance, domain::Time asked) {
  domain::InstanceFacts facts;
  facts.asked = asked;
  facts.found = true;
  facts.type = instance.instance_type;
  facts.availability_zone = instance.availability_zone;
  facts.state = instance.state;
  for (const auto& interface : instance.network_interfaces)
    if (interface.network_card_index == 0) facts.device_indexes.insert(interface.device_index);
  return facts;
}

}  // namespace

domain::InstanceFacts EniInventory::instance(const std::string& id) const {
  const auto known = instances_.find(id);
  if (known == instances_.end()) return {};
  domain::InstanceFacts facts = known->second;
  for (const auto* record : ledger_.by_instance(id))
    if (record->view.attached()) facts.device_indexes.insert(record->view.device_index);
  for (const auto& [instance_id, index] : held_indexes_)
    if (instance_id == id) facts.device_indexes.insert(index);
  return facts;
}

domain::SecurityGroupFacts EniInventory::groups(const domain::EniSpec& spec) const {
  domain::SecurityGroupFacts facts;
  const auto subnet = subnets_.find(spec.subnet_id);
  if (subnet == subnets_.end()) return facts;
  domain::Time oldest = subnet->second.asked;
  for (const auto& name : spec.security_groups) {
    if (domain::is_group_id(name) || subnet->second.vpc_id.empty()) continue;
    const auto group = subnet->second.groups.find(name);
    if (group == subnet->second.groups.end()) return {};
    oldest = std::min(oldest, group->second.asked);
    if (!group->second.id.empty()) facts.ids[name] = group->second.id;
  }
  facts.asked = oldest;
  facts.subnet_found = !subnet->second.vpc_id.empty();
  return facts;
}

base::Task<base::Result<>> EniInventory::look_at_uid(std::string uid) {
  const std::vector<std::string> uids{uid};
  const auto seen = co_await ec2_.network_interfaces("tag:" + std::string(domain::kUidTag), uids);
  if (!seen) co_return seen.error();
  ledger_.read_by_uid(uids, views_of(seen->items), shared_.time_of(seen->asked));
  co_return base::Result<>();
}

base::Task<base::Result<>> EniInventory::look_at_interfaces(std::vector<std::string> ids) {
  if (ids.empty()) co_return base::Result<>();
  const auto seen = co_await ec2_.network_interfaces("network-interface-id", ids);
  if (!seen) co_return seen.error();
  ledger_.read_by_id(ids, views_of(seen->items), shared_.time_of(seen->asked));
  co_return base::Result<>();
}

base::Task<base::Result<>> EniInventory::look_at_instance(std::string instance_id) {
  const auto asked_of = [this](const std::string& id) {
    const auto known = instances_.find(id);
    return known == instances_.end() ? std::nullopt : known->second.asked;
  };
  const std::vector<std::string> ids =
      awaited_.with(instance_id, shared_.now() - settings_.fresh / 2, asked_of);
  const auto seen = co_await ec2_.instances(ids);
  if (!seen) co_return seen.error();
  const domain::Time asked = shared_.time_of(seen->asked);
  std::map<std::string, domain::InstanceFacts> found;
  for (const auto& id : ids) found[id].asked = asked;
  for (const auto& instance : seen->items) found[instance.instance_id] = facts_of(instance, asked);
  for (auto& [id, facts] : found) {
    if (facts.found) {
      const auto type = co_await ec2_.instance_type(facts.type);
      if (!type) co_return type.error();
      if (*type) {
        facts.most_interfaces = (*type)->maximum_network_interfaces_card_0;
        facts.most_addresses_per_interface = (*type)->ipv4_addresses_per_interface;
      }
    }
    instances_[id] = facts;
  }
  co_return base::Result<>();
}

base::Task<base::Result<>> EniInventory::look_at_groups(std::string subnet_id,
                                                        std::vector<std::string> names) {
  if (subnet_id.empty()) {  // of an object that version 1.4.1 let pass
    subnets_[subnet_id].asked = now();
    co_return base::Result<>();
  }
  const std::vector<std::string> subnet_ids{subnet_id};
  const auto seen = co_await ec2_.subnets(subnet_ids);
  if (!seen) co_return seen.error();
  const std::string vpc_id = seen->items.empty() ? "" : seen->items.front().vpc_id;
  {
    Subnet& subnet = subnets_[subnet_id];
    subnet.asked = shared_.time_of(seen->asked);
    subnet.vpc_id = vpc_id;
  }
  if (vpc_id.empty() || names.empty()) co_return base::Result<>();
  const auto groups = co_await ec2_.security_groups_by_name(vpc_id, names);
  if (!groups) co_return groups.error();
  Subnet& subnet = subnets_[subnet_id];
  for (const auto& name : names) subnet.groups[name] = {shared_.time_of(groups->asked), ""};
  for (const auto& group : groups->items) subnet.groups[group.group_name].id = group.group_id;
  co_return base::Result<>();
}

base::Task<base::Result<>> EniInventory::refresh(std::vector<std::string> further_ids) {
  const std::vector<std::string> cluster{settings_.cluster};
  const auto seen = co_await ec2_.network_interfaces("tag:" + std::string(domain::kClusterTag), cluster);
  if (!seen) co_return seen.error();
  ledger_.read_all(settings_.cluster, views_of(seen->items), shared_.time_of(seen->asked));
  listed_ = true;
  std::erase_if(further_ids, [&](const auto& id) {
    const auto* known = ledger_.find(id);
    return known && domain::tag(known->view.tags, domain::kClusterTag) == settings_.cluster;
  });
  const auto further = co_await look_at_interfaces(std::move(further_ids));
  if (!further) co_return further.error();
  const auto old = [&](const auto& entry) { return *entry.second.asked + 10 * settings_.settle < now(); };
  std::erase_if(instances_, old);
  co_return base::Result<>();
}

void EniInventory::forget_groups(const std::string& subnet_id) {
  subnets_.erase(subnet_id);
}

std::shared_ptr<const void> EniInventory::hold_index(const std::string& instance_id, int device_index) {
  const auto held = held_indexes_.emplace(instance_id, device_index);
  return {nullptr, [this, held](const void*) { held_indexes_.erase(held); }};
}

}  // namespace app
