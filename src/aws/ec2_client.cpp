#include "aws/ec2_client.hpp"

#include <map>
#include <stdexcept>

#include "aws/batch_core.hpp"
#include "aws/ec2_xml.hpp"
#include "aws/query.hpp"
#include "base/notify.hpp"
#include "base/scope.hpp"

namespace aws {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;

namespace {

// No listing is longer; a server that never ends one must not hold us.
constexpr int kMostPages = 1000;

Fault refuse(std::string message) {
  return {.kind = FaultKind::invalid,
          .code = "InvalidRequest",
          .message = std::move(message),
          .effect_possible = false,
          .retry_after = {}};
}

Fault stopped() {
  return {.kind = FaultKind::unavailable,
          .code = "Stopped",
          .message = "the EC2 client is stopped",
          .effect_possible = false,
          .retry_after = {}};
}

bool is_tag_value(std::string_view filter) {
  return filter.starts_with("tag:");
}

}  // namespace

template <class Item>
struct Ec2Client::Gather {
  struct Waiter {
    explicit Waiter(const boost::asio::any_io_executor& executor) : wake(executor) {}
    std::optional<Result<Seen<Item>>> outcome;
    base::Notify wake;
  };
  using Ticket = typename BatchCore<Item>::Ticket;

  Gather(std::string name, Action what) : filter(name), action(what), core(std::move(name), kFilterValues) {}

  void answer(Ticket ticket, Result<Seen<Item>> outcome) {
    const auto waiter = waiters.find(ticket);
    if (waiter == waiters.end()) return;
    waiter->second->outcome = std::move(outcome);
    waiter->second->wake.notify_all();
  }

  std::string filter;
  Action action;
  BatchCore<Item> core;
  std::map<Ticket, Waiter*> waiters;  // each lives in its caller's frame
  bool pumping = false;
};

struct Ec2Client::Gathers {
  Gathers(boost::asio::any_io_executor runs_on, base::Metrics& metrics) : executor(runs_on), scope(runs_on) {
    for (const Action action : {Action::describe_addresses, Action::describe_network_interfaces}) {
      const base::Labels labels{{"action", std::string(name_of(action))}};
      asked[action] = &metrics.counter("aws_ec2_batch_values_asked_total",
                                       "Values that callers asked for in batched reads", labels);
      sent[action] =
          &metrics.counter("aws_ec2_batch_values_sent_total", "Values sent to EC2 in batched reads", labels);
    }
  }

  Gather<Address>& addresses_by(const std::string& filter) {
    return addresses.try_emplace(filter, filter, Action::describe_addresses).first->second;
  }
  Gather<NetworkInterface>& interfaces_by(const std::string& filter) {
    return interfaces.try_emplace(filter, filter, Action::describe_network_interfaces).first->second;
  }

