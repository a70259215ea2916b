// The life of Ec2Client, and its reads.

#include "aws/ec2_client.hpp"

#include <functional>
#include <map>

#include "aws/batch_core.hpp"
#include "aws/ec2_xml.hpp"
#include "aws/error_codes.hpp"
#include "aws/gather.hpp"
#include "aws/query.hpp"
#include "base/scope.hpp"

namespace aws {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;

namespace {

// No filter of EC2's: whoever asks for pools asks for all of them.
constexpr const char* kAllPools = "all";

// No listing is longer; a server that never ends one must not hold us.
constexpr int kMostPages = 1000;

using BodyOf = std::function<std::string(const std::string& next_token)>;
template <class Item>
using ReadPage = Result<Page<Item>> (*)(std::string_view body);

// A whole listing, as of the moment when its first page was asked for.
template <class Item>
Task<Result<Seen<Item>>> list(Channel* channel, Action action, PermitPtr permit, BodyOf body_of,
                              ReadPage<Item> read_page) {
  Seen<Item> seen;
  std::string token;
  bool began_again = false;
  for (int pages = 0; pages < kMostPages; ++pages) {
    Call call;
    call.action = action;
    call.body = body_of(token);
    call.permit = std::move(permit);
    auto answer = co_await channel->send(std::move(call));
    if (!answer) {
      // The listing took longer than its token lives.
      if (answer.error().kind != FaultKind::expired || token.empty() || began_again) co_return answer.error();
      began_again = true;
      seen = {};
      token.clear();
      continue;
    }
    auto page = read_page(answer->body);
    if (!page) co_return page.error();
    if (token.empty()) seen.asked = answer->sent;
    for (auto& item : page->items) seen.items.push_back(std::move(item));
    if (page->next_token.empty()) co_return seen;
    token = std::move(page->next_token);
  }
  co_return Fault{.kind = FaultKind::failed,
                  .code = "EndlessListing",
                  .message = std::string(name_of(action)) + ": more pages than can be",
                  .effect_possible = false,
                  .retry_after = {}};
}

using Describe = std::function<std::string(const Filter& filter, const std::string& next_token)>;

template <class Item>
typename Gather<Item>::Fetch fetch_with(Channel* channel, Action action, Describe describe,
                                        ReadPage<Item> read_page) {
  return [=](PermitPtr permit, Filter filter) {
    BodyOf body_of = [describe, filter = std::move(filter)](const std::string& token) {
      return describe(filter, token);
    };
    return list<Item>(channel, action, std::move(permit), std::move(body_of), read_page);
  };
}

}  // namespace

struct Ec2Client::Gathers {
  Gathers(boost::asio::any_io_executor executor, base::Clock& clock, Channel& to, Throttle& throttle,
          base::Metrics& metrics)
      : channel(&to), shared{executor, clock, throttle, metrics, scope}, scope(executor) {
    // At zero from the start, also where the gathers are made when they are first needed.
    for (const auto action :
         {Action::describe_addresses, Action::describe_network_interfaces, Action::describe_security_groups})
      GatherCounters(metrics, action);
  }

  Gather<Address>& addresses_by(const std::string& filter) {
    constexpr auto kAction = Action::describe_addresses;
    const auto describe = [](const Filter& by, const std::string&) { return query::describe_addresses(by); };
    return addresses
        .try_emplace(filter, shared, kAction, filter, kFilterValues,
                     fetch_with<Address>(channel, kAction, describe, read_addresses))
        .first->second;
  }
  Gather<NetworkInterface>& interfaces_by(const std::string& filter) {
    constexpr auto kAction = Action::describe_network_interfaces;
    return interfaces
        .try_emplace(filter, shared, kAction, filter, kFilterValues,
                     fetch_with<NetworkInterface>(channel, kAction, query::describe_network_interfaces,
                                                  read_network_interfaces))
        .first->second;
  }
  // An empty VPC id: in any.
  Gather<SecurityGroup>& groups_by(const std::string& filter, const std::string& vpc_id) {
    constexpr auto kAction = Action::describe_security_groups;
    const auto describe = [vpc_id](const Filter& by, const std::string& token) {
      return query::describe_security_groups(by, vpc_id, token);
    };
    return groups
        .try_emplace({filter, vpc_id}, shared, kAction, filter, kFilterValues - (vpc_id.empty() ? 0 : 1),
                     fetch_with<SecurityGroup>(channel, kAction, describe, read_security_groups))
        .first->second;
  }

