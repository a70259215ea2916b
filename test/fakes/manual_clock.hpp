#pragma once
// A clock that moves only when a test says so.

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "fakes/sleeping_clock.hpp"

namespace fakes {

class ManualClock final : public SleepingClock {
 public:
  explicit ManualClock(boost::asio::io_context& context)
      : SleepingClock(context.get_executor()), context_(context) {}

  base::SteadyTime now() const override { return now_; }
  base::WallTime wall_now() const override { return wall_; }

  // Runs what is ready, then moves to each due time in order, running what it wakes.
  void advance(base::Duration span) {
    const auto until = now_ + span;
    settle();
    while (true) {
      const auto next = std::min(until, next_due().value_or(until));
      wall_ += std::chrono::duration_cast<base::WallTime::duration>(next - now_);
      now_ = next;
      wake_due();
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

 private:
  boost::asio::io_context& context_;
  base::SteadyTime now_{std::chrono::hours(1)};
  base::WallTime wall_{std::chrono::seconds(1'750'000'000)};
};

}  // namespace fakes
