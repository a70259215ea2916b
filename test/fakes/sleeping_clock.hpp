#pragma once
// The sleepers of a clock that somebody else moves.

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <optional>

#include "base/clock.hpp"
#include "base/notify.hpp"

namespace fakes {

class SleepingClock : public base::Clock {
 public:
  explicit SleepingClock(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  base::Task<> sleep_until(base::SteadyTime at) override {
    if (at <= now()) co_return;
    const Sleeper sleeper(*this, at);
    while (now() < at) co_await sleeper.place->second.wait();
  }

  // When the next sleeper is to be woken; nothing if nobody sleeps.
  std::optional<base::SteadyTime> next_due() const {
    if (sleepers_.empty()) return std::nullopt;
    return sleepers_.begin()->first;
  }
  // Wakes those whose time has come, the earliest first; they run when their executor does.
  void wake_due() {
    for (auto sleeper = sleepers_.begin(); sleeper != sleepers_.end() && sleeper->first <= now(); ++sleeper)
      sleeper->second.notify_all();
  }

  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  using Sleepers = std::multimap<base::SteadyTime, base::Notify>;

  struct Sleeper {
    Sleeper(SleepingClock& clock, base::SteadyTime at)
        : owner(clock), place(clock.sleepers_.emplace(at, clock.executor_)) {}
    ~Sleeper() { owner.sleepers_.erase(place); }
    SleepingClock& owner;
    Sleepers::iterator place;
  };

  boost::asio::any_io_executor executor_;
  Sleepers sleepers_;
};

}  // namespace fakes
