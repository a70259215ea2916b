#pragma once
// A clock that moves only when a test says so.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "base/clock.hpp"
#include "base/notify.hpp"

namespace fakes {

class ManualClock final : public base::Clock {
 public:
  explicit ManualClock(boost::asio::io_context& context) : context_(context) {}

  base::SteadyTime now() const override { return now_; }
  base::WallTime wall_now() const override { return wall_; }

  base::Task<> sleep_until(base::SteadyTime at) override {
    if (at <= now_) co_return;
    Sleeper sleeper(*this, at);
    while (now_ < at) co_await sleeper.wake.wait();
  }

  // Runs what is ready, then moves to each due time in order, running what it wakes.
  void advance(base::Duration span) {
    const auto until = now_ + span;
    settle();
    while (true) {
      auto next = until;
      for (const auto* sleeper : sleepers_) next = std::min(next, sleeper->at);
      wall_ += std::chrono::duration_cast<base::WallTime::duration>(next - now_);
      now_ = next;
      for (auto* sleeper : sleepers_)
        if (sleeper->at <= now_) sleeper->wake.notify_all();
      settle();
      if (now_ >= until) return;
    }
  }

  // Runs everything that can run without time passing.
  void settle() {
    context_.restart();
    while (context_.poll() > 0) {
    }
  }

  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  struct Sleeper {
    Sleeper(ManualClock& clock, base::SteadyTime due)
        : owner(clock), at(due), wake(clock.context_.get_executor()) {
      place = owner.sleepers_.insert(owner.sleepers_.end(), this);
    }
    ~Sleeper() { owner.sleepers_.erase(place); }
    ManualClock& owner;
    base::SteadyTime at;
    base::Notify wake;
    std::list<Sleeper*>::iterator place;
  };

  boost::asio::io_context& context_;
  std::list<Sleeper*> sleepers_;
  base::SteadyTime now_{std::chrono::hours(1)};
  base::WallTime wall_{std::chrono::seconds(1'750'000'000)};
};

}  // namespace fakes
