#pragma once
// Structured concurrency: a scope owns its child tasks, a deadline bounds one, a shield lets one finish.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <exception>
#include <list>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/notify.hpp"
#include "base/task.hpp"

namespace base {

// Owns tasks. A child that ends by a bug (an exception that is no stop) stops its siblings, and join() throws
// it. Declare it as the last member of its class: children use the others. stop() and join() before it is
// destroyed.
class TaskScope {
 public:
  explicit TaskScope(boost::asio::any_io_executor executor);
  TaskScope(const TaskScope&) = delete;
  ~TaskScope();

  void spawn(Task<> task);
  void stop();  // every child unwinds at its await; idempotent; later children are stopped as they start
  Task<>
  join();  // returns when no child is left; itself not stoppable, since children may hold what its owner owns
  Task<>
  ended();  // returns when the scope was stopped, by stop() or by a child's bug; a stop unwinds the caller
  bool stopped() const { return stopped_; }
  std::size_t size() const { return children_.size(); }

 private:
  struct Child {
    boost::asio::cancellation_signal signal;
  };

  boost::asio::any_io_executor executor_;
  std::list<Child> children_;
  Notify changed_;
  std::exception_ptr bug_;
  bool stopped_ = false;
};

// Runs `task` to its end although the caller is stopped meanwhile; the caller unwinds at its next await.
// For effects that must not be left half-way: bound them in time.
template <class T>
Task<T> shielded(Task<T> task);

// The value of `task`, or nothing when `end` returned first (the task was then stopped and has unwound).
template <class T>
Task<std::optional<T>> unless(Task<> end, Task<T> task);

// ... when `at` came first.
template <class T>
Task<std::optional<T>> with_deadline(Clock& clock, SteadyTime at, Task<T> task);

}  // namespace base

#include "base/scope_impl.hpp"
