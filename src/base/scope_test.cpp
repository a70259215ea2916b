#include "base/scope.hpp"

#include <gtest/gtest.h>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "fakes/manual_clock.hpp"

using namespace std::chrono_literals;
using base::Task;

namespace {

struct Scope : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};

  std::exception_ptr run(Task<> task) {
    std::exception_ptr thrown;
    bool done = false;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr e) {
      thrown = e;
      done = true;
    });
    clock.advance(1h);
    EXPECT_TRUE(done);
    return thrown;
  }
};

Task<> sleep_then_set(base::Clock& clock, base::Duration span, bool& flag) {
  co_await clock.sleep_for(span);
  flag = true;
}

Task<int> answer_after(base::Clock& clock, base::Duration span) {
  co_await clock.sleep_for(span);
  co_return 42;
}

TEST_F(Scope, StopUnwindsChildrenAndJoinWaitsForThem) {
  bool finished = false;
  run([](Scope& t, bool& flag) -> Task<> {
    base::TaskScope scope(t.context.get_executor());
    scope.spawn(sleep_then_set(t.clock, 10s, flag));
    co_await t.clock.sleep_for(1s);
    scope.stop();
    co_await scope.join();
    EXPECT_EQ(scope.size(), 0u);
  }(*this, finished));
  EXPECT_FALSE(finished);
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(Scope, ABugInOneChildStopsItsSiblingsAndReachesJoin) {
  bool finished = false;
  const auto thrown = run([](Scope& t, bool& flag) -> Task<> {
    base::TaskScope scope(t.context.get_executor());
    scope.spawn(sleep_then_set(t.clock, 10s, flag));
    scope.spawn([]() -> Task<> {
      throw std::runtime_error("a bug");
      co_return;
    }());
    co_await scope.join();
  }(*this, finished));
  EXPECT_EQ(base::what_of(thrown), "a bug");
  EXPECT_FALSE(finished);
}

TEST_F(Scope, ADeadlineEndsALateTaskAndLetsATimelyOneThrough) {
  run([](Scope& t) -> Task<> {
    auto late = co_await base::with_deadline(t.clock, t.clock.now() + 1s, answer_after(t.clock, 5s));
    EXPECT_FALSE(late.has_value());
    auto timely = co_await base::with_deadline(t.clock, t.clock.now() + 5s, answer_after(t.clock, 1s));
    EXPECT_EQ(timely.value_or(0), 42);
  }(*this));
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(Scope, AnErrorInsideADeadlineComesOutAtOnce) {
  const auto thrown = run([](Scope& t) -> Task<> {
    auto bad = [](base::Clock& clock) -> Task<int> {
      co_await clock.sleep_for(20ms);
      throw std::runtime_error("broken");
    };
    co_await base::with_deadline(t.clock, t.clock.now() + 5s, bad(t.clock));
  }(*this));
  EXPECT_EQ(base::what_of(thrown), "broken");
}

TEST_F(Scope, ATaskLastsUnlessAnotherEndsFirst) {
  run([](Scope& t) -> Task<> {
    const auto before = t.clock.now();
    auto late = co_await base::unless(t.clock.sleep_for(1s), answer_after(t.clock, 5s));
    EXPECT_FALSE(late.has_value());
    EXPECT_EQ(t.clock.now() - before, 1s);
    auto timely = co_await base::unless(t.clock.sleep_for(5s), answer_after(t.clock, 1s));
    EXPECT_EQ(timely.value_or(0), 42);
    EXPECT_EQ(t.clock.now() - before, 2s);
  }(*this));
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(Scope, ABugInWhatWouldEndATaskComesOut) {
  const auto thrown = run([](Scope& t) -> Task<> {
    auto bad = [](base::Clock& clock) -> Task<> {
      co_await clock.sleep_for(20ms);
      throw std::runtime_error("broken");
    };
    co_await base::unless(bad(t.clock), answer_after(t.clock, 1s));
  }(*this));
  EXPECT_EQ(base::what_of(thrown), "broken");
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(Scope, AShieldedTaskFinishesAlthoughItsCallerIsStopped) {
  bool effect = false;
  bool after = false;
  run([](Scope& t, bool& effect, bool& after) -> Task<> {
    base::TaskScope scope(t.context.get_executor());
    scope.spawn([](Scope& t, bool& effect, bool& after) -> Task<> {
      co_await base::shielded(sleep_then_set(t.clock, 10s, effect));
      co_await t.clock.sleep_for(1s);
      after = true;
    }(t, effect, after));
    co_await t.clock.sleep_for(1s);
    scope.stop();
    co_await scope.join();
  }(*this, effect, after));
  EXPECT_TRUE(effect);
  EXPECT_FALSE(after);
}

}  // namespace
