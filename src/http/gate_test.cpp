#include "http/gate.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include <vector>

#include "base/scope.hpp"
#include "fakes/manual_clock.hpp"

namespace {

using base::Task;

Task<> hold(http::Gate& gate, base::Clock& clock, int number, std::vector<int>& order) {
  const bool entered = co_await gate.enter();
  if (!entered) co_return;
  struct Leave {
    http::Gate& gate;
    ~Leave() { gate.leave(); }
  } leave{gate};
  order.push_back(number);
  co_await clock.sleep_for(std::chrono::seconds(10));
}

struct GateTest : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  http::Gate gate{context.get_executor(), 2};
  std::vector<int> order;

  void finish(base::TaskScope& scope) {
    boost::asio::co_spawn(context, scope.join(), [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
    clock.settle();
    EXPECT_EQ(scope.size(), 0u);
  }
};

TEST_F(GateTest, LetsInAsManyAsItHasPlacesInOrderOfArrival) {
  base::TaskScope scope(context.get_executor());
  for (int i = 0; i < 5; ++i) scope.spawn(hold(gate, clock, i, order));
  clock.settle();
  EXPECT_EQ(order, (std::vector{0, 1}));
  clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
  clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(order.size(), 5u);
  finish(scope);
}

TEST_F(GateTest, AStopTakesNoPlace) {
  base::TaskScope holders(context.get_executor());
  base::TaskScope stopped(context.get_executor());
  holders.spawn(hold(gate, clock, 0, order));
  holders.spawn(hold(gate, clock, 1, order));
  clock.settle();
  stopped.spawn(hold(gate, clock, 2, order));
  holders.spawn(hold(gate, clock, 3, order));
  clock.settle();
  stopped.stop();
  clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(order, (std::vector{0, 1, 3}));
  EXPECT_EQ(gate.waiting(), 0u);
  clock.advance(std::chrono::seconds(10));
  finish(stopped);
  finish(holders);
}

TEST_F(GateTest, ClosingSendsTheWaitingAway) {
  base::TaskScope scope(context.get_executor());
  for (int i = 0; i < 3; ++i) scope.spawn(hold(gate, clock, i, order));
  clock.settle();
  gate.close();
  clock.settle();
  EXPECT_EQ(scope.size(), 2u);
  clock.advance(std::chrono::seconds(10));
  finish(scope);
}

}  // namespace
