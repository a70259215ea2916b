#include "base/scope.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>

namespace base {

bool is_stop(const std::exception_ptr& thrown) {
  if (!thrown) return false;
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    return error.code() == boost::asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

std::string what_of(const std::exception_ptr& thrown) {
  if (!thrown) return "nothing";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

namespace {

// A context that was stopped for good runs nobody's children any more: so ends a process that a test kills.
[[maybe_unused]] bool stopped_for_good(const boost::asio::any_io_executor& executor) {
  const auto* own = executor.target<boost::asio::io_context::executor_type>();
  return own != nullptr && own->context().stopped();
}

}  // namespace

TaskScope::TaskScope(boost::asio::any_io_executor executor) : executor_(executor), changed_(executor) {}

TaskScope::~TaskScope() {
  assert((children_.empty() || stopped_for_good(executor_)) && "join() a TaskScope before its end");
}

void TaskScope::spawn(Task<> task) {
  const auto child = children_.emplace(children_.end());
  boost::asio::co_spawn(
      executor_, std::move(task),
      boost::asio::bind_cancellation_slot(child->signal.slot(), [this, child](std::exception_ptr thrown) {
        children_.erase(child);
        if (thrown && !is_stop(thrown)) {
          if (!bug_) bug_ = thrown;
          stop();
        }
        changed_.notify_all();
      }));
  if (stopped_) child->signal.emit(boost::asio::cancellation_type::terminal);
}

void TaskScope::stop() {
  stopped_ = true;
  // emit() may end a child at once and so erase it from the list.
  for (auto child = children_.begin(); child != children_.end();) {
    const auto next = std::next(child);
    child->signal.emit(boost::asio::cancellation_type::terminal);
    child = next;
  }
  changed_.notify_all();
}

Task<> TaskScope::ended() {
  while (!stopped_) co_await changed_.wait();
}

Task<> TaskScope::join() {
  auto wait = [](TaskScope* scope) -> Task<> {
    while (!scope->children_.empty()) co_await scope->changed_.wait();
  };
  co_await shielded(wait(this));
  if (bug_) std::rethrow_exception(std::exchange(bug_, nullptr));
}

}  // namespace base
