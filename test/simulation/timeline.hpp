#pragma once
// Virtual time, and what happens in it outside of the operator's processes. Events of one moment happen in
// the order in which they were planned.

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "fakes/sleeping_clock.hpp"

namespace simulation {

class Timeline {
 public:
  using Event = std::function<void()>;

  base::SteadyTime now() const { return now_; }
  base::WallTime wall_now() const {
    return kBegin + std::chrono::duration_cast<base::WallTime::duration>(now_.time_since_epoch());
  }

  void at(base::SteadyTime when, Event event) { events_.emplace(std::max(when, now_), std::move(event)); }
  void after(base::Duration span, Event event) { at(now_ + span, std::move(event)); }

  std::optional<base::SteadyTime> next() const {
    if (events_.empty()) return std::nullopt;
    return events_.begin()->first;
  }
  void move_to(base::SteadyTime when) { now_ = std::max(now_, when); }
  // All that is due, and what that plans for this moment.
  void run_due() {
    while (!events_.empty() && events_.begin()->first <= now_) {
      auto event = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      event();
    }
  }

 private:
  static constexpr base::WallTime kBegin{std::chrono::seconds(1'750'000'000)};

  base::SteadyTime now_{std::chrono::hours(1)};
  std::multimap<base::SteadyTime, Event> events_;
};

// The clock of one process in it. (One that has a machine of its own may be off by `skew`.)
class ProcessClock final : public fakes::SleepingClock {
 public:
  ProcessClock(const Timeline& timeline, boost::asio::any_io_executor executor, base::Duration skew)
      : SleepingClock(std::move(executor)), timeline_(timeline), skew_(skew) {}

  base::SteadyTime now() const override { return timeline_.now(); }
  base::WallTime wall_now() const override {
    return timeline_.wall_now() + std::chrono::duration_cast<base::WallTime::duration>(skew_);
  }

 private:
  const Timeline& timeline_;
  base::Duration skew_;
};

}  // namespace simulation
