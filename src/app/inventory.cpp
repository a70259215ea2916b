#include "app/inventory.hpp"

#include <algorithm>

#include "app/ec2_views.hpp"
#include "domain/tags.hpp"

namespace app {
namespace {

// Known instances whose interfaces a refresh reads again: five calls. What has become of an address, the
// address itself tells at every refresh.
constexpr std::size_t kInstancesAtOnce = 1'000;

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

domain::Time Inventory::time_of(base::SteadyTime at) const {
  return started_wall_ + std::chrono::duration_cast<domain::Span>(at - started_);
}

domain::Time Inventory::now() const {
  return time_of(clock_.now());
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

base::Task<base::Result<>> Inventory::look_at_uid(std::string uid) {
  const std::vector<std::string> uids{uid};
  const auto seen = co_await ec2_.addresses("tag:" + std::string(domain::kUidTag), uids);
  if (!seen) co_return seen.error();
  ledger_.read_by_uid(uids, views_of(seen->items), time_of(seen->asked));
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::look_at_addresses(std::vector<std::string> ids) {
  if (ids.empty()) co_return base::Result<>();
  const auto seen = co_await ec2_.addresses("allocation-id", ids);
  if (!seen) co_return seen.error();
  ledger_.read_by_id(ids, views_of(seen->items), time_of(seen->asked));
  co_return base::Result<>();
}

void Inventory::learn_surroundings(const aws::Seen<aws::NetworkInterface>& seen) {
  for (const auto& interface : seen.items) {
    if (vpc_id_.empty()) vpc_id_ = interface.vpc_id;
    if (account_id_.empty()) account_id_ = interface.owner_id;
  }
}

void Inventory::take_interfaces(const std::vector<std::string>& instances,
                                std::vector<domain::InterfaceView> views, domain::Time asked,
                                bool holders_checked) {
  std::map<std::string, std::vector<domain::InterfaceView>> found;
  for (auto& view : views) {
    const std::string id = view.instance_id;
    found[id].push_back(std::move(view));
  }
  for (const auto& instance : instances) {
    auto& held = by_instance_[instance];
    held.enis = std::move(found[instance]);
    held.read = asked;
    // What is on an address inside a prefix, only the addresses tell: without them the view is good for no
    // decision that needs a fresh one.
    const bool with_prefixes = std::any_of(held.enis.begin(), held.enis.end(),
                                           [](const auto& view) { return !view.ipv4_prefixes.empty(); });
    if (holders_checked || !with_prefixes) held.asked = asked;
  }
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
  ledger_.read_by_id({}, views_of(on_prefixes->items), time_of(on_prefixes->asked));
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::look_at_instance(std::string instance_id) {
  const auto asked_of = [this](const std::string& id) {
    const auto* known = of_instance(id);
    return known ? std::optional(known->asked) : std::nullopt;
  };
  const std::vector<std::string> ids = awaited_.with(instance_id, now() - settings_.fresh / 2, asked_of);
  const auto seen = co_await ec2_.network_interfaces("attachment.instance-id", ids);
  if (!seen) co_return seen.error();
  learn_surroundings(*seen);
  const auto views = views_of(seen->items);
  const auto checked = co_await check_holders(views);
  if (checked) take_interfaces(ids, views, time_of(seen->asked), true);
  co_return checked;
}

base::Task<base::Result<>> Inventory::look_at_instances(std::vector<std::string> ids) {
  if (ids.empty()) co_return base::Result<>();
  const auto seen = co_await ec2_.network_interfaces("attachment.instance-id", ids);
  if (!seen) co_return seen.error();
  learn_surroundings(*seen);
  take_interfaces(ids, views_of(seen->items), time_of(seen->asked), false);
  co_return base::Result<>();
}

base::Task<base::Result<>> Inventory::look_at_interface(std::string id) {
  const std::vector<std::string> ids{id};
  const auto seen = co_await ec2_.network_interfaces("network-interface-id", ids);
  if (!seen) co_return seen.error();
  const domain::Time asked = time_of(seen->asked);
  Interfaces news{views_of(seen->items), asked, asked};
  const auto checked = co_await check_holders(news.enis);
  if (checked) by_id_[id] = std::move(news);
  co_return checked;
}

base::Task<base::Result<>> Inventory::look_at_private_ip(std::string ip) {
  const std::vector<std::string> ips{ip};
  const auto seen = co_await ec2_.network_interfaces("addresses.private-ip-address", ips);
  if (!seen) co_return seen.error();
  const domain::Time asked = time_of(seen->asked);
  Interfaces news{views_of(seen->items), asked, asked, asked};
  const auto checked = co_await check_holders(news.enis);
  if (!checked) co_return checked;
  Interfaces& held = by_private_ip_[ip];
  // It is asked for again and again as long as it is wanted and not found.
  if (asked < held.asked + settings_.settle) news.sought_since = held.sought_since;
  held = std::move(news);
  co_return checked;
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

// Those that were never read, and of the others the ones that were read longest ago.
std::vector<std::string> Inventory::due_for_refresh(std::vector<std::string> instances) const {
  const auto read = [this](const std::string& id) {
    const auto* known = of_instance(id);
    return known ? known->read : domain::Time{};
  };
  std::stable_sort(instances.begin(), instances.end(),
                   [&](const auto& a, const auto& b) { return read(a) < read(b); });
  while (instances.size() > kInstancesAtOnce && read(instances.back()) != domain::Time{})
    instances.pop_back();
  return instances;
}

base::Task<base::Result<>> Inventory::refresh(std::vector<std::string> further_ids,
                                              std::vector<std::string> instances) {
  const std::vector<std::string> cluster{settings_.cluster};
  const auto addresses = co_await ec2_.addresses("tag:" + std::string(domain::kClusterTag), cluster);
  if (!addresses) co_return addresses.error();
  ledger_.read_all(settings_.cluster, views_of(addresses->items), time_of(addresses->asked));
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
  co_return co_await look_at_instances(due_for_refresh(std::move(instances)));
}

}  // namespace app
