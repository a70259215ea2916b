#pragma once
// The coroutine type. A task ends with a value, with a fault (also a value), or by unwinding (a stop, or a
// bug).
//
// Rules: parameters by value, or owned by the caller for the whole await; a lambda may return a Task but not
// be one when it captures; one co_await per statement; no reference into a store across an await.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace base {

template <class T = void>
using Task = boost::asio::awaitable<T>;

// True for the exception that unwinds a stopped task: it is let through by every catch.
bool is_stop(const std::exception_ptr& thrown);
// What an exception says of itself, for the log.
std::string what_of(const std::exception_ptr& thrown);

}  // namespace base