  boost::asio::any_io_executor executor;
  std::map<std::string, Gather<Address>> addresses;
  std::map<std::string, Gather<NetworkInterface>> interfaces;
  std::map<Action, prometheus::Counter*> asked;
  std::map<Action, prometheus::Counter*> sent;
  base::TaskScope scope;
};

Ec2Client::Ec2Client(boost::asio::any_io_executor executor, base::Clock& clock, Channel& channel,
                     Throttle& throttle, base::Metrics& metrics)
    : clock_(clock),
      channel_(channel),
      throttle_(throttle),
      gathers_(std::make_unique<Gathers>(executor, metrics)) {}

Ec2Client::~Ec2Client() = default;

Task<> Ec2Client::stop() {
  gathers_->scope.stop();
  co_await gathers_->scope.join();
}

PermitPtr Ec2Client::acquire(Action action) {
  return throttle_.acquire(action);
}

// --- Reads
// ---------------------------------------------------------------------------------------------------------

Task<Result<Seen<Address>>> Ec2Client::addresses(std::string filter, std::vector<std::string> values) {
  if (!knows_address_filter(filter))
    co_return refuse("DescribeAddresses: no filter called " + printable(filter));
  co_return co_await read<Address>(&gathers_->addresses_by(filter), std::move(values));
}

Task<Result<Seen<NetworkInterface>>> Ec2Client::network_interfaces(std::string filter,
                                                                   std::vector<std::string> values) {
  if (!knows_interface_filter(filter))
    co_return refuse("DescribeNetworkInterfaces: no filter called " + printable(filter));
  co_return co_await read<NetworkInterface>(&gathers_->interfaces_by(filter), std::move(values));
}

template <class Item>
Task<Result<Seen<Item>>> Ec2Client::read(Gather<Item>* gather, std::vector<std::string> values) {
  if (values.empty()) co_return Seen<Item>{{}, clock_.now()};
  for (const auto& value : values)
    if (value.empty() && !is_tag_value(gather->filter))
      co_return refuse("an empty value for filter " + gather->filter);
  if (gathers_->scope.stopped()) co_return stopped();

  typename Gather<Item>::Waiter waiter(gathers_->executor);
  const auto ticket = gather->core.ask(values);
  gather->waiters.emplace(ticket, &waiter);
  gathers_->asked[gather->action]->Increment(static_cast<double>(values.size()));
  // A caller that is stopped leaves; the call goes on.
  const std::shared_ptr<void> leave(nullptr, [gather, ticket](void*) {
    gather->core.leave(ticket);
    gather->waiters.erase(ticket);
  });
  if (!gather->pumping) {
    gather->pumping = true;
    // A parameter of the task, so that it runs also when a stop comes before the task's first step.
    std::shared_ptr<void> at_end(nullptr, [gather](void*) {
      gather->pumping = false;
      for (auto& [each, waits] : gather->waiters)
        if (!waits->outcome) gather->answer(each, stopped());
    });
    gathers_->scope.spawn(pump<Item>(gather, std::move(at_end)));
  }
  while (!waiter.outcome) co_await waiter.wake.wait();
  co_return std::move(*waiter.outcome);
}

// Sends one call after the other while anyone waits.
template <class Item>
Task<> Ec2Client::pump(Gather<Item>* gather, std::shared_ptr<void> at_end) {
  while (gather->core.waiting()) {
    // The token first: who asks while we wait for it is served by this very call.
    auto permit = throttle_.acquire(gather->action);
    co_await clock_.sleep_for(permit->wait());
    auto values = gather->core.next();
    if (values.empty()) continue;
    gathers_->sent[gather->action]->Increment(static_cast<double>(values.size()));
    const Item* const which = nullptr;
    // Named: GCC 12 destroys an aggregate made inside a co_await expression twice.
    Filter filter{gather->filter, std::move(values)};
    auto seen = co_await fetch(std::move(permit), std::move(filter), which);
    if (seen) {
      for (auto& [ticket, answer] : gather->core.finished(seen->items, seen->asked))
        gather->answer(ticket, std::move(answer));
    } else {
      for (const auto ticket : gather->core.failed()) gather->answer(ticket, seen.error());
    }
  }
  at_end.reset();  // in the same step as the last look at waiting(), so that no one asks in between
}

Task<Result<Seen<Address>>> Ec2Client::fetch(PermitPtr permit, Filter filter, const Address*) {
  auto answer =
      co_await call(Action::describe_addresses, std::move(permit), query::describe_addresses(filter));
  if (!answer) co_return answer.error();
  auto page = read_addresses(answer->body);
  if (!page) co_return page.error();
  co_return Seen<Address>{std::move(page->items), answer->sent};
}

Task<Result<Seen<NetworkInterface>>> Ec2Client::fetch(PermitPtr permit, Filter filter,
                                                      const NetworkInterface*) {
  constexpr auto kAction = Action::describe_network_interfaces;
  Seen<NetworkInterface> seen;
  std::string token;
  bool began_again = false;
  for (int pages = 0; pages < kMostPages; ++pages) {
    auto answer =
        co_await call(kAction, std::move(permit), query::describe_network_interfaces(filter, token));
    if (!answer) {
      // The listing took longer than its token lives.
      if (answer.error().kind != FaultKind::expired || token.empty() || began_again) co_return answer.error();
      began_again = true;
      seen = {};
      token.clear();
      continue;
    }
    auto page = read_network_interfaces(answer->body);
    if (!page) co_return page.error();
    if (token.empty()) seen.asked = answer->sent;
    for (auto& item : page->items) seen.items.push_back(std::move(item));
    if (page->next_token.empty()) co_return seen;
    token = std::move(page->next_token);
  }
  co_return Fault{.kind = FaultKind::failed,
                  .code = "EndlessListing",
                  .message = "DescribeNetworkInterfaces: more pages than can be",
                  .effect_possible = false,
                  .retry_after = {}};
}

Task<Result<std::vector<PublicIpv4Pool>>> Ec2Client::public_ipv4_pools(std::vector<std::string> pool_ids) {
  std::vector<PublicIpv4Pool> pools;
  std::string token;
  for (int pages = 0; pages < kMostPages; ++pages) {
    auto answer = co_await call(Action::describe_public_ipv4_pools, PermitPtr(),
                                query::describe_public_ipv4_pools(pool_ids, token));
    if (!answer) co_return answer.error();
    auto page = read_public_ipv4_pools(answer->body);
    if (!page) co_return page.error();
    for (auto& pool : page->items) pools.push_back(std::move(pool));
    if (page->next_token.empty()) co_return pools;
    token = std::move(page->next_token);
  }
  co_return Fault{.kind = FaultKind::failed,
                  .code = "EndlessListing",
                  .message = "DescribePublicIpv4Pools: more pages than can be",
                  .effect_possible = false,
                  .retry_after = {}};
}

Task<Result<std::string>> Ec2Client::account_id() {
  auto answer = co_await call(Action::get_caller_identity, PermitPtr(), query::get_caller_identity());
  if (!answer) co_return answer.error();
  co_return read_account_id(answer->body);
}

// --- Effects
// -------------------------------------------------------------------------------------------------------

Task<Result<Address>> Ec2Client::allocate(PermitPtr permit, AllocateRequest request) {
  auto answer = co_await call(Action::allocate_address, std::move(permit), query::allocate_address(request));
  if (!answer) co_return answer.error();
  auto address = read_allocated(answer->body);
  // The answer has no tags; they went with the call, so it has them.
  if (address) address->tags = std::move(request.tags);
  co_return address;
}

Task<Result<std::string>> Ec2Client::associate(PermitPtr permit, AssociateRequest request) {
  if (request.allocation_id.empty() || request.network_interface_id.empty())
    co_return refuse("AssociateAddress: without an allocation id or an interface id");
  auto answer =
      co_await call(Action::associate_address, std::move(permit), query::associate_address(request));
  if (!answer) co_return answer.error();
  co_return read_association_id(answer->body);
}

Task<Result<>> Ec2Client::disassociate(PermitPtr permit, std::string association_id) {
  if (association_id.empty()) co_return refuse("DisassociateAddress: without an association id");
  co_return co_await done(Action::disassociate_address, std::move(permit),
                          query::disassociate_address(association_id));
}

Task<Result<>> Ec2Client::release(PermitPtr permit, std::string allocation_id,
                                  std::string network_border_group) {
  if (allocation_id.empty()) co_return refuse("ReleaseAddress: without an allocation id");
  co_return co_await done(Action::release_address, std::move(permit),
                          query::release_address(allocation_id, network_border_group));
}

Task<Result<>> Ec2Client::create_tags(PermitPtr permit, std::string resource_id, Tags tags) {
  if (resource_id.empty()) co_return refuse("CreateTags: without a resource id");
  if (tags.empty()) co_return Result<>();
  co_return co_await done(Action::create_tags, std::move(permit), query::create_tags(resource_id, tags));
}

Task<Result<>> Ec2Client::delete_tags(PermitPtr permit, std::string resource_id,
                                      std::vector<std::string> keys) {
  if (resource_id.empty()) co_return refuse("DeleteTags: without a resource id");
  // Never sent without keys: EC2 would delete all tags.
  if (keys.empty()) co_return Result<>();
  co_return co_await done(Action::delete_tags, std::move(permit), query::delete_tags(resource_id, keys));
}

Task<Result<>> Ec2Client::done(Action action, PermitPtr permit, std::string body) {
  auto answer = co_await call(action, std::move(permit), std::move(body));
  if (!answer) co_return answer.error();
  co_return read_done(answer->body);
}

Task<Result<Answer>> Ec2Client::call(Action action, PermitPtr permit, std::string body) {
  if (permit && permit->action() != action) throw std::logic_error("a permit for another action");
  Call call;
  call.action = action;
  call.body = std::move(body);
  call.permit = std::move(permit);
  co_return co_await channel_.send(std::move(call));
}

}  // namespace aws
