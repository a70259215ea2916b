#include "base/clock.hpp"

#include <boost/asio/steady_timer.hpp>

namespace base {

Task<> Clock::sleep_for(Duration span) {
  return sleep_until(now() + span);
}

Task<> SystemClock::sleep_until(SteadyTime at) {
  if (at <= now()) co_return;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, at);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace base
