#pragma once
// Wakes the tasks that wait for a condition. Everything runs on one thread, so
//   while (!condition) co_await changed.wait();
// misses nothing.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.hpp"

namespace base {

class Notify {
 public:
  explicit Notify(boost::asio::any_io_executor executor)
      : timer_(std::move(executor), boost::asio::steady_timer::time_point::max()) {}

  void notify_all() { timer_.cancel(); }

  // Returns at the next notify_all(). A stop unwinds the caller.
  Task<> wait() {
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() != boost::asio::cancellation_type::none)
      throw boost::system::system_error(boost::asio::error::operation_aborted);
  }

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace base
