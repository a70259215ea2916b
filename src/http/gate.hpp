#pragma once
// A counting semaphore in order of arrival: a place that becomes free is handed to who waits longest.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace http {

class Gate {
 public:
  Gate(boost::asio::any_io_executor executor, int places) : executor_(std::move(executor)), free_(places) {}
  Gate(const Gate&) = delete;

  // Waits for a place. False when `deadline` (of the real clock) came first or the gate was closed. A stop
  // unwinds and takes no place. Who got one calls leave(), by a guard.
  base::Task<bool> enter(base::SteadyTime deadline = base::SteadyTime::max());
  void leave();
  void close();  // who waits, or comes, gets false

  std::size_t waiting() const { return line_.size(); }

 private:
  struct Waiter;

  boost::asio::any_io_executor executor_;
  int free_;
  bool closed_ = false;
  std::list<Waiter*> line_;
};

}  // namespace http
