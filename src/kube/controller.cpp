#include "kube/controller.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "base/scope.hpp"

namespace kube {
namespace {

constexpr const char* kTotal = "controller_runtime_reconcile_total";
constexpr const char* kTotalHelp = "Runs by their result";

}  // namespace

Controller::Controller(WorkQueue& queue, Reconciler& reconciler, Tools tools, ControllerOptions options)
    : queue_(queue),
      reconciler_(reconciler),
      tools_(std::move(tools)),
      options_(std::move(options)),
      hand_freed_(tools_.executor),
      success_(
          tools_.metrics.counter(kTotal, kTotalHelp, {{"controller", options_.name}, {"result", "success"}})),
      error_(
          tools_.metrics.counter(kTotal, kTotalHelp, {{"controller", options_.name}, {"result", "error"}})),
      requeue_(
          tools_.metrics.counter(kTotal, kTotalHelp, {{"controller", options_.name}, {"result", "requeue"}})),
      requeue_after_(tools_.metrics.counter(kTotal, kTotalHelp,
                                            {{"controller", options_.name}, {"result", "requeue_after"}})),
      errors_(tools_.metrics.counter("controller_runtime_reconcile_errors_total",
                                     "Runs that ended with a fault", {{"controller", options_.name}})),
      bugs_(tools_.metrics.counter("controller_runtime_reconcile_panics_total",
                                   "Runs that ended by a bug of ours", {{"controller", options_.name}})),
      seconds_(tools_.metrics.histogram(
          "controller_runtime_reconcile_time_seconds", "How long a run took", {{"controller", options_.name}},
          {0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
           0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
           6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60})),
      active_workers_(tools_.metrics.gauge("controller_runtime_active_workers", "Keys in hand",
                                           {{"controller", options_.name}})) {
  tools_.metrics
      .gauge("controller_runtime_max_concurrent_reconciles", "Most keys in hand",
             {{"controller", options_.name}})
      .Set(options_.max_in_flight);
}

base::Task<> Controller::run() {
  base::TaskScope hands(tools_.executor);
  std::exception_ptr ending;
  try {
    co_await loop(hands);
  } catch (...) {  // a stop, as a rule; thrown on below, after the join
    ending = std::current_exception();
  }
  hands.stop();
  // A stopped coroutine throws at its next co_await, and this one must wait for the hands.
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await hands.join();
  co_await boost::asio::this_coro::throw_if_cancelled(true);
  if (ending) std::rethrow_exception(ending);
}

base::Task<> Controller::loop(base::TaskScope& hands) {
  while (true) {
    while (active_ >= options_.max_in_flight) co_await hand_freed_.wait();
    auto key = co_await queue_.take();
    ++active_;
    active_workers_.Set(active_);
    hands.spawn(one(std::move(key)));
  }
}

base::Task<> Controller::one(Key key) {
  struct Hand {
    ~Hand() {
      controller.seconds_.Observe(
          std::chrono::duration<double>(controller.tools_.clock.now() - since).count());
      controller.queue_.done(key);
      controller.active_workers_.Set(--controller.active_);
      controller.hand_freed_.notify_all();
    }
    Controller& controller;
    const Key& key;
    base::SteadyTime since;
  };
  const Hand hand{*this, key, tools_.clock.now()};

  std::exception_ptr bug;
  std::optional<base::Result<Next>> outcome;
  try {
    auto result = co_await reconciler_.reconcile(key);
    outcome.emplace(std::move(result));
  } catch (...) {
    bug = std::current_exception();
    if (base::is_stop(bug)) throw;
  }
  if (bug) {
    bugs_.Increment();
    tools_.log.error("a bug ended the run of a key", {{"controller", options_.name}, {"key", key.text()}});
    failed(key, {base::FaultKind::failed, "bug", base::what_of(bug), true, std::nullopt});
  } else if (!*outcome) {
    failed(key, outcome->error());
  } else {
    queue_.forget(key);
    if (const auto& delay = (*outcome)->delay) {
      requeue_after_.Increment();
      queue_.add_after(key, *delay);
    } else {
      success_.Increment();
    }
  }
}

void Controller::failed(const Key& key, const base::Fault& fault) {
  error_.Increment();
  errors_.Increment();
  const auto wait = queue_.retry(key, fault.retry_after);
  tools_.log.warn(
      "reconcile failed",
      {{"controller", options_.name},
       {"key", key.text()},
       {"fault", fault.text()},
       {"kind", std::string(base::name_of(fault.kind))},
       {"failures", std::to_string(queue_.failures(key))},
       {"again_in_ms", std::to_string(std::chrono::ceil<std::chrono::milliseconds>(wait).count())}});
}

}  // namespace kube