  Channel* channel;
  Gathering shared;
  // By filter; security groups by filter and VPC, of which there are as many as the subnets of ENIs have.
  std::map<std::string, Gather<Address>> addresses;
  std::map<std::string, Gather<NetworkInterface>> interfaces;
  std::map<std::pair<std::string, std::string>, Gather<SecurityGroup>> groups;
  Gather<Instance> instances{
      shared, Action::describe_instances, "instance-id", kFilterValues,
      fetch_with<Instance>(channel, Action::describe_instances, query::describe_instances, read_instances)};
  Gather<InstanceType> instance_types{
      shared, Action::describe_instance_types, "instance-type", kFilterValues,
      fetch_with<InstanceType>(channel, Action::describe_instance_types, query::describe_instance_types,
                               read_instance_types)};
  Gather<PublicIpv4Pool> pools{
      shared, Action::describe_public_ipv4_pools, kAllPools, 1,
      fetch_with<PublicIpv4Pool>(
          channel, Action::describe_public_ipv4_pools,
          [](const Filter&, const std::string& token) { return query::describe_public_ipv4_pools(token); },
          read_public_ipv4_pools)};
  Gather<Subnet> subnets{
      shared, Action::describe_subnets, "subnet-id", kFilterValues,
      fetch_with<Subnet>(channel, Action::describe_subnets, query::describe_subnets, read_subnets)};
  std::map<std::string, InstanceType> known_types;  // at most those that EC2 has
  base::TaskScope scope;
};

Ec2Client::Ec2Client(boost::asio::any_io_executor executor, base::Clock& clock, Channel& channel,
                     Throttle& throttle, base::Metrics& metrics)
    : channel_(channel),
      throttle_(throttle),
      gathers_(std::make_unique<Gathers>(executor, clock, channel, throttle, metrics)) {}

Ec2Client::~Ec2Client() = default;

Task<> Ec2Client::stop() {
  gathers_->scope.stop();
  co_await gathers_->scope.join();
}

PermitPtr Ec2Client::acquire(Action action) {
  return throttle_.acquire(action);
}

Task<Result<Seen<Address>>> Ec2Client::addresses(std::string filter, std::vector<std::string> values) {
  if (!knows_address_filter(filter))
    co_return refusal("DescribeAddresses: no filter called " + printable(filter));
  co_return co_await gathers_->addresses_by(filter).read(std::move(values));
}

Task<Result<Seen<NetworkInterface>>> Ec2Client::network_interfaces(std::string filter,
                                                                   std::vector<std::string> values) {
  if (!knows_interface_filter(filter))
    co_return refusal("DescribeNetworkInterfaces: no filter called " + printable(filter));
  co_return co_await gathers_->interfaces_by(filter).read(std::move(values));
}

Task<Result<std::vector<PublicIpv4Pool>>> Ec2Client::public_ipv4_pools() {
  std::vector<std::string> all{kAllPools};
  auto pools = co_await gathers_->pools.read(std::move(all));
  if (!pools) co_return pools.error();
  co_return std::move(pools->items);
}

Task<Result<Seen<Instance>>> Ec2Client::instances(std::vector<std::string> instance_ids) {
  return gathers_->instances.read(std::move(instance_ids));
}

Task<Result<Seen<Subnet>>> Ec2Client::subnets(std::vector<std::string> subnet_ids) {
  return gathers_->subnets.read(std::move(subnet_ids));
}

Task<Result<Seen<SecurityGroup>>> Ec2Client::security_groups(std::vector<std::string> group_ids) {
  return gathers_->groups_by("group-id", "").read(std::move(group_ids));
}

Task<Result<Seen<SecurityGroup>>> Ec2Client::security_groups_by_name(std::string vpc_id,
                                                                     std::vector<std::string> names) {
  if (vpc_id.empty()) co_return refusal("DescribeSecurityGroups: names without a VPC");
  co_return co_await gathers_->groups_by("group-name", vpc_id).read(std::move(names));
}

Task<Result<std::optional<InstanceType>>> Ec2Client::instance_type(std::string name) {
  const auto known = gathers_->known_types.find(name);
  if (known != gathers_->known_types.end()) co_return std::optional(known->second);
  std::vector<std::string> names{name};
  const auto seen = co_await gathers_->instance_types.read(std::move(names));
  if (!seen) co_return seen.error();
  if (seen->items.empty()) co_return std::optional<InstanceType>();
  co_return std::optional(gathers_->known_types.insert_or_assign(name, seen->items.front()).first->second);
}

Task<Result<std::string>> Ec2Client::account_id() {
  auto answer = co_await call(Action::get_caller_identity, PermitPtr(), query::get_caller_identity());
  if (!answer) co_return answer.error();
  co_return read_account_id(answer->body);
}

}  // namespace aws
