#include "app/inventory.hpp"

#include <algorithm>

#include "domain/tags.hpp"

namespace app {
namespace {

domain::AddressView view_of(const aws::Address& a) {
  return {a.allocation_id,        a.public_ip,          a.association_id,
          a.network_interface_id, a.private_ip_address, a.public_ipv4_pool,
          a.network_border_group, a.service_managed,    a.tags};
}

std::vector<domain::AddressView> views_of(const std::vector<aws::Address>& addresses) {
  std::vector<domain::AddressView> views;
  views.reserve(addresses.size());
  for (const auto& address : addresses) views.push_back(view_of(address));
  return views;
}

domain::EniView view_of(const aws::NetworkInterface& eni) {
  domain::EniView view;
  view.id = eni.network_interface_id;
  view.vpc_id = eni.vpc_id;
  view.instance_id = eni.instance_id;
  view.owner_id = eni.owner_id;
  view.type = eni.interface_type;
  view.managed = eni.requester_managed || eni.operator_managed;
  view.ipv4_prefixes = eni.ipv4_prefixes;
  for (const auto& address : eni.private_ip_addresses)
    view.addresses.push_back(
        {address.private_ip_address, address.primary, address.association.allocation_id});
  if (view.addresses.empty() && !eni.private_ip_address.empty())
    view.addresses.push_back({eni.private_ip_address, true, ""});
  for (auto& address : view.addresses)
    if (address.primary && address.allocation_id.empty())
      address.allocation_id = eni.association.allocation_id;
  return view;
}

const Inventory::Interfaces* find(const std::map<std::string, Inventory::Interfaces>& map,
                                  const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

Inventory::Inventory(aws::Ec2& ec2, base::Clock& clock, const domain::Settings& settings, std::string vpc_id)
    : ec2_(ec2), clock_(clock), settings_(settings), ledger_(settings.settle), vpc_id_(std::move(vpc_id)) {}

domain::Time Inventory::wall(base::SteadyTime at) const {
  return clock_.wall_now() - std::chrono::duration_cast<domain::Span>(clock_.now() - at);
}

const Inventory::Interfaces* Inventory::of_instance(const std::string& id) const {
  return find(by_instance_, id);
}
const Inventory::Interfaces* Inventory::by_private_ip(const std::string& ip) const {
  return find(by_private_ip_, ip);
}
const Inventory::Interfaces* Inventory::by_id(const std::string& id) const {
  return find(by_id_, id);
}

const Inventory::Pool* Inventory::pool(const std::string& id) const {
  const auto found = pools_.find(id);
  return found == pools_.end() ? nullptr : &found->second;
}

void Inventory::done_awaiting(const std::string& instance_id) {
  const auto found = awaited_.find(instance_id);
  if (found != awaited_.end() && --found->second == 0) awaited_.erase(found);
}

base::Task<base::Result<>> Inventory::look_at_uid(std::string uid) {
  const std::vector<std::string> uids{uid};
  const auto seen = co_await ec2_.addresses("tag:" + std::string(domain::kUidTag), uids);
  if (!seen) co_return seen.error();
  ledger_.read_by_uid(uids, views_of(seen->items), wall(seen->asked));
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::look_at_addresses(std::vector<std::string> ids) {
  if (ids.empty()) co_return base::Result<>();
  const auto seen = co_await ec2_.addresses("allocation-id", ids);
  if (!seen) co_return seen.error();
  ledger_.read_by_id(ids, views_of(seen->items), wall(seen->asked));
  co_return base::Result<>();
}

void Inventory::take_interfaces(const std::vector<std::string>& instances,
                                const aws::Seen<aws::NetworkInterface>& seen) {
  const domain::Time asked = wall(seen.asked);
  std::map<std::string, std::vector<domain::EniView>> found;
  for (const auto& eni : seen.items) {
    found[eni.instance_id].push_back(view_of(eni));
    if (vpc_id_.empty()) vpc_id_ = eni.vpc_id;
    if (account_id_.empty()) account_id_ = eni.owner_id;
  }
  for (const auto& instance : instances) by_instance_[instance] = {std::move(found[instance]), asked};
}

// An interface may show an Elastic IP that is not on it any more. What is ours the ledger knows better; of
// the others the addresses themselves are asked.
base::Task<base::Result<>> Inventory::check_holders(std::vector<domain::EniView> enis) {
  std::vector<std::string> foreign;
  for (const auto& eni : enis)
    for (const auto& address : eni.addresses) {
      const auto* known = address.allocation_id.empty() ? nullptr : ledger_.find(address.allocation_id);
      const bool ours = known && domain::tag(known->view.tags, domain::kClusterTag) == settings_.cluster;
      if (!address.allocation_id.empty() && !ours) foreign.push_back(address.allocation_id);
    }
  return look_at_addresses(std::move(foreign));
}

base::Task<base::Result<>> Inventory::look_at_instance(std::string instance_id) {
  std::vector<std::string> ids{instance_id};
  const domain::Time soon = clock_.wall_now() - settings_.fresh / 2;
  for (const auto& [id, count] : awaited_) {
    const auto* known = of_instance(id);
    if (id != instance_id && (!known || known->asked < soon)) ids.push_back(id);
  }
  const auto seen = co_await ec2_.network_interfaces("attachment.instance-id", ids);
  if (!seen) co_return seen.error();
  take_interfaces(ids, *seen);
  co_return co_await check_holders(by_instance_[instance_id].enis);
}

base::Task<base::Result<>> Inventory::look_at_interface(std::string id) {
  const std::vector<std::string> ids{id};
  const auto seen = co_await ec2_.network_interfaces("network-interface-id", ids);
  if (!seen) co_return seen.error();
  auto& held = by_id_[id];
  held = {{}, wall(seen->asked)};
  for (const auto& eni : seen->items) held.enis.push_back(view_of(eni));
  co_return co_await check_holders(held.enis);
}

base::Task<base::Result<>> Inventory::look_at_private_ip(std::string ip) {
  const std::vector<std::string> ips{ip};
  const auto seen = co_await ec2_.network_interfaces("addresses.private-ip-address", ips);
  if (!seen) co_return seen.error();
  auto& held = by_private_ip_[ip];
  held = {{}, wall(seen->asked)};
  for (const auto& eni : seen->items) held.enis.push_back(view_of(eni));
  co_return co_await check_holders(held.enis);
}

base::Task<base::Result<>> Inventory::look_at_pools(std::vector<std::string> ids) {
  const auto pools = co_await ec2_.public_ipv4_pools(ids);
  if (!pools) co_return pools.error();
  for (const auto& id : ids) pools_[id] = {0, clock_.wall_now()};
  for (const auto& pool : *pools) pools_[pool.pool_id].free = pool.total_available_address_count;
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::look_at_account() {
  auto account = co_await ec2_.account_id();
  if (!account) co_return account.error();
  account_id_ = std::move(*account);
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::refresh(std::vector<std::string> further_ids,
                                              std::vector<std::string> instances) {
  const std::vector<std::string> cluster{settings_.cluster};
  const auto addresses = co_await ec2_.addresses("tag:" + std::string(domain::kClusterTag), cluster);
  if (!addresses) co_return addresses.error();
  ledger_.read_all(settings_.cluster, views_of(addresses->items), wall(addresses->asked));
  std::erase_if(further_ids, [&](const auto& id) {
    const auto* known = ledger_.find(id);
    return known && domain::tag(known->view.tags, domain::kClusterTag) == settings_.cluster;
  });
  const auto further = co_await look_at_addresses(std::move(further_ids));
  if (!further) co_return further.error();
  std::erase_if(by_private_ip_, [&](const auto& entry) {
    return entry.second.asked + 10 * settings_.settle < clock_.wall_now();
  });
  std::erase_if(by_id_, [&](const auto& entry) {
    return entry.second.asked + 10 * settings_.settle < clock_.wall_now();
  });
  std::erase_if(by_instance_, [&](const auto& entry) {
    return std::find(instances.begin(), instances.end(), entry.first) == instances.end();
  });
  if (instances.empty()) co_return base::Result<>();
  const auto interfaces = co_await ec2_.network_interfaces("attachment.instance-id", instances);
  if (!interfaces) co_return interfaces.error();
  take_interfaces(instances, *interfaces);
  co_return base::Result<>();
}

}  // namespace app
