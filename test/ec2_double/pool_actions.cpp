#include <algorithm>
#include <set>

#include "ec2_double/address_actions.hpp"
#include "ec2_double/listing.hpp"

namespace ec2_double {
namespace {

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePublicIpv4Pools.html

constexpr int kMostPerPage = 10;

void put_pool(pugi::xml_node set, const World& world, const Pool& pool) {
  const auto range = range_of(pool);
  const int available = static_cast<int>(free_addresses(world, pool).size());
  auto item = set.append_child("item");
  put(item, "poolId", pool.id);
  put(item, "description", pool.description);
  auto part = item.append_child("poolAddressRangeSet").append_child("item");
  put(part, "firstAddress", format_ipv4(range.first));
  put(part, "lastAddress", format_ipv4(range.last));
  put(part, "addressCount", pool.address_count);
  put(part, "availableAddressCount", available);
  put(item, "totalAddressCount", pool.address_count);
  put(item, "totalAvailableAddressCount", available);
  put(item, "networkBorderGroup",
      pool.network_border_group.empty() ? world.region : pool.network_border_group);
  put_tags(item, pool.tags);
}

void describe_public_ipv4_pools(Call& call) {
  const auto found =
      wanted_rows(call, call.world.pools, "PoolId", known_pool,
                  [](const Pool& pool, std::string_view name) { return tag_values(pool.tags, name); });
  const auto range = page(call, found.size(), 1, kMostPerPage, false, kMostPerPage);
  auto set = call.answer.append_child("publicIpv4PoolSet");
  for (std::size_t i = range.first; i < range.first + range.count; ++i) put_pool(set, call.world, *found[i]);
}

}  // namespace

const Pool& known_pool(const Call& call, const std::string& pool_id) {
  if (const auto* pool = call.world.pools.seen(pool_id, call.view)) return *pool;
  throw Error{"InvalidPublicIpv4PoolID.NotFound", "The pool ID '" + pool_id + "' does not exist"};
}

Ipv4Block range_of(const Pool& pool) {
  const auto first = parse_ipv4(pool.first_address).value_or(0);
  return {first, first + static_cast<std::uint32_t>(std::max(pool.address_count, 1)) - 1};
}

std::vector<std::string> free_addresses(const World& world, const Pool& pool) {
  std::set<std::string> used;
  for (const auto* address : world.addresses.all())
    if (address->public_ipv4_pool == pool.id) used.insert(address->public_ip);
  const auto first = range_of(pool).first;
  std::vector<std::string> free;
  for (int i = 0; i < pool.address_count; ++i)
    if (auto ip = format_ipv4(first + static_cast<std::uint32_t>(i)); !used.contains(ip))
      free.push_back(std::move(ip));
  return free;
}

Actions pool_actions() {
  return {{"DescribePublicIpv4Pools", describe_public_ipv4_pools}};
}

}  // namespace ec2_double
