#include "http/gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace http {

namespace asio = boost::asio;

struct Gate::Waiter {
  Waiter(Gate& of, base::SteadyTime deadline) : gate(of), turn(of.executor_, deadline) {
    place = gate.line_.insert(gate.line_.end(), this);
  }
  ~Waiter() {
    if (!granted) gate.line_.erase(place);
  }
  Gate& gate;
  asio::steady_timer turn;
  std::list<Waiter*>::iterator place;
  bool granted = false;
};

base::Task<bool> Gate::enter(base::SteadyTime deadline) {
  if (closed_) co_return false;
  if (free_ > 0) {
    --free_;
    co_return true;
  }
  Waiter waiter(*this, deadline);
  co_await waiter.turn.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    if (waiter.granted) leave();
    throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return waiter.granted;
}

void Gate::leave() {
  if (line_.empty()) {
    ++free_;
    return;
  }
  auto* next = line_.front();
  line_.pop_front();
  next->granted = true;
  next->turn.cancel();
}

void Gate::close() {
  closed_ = true;
  for (auto* waiter : line_) waiter->turn.cancel();
}

}  // namespace http
