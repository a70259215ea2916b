#pragma once
// Templates of scope.hpp. co_spawn and parallel_group are dear to compile: include scope.hpp in .cpp files
// only.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include "base/scope.hpp"

namespace base {

template <class T>
Task<T> shielded(Task<T> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  // An empty slot: the parent's stop signal finds no way in.
  co_return co_await boost::asio::co_spawn(
      executor, std::move(task),
      boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(), boost::asio::use_awaitable));
}

template <class T>
Task<std::optional<T>> unless(Task<> end, Task<T> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto [order, thrown, value, end_thrown] =
      co_await boost::asio::experimental::make_parallel_group(
          boost::asio::co_spawn(executor, std::move(task), boost::asio::deferred),
          boost::asio::co_spawn(executor, std::move(end), boost::asio::deferred))
          .async_wait(boost::asio::experimental::wait_for_one(), boost::asio::use_awaitable);
  if (!thrown) co_return std::optional<T>(std::move(value));
  const bool ended = order[0] == 1;
  if (ended && end_thrown && !is_stop(end_thrown)) std::rethrow_exception(end_thrown);
  if (ended && !end_thrown && is_stop(thrown)) co_return std::nullopt;
  std::rethrow_exception(thrown);
}

template <class T>
Task<std::optional<T>> with_deadline(Clock& clock, SteadyTime at, Task<T> task) {
  return unless(clock.sleep_until(at), std::move(task));
}

}  // namespace base
