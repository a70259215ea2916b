#pragma once
// Many callers that each ask for a few values become few calls: the pure part. One core per action and filter
// name.
//
// Promises: at most one call is in flight. What is asked for meanwhile is gathered and de-duplicated, and
// taken in the order it was asked for, at most `limit` values a call. A value that is in flight when a caller
// asks for it is asked for again: what he gets was sent after he asked. An item goes to every caller one of
// whose values it matches, once. A caller may leave at any time; values that nobody waits for any more are
// not asked for.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/ec2.hpp"
#include "base/fault.hpp"

namespace aws {

// Does EC2's filter `name` select this item by `value`? Exactly: no wildcards.
bool matches(const Address& address, std::string_view filter, std::string_view value);
bool matches(const NetworkInterface& interface, std::string_view filter, std::string_view value);
bool matches(const Instance& instance, std::string_view filter, std::string_view value);
bool matches(const InstanceType& type, std::string_view filter, std::string_view value);
bool matches(const Subnet& subnet, std::string_view filter, std::string_view value);
bool matches(const SecurityGroup& group, std::string_view filter, std::string_view value);
// Any pool: they are read all together, since EC2 has no filter for their ids.
bool matches(const PublicIpv4Pool& pool, std::string_view filter, std::string_view value);
// What tells two items apart.
const std::string& identity(const Address& address);
const std::string& identity(const NetworkInterface& interface);
const std::string& identity(const Instance& instance);
const std::string& identity(const InstanceType& type);
const std::string& identity(const Subnet& subnet);
const std::string& identity(const SecurityGroup& group);
const std::string& identity(const PublicIpv4Pool& pool);
// Filters that matches() knows. "tag:<key>" and "tag-key" are of both.
bool knows_address_filter(std::string_view name);
bool knows_interface_filter(std::string_view name);

template <class Item>
class BatchCore {
 public:
  using Ticket = std::uint64_t;

  BatchCore(std::string filter, std::size_t limit) : filter_(std::move(filter)), limit_(limit) {}

  // At least one value. The answer comes from finished() or fail().
  Ticket ask(const std::vector<std::string>& values);
  void leave(Ticket ticket);

  bool waiting() const { return !queue_.empty(); }
  bool in_flight() const { return !flight_.empty(); }

  // The values of the next call, which is in flight from now on. Empty: nothing waits, or one is in flight.
  std::vector<std::string> next();

  struct Answered {
    Ticket ticket;
    Seen<Item> seen;
  };
  // The call in flight has brought `items`; it was sent at `sent`. Those who now have all they asked for.
  std::vector<Answered> finished(const std::vector<Item>& items, base::SteadyTime sent);
  // The call in flight has failed: those who had a value in it.
  std::vector<Ticket> failed();

 private:
  struct Caller {
    std::size_t missing = 0;  // values not yet answered
    Seen<Item> seen;
    bool any = false;
    std::set<std::string> in_queue;                       // his values that still wait
    std::unordered_map<std::string, std::size_t> places;  // in seen.items, by identity
  };
  using Waiters = std::vector<Ticket>;

  std::string filter_;
  std::size_t limit_;
  Ticket last_ = 0;
  std::map<Ticket, Caller> callers_;
  std::deque<std::string> queue_;          // values that wait, oldest first
  std::map<std::string, Waiters> queued_;  // who waits for them
  std::map<std::string, Waiters> flight_;
};

template <class Item>
typename BatchCore<Item>::Ticket BatchCore<Item>::ask(const std::vector<std::string>& values) {
  const Ticket ticket = ++last_;
  Caller& caller = callers_[ticket];
  for (const auto& value : values) {
    auto [waiters, fresh] = queued_.try_emplace(value);
    if (fresh) queue_.push_back(value);
    if (!waiters->second.empty() && waiters->second.back() == ticket) continue;  // he named it twice
    waiters->second.push_back(ticket);
    caller.in_queue.insert(value);
    ++caller.missing;
  }
  return ticket;
}

template <class Item>
void BatchCore<Item>::leave(Ticket ticket) {
  const auto caller = callers_.find(ticket);
  if (caller == callers_.end()) return;
  for (const auto& value : caller->second.in_queue) {
    const auto queued = queued_.find(value);
    if (queued == queued_.end()) continue;
    std::erase(queued->second, ticket);
    if (!queued->second.empty()) continue;
    queued_.erase(queued);
    queue_.erase(std::find(queue_.begin(), queue_.end(), value));
  }
  callers_.erase(caller);
}

template <class Item>
std::vector<std::string> BatchCore<Item>::next() {
  std::vector<std::string> values;
  if (in_flight()) return values;
  while (!queue_.empty() && values.size() < limit_) {
    values.push_back(std::move(queue_.front()));
    queue_.pop_front();
    auto node = queued_.extract(values.back());
    for (const Ticket ticket : node.mapped()) callers_.at(ticket).in_queue.erase(values.back());
    flight_.insert(std::move(node));
  }
  return values;
}

template <class Item>
std::vector<typename BatchCore<Item>::Answered> BatchCore<Item>::finished(const std::vector<Item>& items,
                                                                          base::SteadyTime sent) {
  std::vector<Answered> done;
  for (const auto& [value, waiters] : flight_) {
    std::vector<const Item*> found;
    for (const auto& item : items)
      if (matches(item, filter_, value)) found.push_back(&item);
    for (const Ticket ticket : waiters) {
      const auto at = callers_.find(ticket);
      if (at == callers_.end()) continue;  // he has left
      Caller& caller = at->second;
      caller.seen.asked = caller.any ? std::min(caller.seen.asked, sent) : sent;
      caller.any = true;
      for (const Item* item : found) {
        auto& have = caller.seen.items;
        const auto [place, fresh] = caller.places.try_emplace(identity(*item), have.size());
        if (fresh) {
          have.push_back(*item);
        } else {
          have[place->second] = *item;  // a later call saw it again
        }
      }
      if (--caller.missing > 0) continue;
      done.push_back({ticket, std::move(caller.seen)});
      callers_.erase(at);
    }
  }
  flight_.clear();
  return done;
}

template <class Item>
std::vector<typename BatchCore<Item>::Ticket> BatchCore<Item>::failed() {
  std::vector<Ticket> affected;
  for (const auto& [value, waiters] : flight_)
    for (const Ticket ticket : waiters)
      if (callers_.contains(ticket)) affected.push_back(ticket);
  std::sort(affected.begin(), affected.end());
  affected.erase(std::unique(affected.begin(), affected.end()), affected.end());
  flight_.clear();
  for (const Ticket ticket : affected) leave(ticket);
  return affected;
}

}  // namespace aws
