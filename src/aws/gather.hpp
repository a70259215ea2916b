#pragma once
// Reads of many callers become few calls: the coroutines around BatchCore. One Gather for each action and
// filter.
//
// Promises, beyond those of BatchCore: who asks while a call waits for its token is served by that call; a
// fault of a call goes to all who had a value in it; a caller that is stopped disturbs neither the others nor
// the call; a stop of the scope frees all who wait. Faults: those of the fetch; invalid for an empty value of
// a filter that is no tag; unavailable after the stop. The scope is joined, and callers have returned, before
// the Gather is destroyed.

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/batch_core.hpp"
#include "aws/error_codes.hpp"
#include "aws/query.hpp"
#include "aws/throttle.hpp"
#include "base/metrics.hpp"
#include "base/notify.hpp"
#include "base/scope.hpp"

namespace aws {

// What the gathers of one client share.
struct Gathering {
  boost::asio::any_io_executor executor;
  base::Clock& clock;
  Throttle& throttle;
  base::Metrics& metrics;
  base::TaskScope& scope;  // in which the calls are made
};

// Of one action; making them twice gives the same ones.
struct GatherCounters {
  GatherCounters(base::Metrics& metrics, Action action)
      : asked(metrics.counter("aws_ec2_batch_values_asked_total",
                              "Values that callers asked for in batched reads",
                              {{"action", std::string(name_of(action))}})),
        sent(metrics.counter("aws_ec2_batch_values_sent_total", "Values sent to EC2 in batched reads",
                             {{"action", std::string(name_of(action))}})) {}
  prometheus::Counter& asked;
  prometheus::Counter& sent;
};

template <class Item>
class Gather {
 public:
  // Makes one call, with all its pages. The permit is for the first of them.
  using Fetch = std::function<base::Task<base::Result<Seen<Item>>>(PermitPtr permit, Filter filter)>;

  // At most `limit` values in a call.
  Gather(Gathering shared, Action action, std::string filter, std::size_t limit, Fetch fetch)
      : shared_(std::move(shared)),
        action_(action),
        filter_(filter),
        fetch_(std::move(fetch)),
        counters_(shared_.metrics, action),
        core_(std::move(filter), limit) {}
  Gather(const Gather&) = delete;

  base::Task<base::Result<Seen<Item>>> read(std::vector<std::string> values);

 private:
  using Ticket = typename BatchCore<Item>::Ticket;
  struct Waiter {
    explicit Waiter(const boost::asio::any_io_executor& executor) : wake(executor) {}
    std::optional<base::Result<Seen<Item>>> outcome;
    base::Notify wake;
  };

  base::Task<> pump(std::shared_ptr<void> at_end);

  void answer(Ticket ticket, base::Result<Seen<Item>> outcome) {
    const auto waiter = waiters_.find(ticket);
    if (waiter == waiters_.end()) return;
    waiter->second->outcome = std::move(outcome);
    waiter->second->wake.notify_all();
  }

  static base::Fault stopped() {
    return {.kind = base::FaultKind::unavailable,
            .code = "Stopped",
            .message = "the EC2 client is stopped",
            .effect_possible = false,
            .retry_after = {}};
  }

  Gathering shared_;
  Action action_;
  std::string filter_;
  Fetch fetch_;
  GatherCounters counters_;
  BatchCore<Item> core_;
  std::map<Ticket, Waiter*> waiters_;  // each lives in its caller's frame
  bool pumping_ = false;
};

template <class Item>
base::Task<base::Result<Seen<Item>>> Gather<Item>::read(std::vector<std::string> values) {
  if (values.empty()) co_return Seen<Item>{{}, shared_.clock.now()};
  if (!filter_.starts_with("tag:"))
    for (const auto& value : values)
      if (value.empty()) co_return refusal("an empty value for filter " + filter_);
  if (shared_.scope.stopped()) co_return stopped();

  Waiter waiter(shared_.executor);
  const auto ticket = core_.ask(values);
  waiters_.emplace(ticket, &waiter);
  counters_.asked.Increment(static_cast<double>(values.size()));
  // A caller that is stopped leaves; the call goes on.
  const std::shared_ptr<void> leave(nullptr, [this, ticket](void*) {
    core_.leave(ticket);
    waiters_.erase(ticket);
  });
  if (!pumping_) {
    pumping_ = true;
    // A parameter of the task, so that it runs also when a stop comes before the task's first step.
    std::shared_ptr<void> at_end(nullptr, [this](void*) {
      pumping_ = false;
      for (auto& [each, waits] : waiters_)
        if (!waits->outcome) answer(each, stopped());
    });
    shared_.scope.spawn(pump(std::move(at_end)));
  }
  while (!waiter.outcome) co_await waiter.wake.wait();
  co_return std::move(*waiter.outcome);
}

// Sends one call after the other while anyone waits.
template <class Item>
base::Task<> Gather<Item>::pump(std::shared_ptr<void> at_end) {
  while (core_.waiting()) {
    // The token first: who asks while we wait for it is served by this very call.
    auto permit = shared_.throttle.acquire(action_);
    co_await shared_.clock.sleep_for(permit->wait());
    auto values = core_.next();
    if (values.empty()) continue;
    counters_.sent.Increment(static_cast<double>(values.size()));
    // Named: GCC 12 destroys an aggregate made inside a co_await expression twice.
    Filter filter{filter_, std::move(values)};
    auto call = fetch_(std::move(permit), std::move(filter));
    const auto seen = co_await std::move(call);
    if (seen) {
      for (auto& [ticket, found] : core_.finished(seen->items, seen->asked)) answer(ticket, std::move(found));
    } else {
      for (const auto ticket : core_.failed()) answer(ticket, seen.error());
    }
  }
  at_end.reset();  // in the same step as the last look at waiting(), so that no one asks in between
}

}  // namespace aws
