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

domain::InterfaceView view_of(const aws::NetworkInterface& eni) {
  domain::InterfaceView view;
  view.id = eni.network_interface_id;
  view.vpc_id = eni.vpc_id;
  view.instance_id = eni.instance_id;
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
    : ec2_(ec2),
      clock_(clock),
      settings_(settings),
      ledger_(settings.settle),
      started_(clock.now()),
      started_wall_(clock.wall_now()),
      vpc_id_(std::move(vpc_id)) {}

domain::Time Inventory::wall(base::SteadyTime at) const {
  return started_wall_ + std::chrono::duration_cast<domain::Span>(at - started_);
}

domain::Time Inventory::now() const {
  return wall(clock_.now());
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

std::string Inventory::instance_holding(const std::string& private_ip) const {
  for (const auto& [id, seen] : by_instance_)
    for (const auto& eni : seen.enis)
      if (!eni.find(private_ip) && eni.holds(private_ip)) return id;
  return "";
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
  std::map<std::string, std::vector<domain::InterfaceView>> found;
  for (const auto& eni : seen.items) {
    found[eni.instance_id].push_back(view_of(eni));
    if (vpc_id_.empty()) vpc_id_ = eni.vpc_id;
    if (account_id_.empty()) account_id_ = eni.owner_id;
  }
  for (const auto& instance : instances) by_instance_[instance] = {std::move(found[instance]), asked};
}

base::Task<base::Result<>> Inventory::check_holders(std::vector<domain::InterfaceView> enis) {
  std::vector<std::string> doubtful;
  std::vector<std::string> with_prefixes;
  for (const auto& eni : enis) {
    for (const auto& address : eni.addresses) {
      if (address.allocation_id.empty()) continue;
      const auto* known = ledger_.find(address.allocation_id);
      const bool agrees = known && known->view.network_interface_id == eni.id &&
                          known->view.private_ip_address == address.ip &&
                          domain::tag(known->view.tags, domain::kClusterTag) == settings_.cluster;
      if (!agrees) doubtful.push_back(address.allocation_id);
    }
    if (!eni.ipv4_prefixes.empty()) with_prefixes.push_back(eni.id);
  }
  const auto looked = co_await look_at_addresses(std::move(doubtful));
  if (!looked || with_prefixes.empty()) co_return looked;
  const auto on_prefixes = co_await ec2_.addresses("network-interface-id", with_prefixes);
  if (!on_prefixes) co_return on_prefixes.error();
  ledger_.read_by_id({}, views_of(on_prefixes->items), wall(on_prefixes->asked));
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::look_at_instance(std::string instance_id) {
  std::vector<std::string> ids{instance_id};
  const domain::Time soon = now() - settings_.fresh / 2;
  for (const auto& [id, count] : awaited_) {
    const auto* known = of_instance(id);
    if (id != instance_id && (!known || known->asked < soon)) ids.push_back(id);
  }
  const auto seen = co_await ec2_.network_interfaces("attachment.instance-id", ids);
  if (!seen) co_return seen.error();
  take_interfaces(ids, *seen);
  co_return co_await check_holders(by_instance_[instance_id].enis);
}

base::Task<base::Result<>> Inventory::look_at_instances(std::vector<std::string> ids) {
  if (ids.empty()) co_return base::Result<>();
  const auto seen = co_await ec2_.network_interfaces("attachment.instance-id", ids);
  if (!seen) co_return seen.error();
  take_interfaces(ids, *seen);
  co_return base::Result<>();
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

base::Task<base::Result<>> Inventory::look_at_pools() {
  const auto pools = co_await ec2_.public_ipv4_pools();
  if (!pools) co_return pools.error();
  pools_.clear();
  for (const auto& pool : *pools) pools_[pool.pool_id] = pool.total_available_address_count;
  pools_asked_ = now();
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
  listed_ = true;
  std::erase_if(further_ids, [&](const auto& id) {
    const auto* known = ledger_.find(id);
    return known && domain::tag(known->view.tags, domain::kClusterTag) == settings_.cluster;
  });
  const auto further = co_await look_at_addresses(std::move(further_ids));
  if (!further) co_return further.error();
  std::erase_if(by_private_ip_,
                [&](const auto& entry) { return entry.second.asked + 10 * settings_.settle < now(); });
  std::erase_if(by_id_,
                [&](const auto& entry) { return entry.second.asked + 10 * settings_.settle < now(); });
  std::erase_if(by_instance_, [&](const auto& entry) {
    return std::find(instances.begin(), instances.end(), entry.first) == instances.end();
  });
  co_return co_await look_at_instances(std::move(instances));
}

}  // namespace app
