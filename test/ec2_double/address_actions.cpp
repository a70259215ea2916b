#include "ec2_double/address_actions.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "ec2_double/listing.hpp"

namespace ec2_double {
namespace {

constexpr std::string_view kAmazonPool = "amazon";

Error no_such_allocation(const std::string& allocation_id) {
  return {"InvalidAllocationID.NotFound", "The allocation ID '" + allocation_id + "' does not exist"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html

// The pool that the address is from: the one that was asked for, or that the exact address is in; nullptr for
// Amazon's.
const Pool* wanted_pool(const Call& call, const std::string& exact) {
  const auto id = call.params.text("PublicIpv4Pool", std::string(kAmazonPool));
  const Pool* asked = id == kAmazonPool ? nullptr : &known_pool(call, id);
  const auto number = parse_ipv4(exact);
  if (!number) return asked;
  const auto pools = call.world.pools.all();
  const auto of = std::find_if(pools.begin(), pools.end(),
                               [&](const Pool* pool) { return range_of(*pool).contains(*number); });
  const Pool* owner = of == pools.end() ? nullptr : *of;
  if (asked && owner != asked)
    throw Error{"InvalidParameterValue", "The address " + exact + " is not in the pool " + asked->id};
  return owner;
}

void check_exact(const World& world, const std::string& exact, const Pool* pool) {
  if (!parse_ipv4(exact)) throw Error{"InvalidParameterValue", "Invalid IPv4 address: " + exact};
  for (const auto* address : world.addresses.all())
    if (address->public_ip == exact)
      throw Error{"InvalidIPAddress.InUse", "Address " + exact + " is in use."};
  if (world.others_addresses.contains(exact))
    throw Error{"AuthFailure", "The address '" + exact + "' does not belong to you."};
  if (!pool && !world.recoverable.contains(exact))
    throw Error{"InvalidAddress.NotFound", "Address '" + exact + "' can't be recovered."};
}

std::string wanted_border_group(const Call& call, const Pool* pool) {
  const auto& world = call.world;
  const auto own = pool && !pool->network_border_group.empty() ? pool->network_border_group : world.region;
  const auto wanted = call.params.text("NetworkBorderGroup", own);
  const bool known = std::any_of(world.availability_zones.begin(), world.availability_zones.end(),
                                 [&](const auto& row) { return row.second.network_border_group == wanted; });
  if (!known) throw Error{"InvalidParameterValue", "There is no network border group '" + wanted + "'"};
  if (pool && wanted != own)
    throw Error{"InvalidParameterCombination", "The pool is of the network border group '" + own + "'"};
  return wanted;
}

void check_quota(const World& world) {
  const auto all = world.addresses.all();
  const auto count = std::count_if(all.begin(), all.end(), [](const Address* address) {
    return address->public_ipv4_pool == kAmazonPool;
  });
  if (count >= world.settings.quotas.addresses)
    throw Error{"AddressLimitExceeded", "The maximum number of addresses has been reached."};
}

std::string first_free(const World& world, const Pool& pool) {
  const auto free = free_addresses(world, pool);
  if (free.empty())
    throw Error{"InsufficientAddressCapacity", "The pool " + pool.id + " has no free address left.", 503};
  return free.front();
}

void allocate_address(Call& call) {
  const auto& params = call.params;
  auto& world = call.world;
  if (params.text("Domain", "vpc") != "vpc")
    throw Error{"InvalidParameterValue", "Only addresses of domain 'vpc' can be allocated"};
  if (params.has("CustomerOwnedIpv4Pool") || params.has("IpamPoolId"))
    throw Error{"UnsupportedOperation", "There are no customer-owned and no IPAM pools here"};
  const auto exact = params.text("Address");
  const Pool* pool = wanted_pool(call, exact);
  Address address;
  address.network_border_group = wanted_border_group(call, pool);
  address.tags = params.tag_specification("elastic-ip", world.settings.quotas.tags_per_resource);
  if (!exact.empty()) check_exact(world, exact, pool);
  if (!pool) check_quota(world);

  address.id = world.new_id("eipalloc-");
  if (pool) address.public_ipv4_pool = pool->id;
  address.public_ip = !exact.empty() ? exact : pool ? first_free(world, *pool) : world.new_public_ip();
  world.recoverable.erase(address.public_ip);
  world.addresses.put(address, call.now);
  put(call.answer, "allocationId", address.id);
  if (!pool) put(call.answer, "publicIp", address.public_ip);  // documented as missing for own pools
  put(call.answer, "publicIpv4Pool", address.public_ipv4_pool);
  put(call.answer, "networkBorderGroup", address.network_border_group);
  put(call.answer, "domain", "vpc");
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
void release_address(Call& call) {
  if (call.params.has("PublicIp") && call.params.has("AllocationId"))
    throw Error{"InvalidParameterCombination", "You may specify public IP or allocation id, but not both"};
  if (call.params.has("PublicIp"))
    throw Error{"InvalidParameterValue",
                "You must specify an allocation id when releasing a VPC elastic IP address"};
  const auto address = changeable_address(call, call.params.required("AllocationId"));
  const auto& group = address.network_border_group;
  if (call.params.text("NetworkBorderGroup", group) != group)
    throw Error{"InvalidAddress.NotFound", "The address is not of that network border group"};
  if (address.association)
    throw Error{"InvalidIPAddress.InUse", "Address " + address.public_ip + " is in use."};
  if (!address.ptr_record.empty() || address.ptr_due != Time{})
    throw Error{"InvalidAddress.Locked", "Address " + address.public_ip + " has a reverse DNS record."};
  auto& world = call.world;
  world.addresses.erase(address.id, call.now);
  world.released[address.id] = address.public_ip;
  if (address.public_ipv4_pool == kAmazonPool) world.recoverable.insert(address.public_ip);
  put_done(call);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html

// An address with what other resources add to it.
struct Shown {
  const Address& address;
  Association association;  // empty if there is none
  std::string instance_id;
  std::string owner_id;
};

Shown shown(const Call& call, const Address& address) {
  Shown result{address, address.association.value_or(Association{}), {}, {}};
  if (!address.association) return result;
  result.owner_id = call.world.account_id;
  const auto* interface =
      call.world.network_interfaces.seen(result.association.network_interface_id, call.view);
  if (interface && interface->attachment) result.instance_id = interface->attachment->instance_id;
  return result;
}

std::optional<std::vector<std::string>> values_of(const Shown& shown, std::string_view name) {
  const auto& [address, association, instance_id, owner_id] = shown;
  const std::pair<std::string_view, const std::string*> fields[]{
      {"allocation-id", &address.id},
      {"association-id", &association.id},
      {"instance-id", &instance_id},
      {"network-border-group", &address.network_border_group},
      {"network-interface-id", &association.network_interface_id},
      {"network-interface-owner-id", &owner_id},
      {"private-ip-address", &association.private_ip_address},
      {"public-ip", &address.public_ip},
  };
  for (const auto& [field, value] : fields)
    if (field == name) return value->empty() ? std::vector<std::string>{} : std::vector{*value};
  return tag_values(address.tags, name);
}

void put_address(pugi::xml_node set, const Shown& shown) {
  const auto& [address, association, instance_id, owner_id] = shown;
  auto item = set.append_child("item");
  put(item, "publicIp", address.public_ip);
  put(item, "allocationId", address.id);
  put(item, "associationId", association.id);
  put(item, "domain", "vpc");
  put(item, "instanceId", instance_id);
  put(item, "networkInterfaceId", association.network_interface_id);
  put(item, "networkInterfaceOwnerId", owner_id);
  put(item, "privateIpAddress", association.private_ip_address);
  put(item, "publicIpv4Pool", address.public_ipv4_pool);
  put(item, "networkBorderGroup", address.network_border_group);
  put(item, "serviceManaged", address.service_managed);
  put_tags(item, address.tags);
}

const Address& known_by_public_ip(const Call& call, const std::string& ip) {
  if (!parse_ipv4(ip))
    throw Error{"InvalidParameterValue", "Value (" + ip + ") for parameter publicIp is invalid"};
  for (const auto* address : call.world.addresses.all_seen(call.view))
    if (address->public_ip == ip) return *address;
  throw Error{"InvalidAddress.NotFound", "Address '" + ip + "' not found."};
}

// Those that the call names by id and by public IP, or all.
std::vector<const Address*> named_addresses(const Call& call) {
  std::map<std::string, const Address*> named;
  for (const auto& id : call.params.list("AllocationId")) named[id] = &known_address(call, id);
  for (const auto& ip : call.params.list("PublicIp")) {
    const auto& address = known_by_public_ip(call, ip);
    named[address.id] = &address;
  }
  if (named.empty()) return call.world.addresses.all_seen(call.view);
  std::vector<const Address*> found;
  for (const auto& [id, address] : named) found.push_back(address);
  return found;
}

void describe_addresses(Call& call) {
  for (const char* unknown : {"MaxResults", "NextToken"})
    if (call.params.has(unknown))
      throw Error{"UnknownParameter", std::string("The parameter ") + unknown + " is not recognized"};
  auto found = named_addresses(call);
  keep_fitting(call, found, [&](const Address& address, std::string_view name) {
    return values_of(shown(call, address), name);
  });
  auto set = call.answer.append_child("addressesSet");
  for (const auto* address : found) put_address(set, shown(call, *address));
}

}  // namespace

const Address& known_address(const Call& call, const std::string& allocation_id) {
  if (const auto* address = call.world.addresses.seen(allocation_id, call.view)) return *address;
  throw no_such_allocation(allocation_id);
}

Address changeable_address(const Call& call, const std::string& allocation_id) {
  const auto& world = call.world;
  const auto released = world.released.find(allocation_id);
  if (released != world.released.end() && world.others_addresses.contains(released->second))
    throw Error{"AuthFailure", "The address '" + released->second + "' does not belong to you."};
  known_address(call, allocation_id);
  const auto* latest = world.addresses.latest(allocation_id);
  if (!latest) throw no_such_allocation(allocation_id);
  if (!latest->service_managed.empty())
    throw Error{"AuthFailure", "You do not have permission to access the specified resource."};
  return *latest;
}

Actions address_actions() {
  Actions all{{"AllocateAddress", allocate_address},
              {"ReleaseAddress", release_address},
              {"DescribeAddresses", describe_addresses}};
  all.merge(association_actions());
  all.merge(address_attribute_actions());
  all.merge(pool_actions());
  return all;
}

}  // namespace ec2_double
