#pragma once
// Time as a port: the real clock, or one that a test moves by hand (test/fakes/manual_clock.hpp).

#include <boost/asio/any_io_executor.hpp>
#include <chrono>

#include "base/task.hpp"

namespace base {

using Duration = std::chrono::steady_clock::duration;
using SteadyTime = std::chrono::steady_clock::time_point;  // for waiting and for ages
using WallTime = std::chrono::system_clock::time_point;  // for what is written down and read after a restart

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime now() const = 0;
  virtual WallTime wall_now() const = 0;
  // Returns at once when `at` has passed. A stop ends the sleep and leaves nothing behind.
  virtual Task<> sleep_until(SteadyTime at) = 0;
  Task<> sleep_for(Duration span);
};

class SystemClock final : public Clock {
 public:
  SteadyTime now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall_now() const override { return std::chrono::system_clock::now(); }
  Task<> sleep_until(SteadyTime at) override;
};

}  // namespace base
