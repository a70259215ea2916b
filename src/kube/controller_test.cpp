#include "kube/controller.hpp"

#include "fakes/kube_test_world.hpp"

namespace {

using base::FaultKind;
using base::Result;
using base::Task;
using kube::Key;
using kube::Next;
using namespace std::chrono_literals;

class FakeReconciler final : public kube::Reconciler {
 public:
  explicit FakeReconciler(base::Clock& clock) : clock_(clock) {}

  Task<Result<Next>> reconcile(Key key) override {
    ++runs[key.name];
    ++active;
    struct Leave {
      int& active;
      ~Leave() { --active; }
    } leave{active};
    most_active = std::max(most_active, active);
    if (takes > 0s) co_await clock_.sleep_for(takes);
    if (effect) co_await base::shielded(do_effect(clock_, effects));
    if (bug) throw std::runtime_error("a bug");
    if (fault) co_return *fault;
    co_return next;
  }

  static Task<> do_effect(base::Clock& clock, int& effects) {
    co_await clock.sleep_for(5s);
    ++effects;
  }

  std::map<std::string, int> runs;
  int active = 0, most_active = 0, effects = 0;
  base::Duration takes{};
  bool bug = false, effect = false;
  std::optional<base::Fault> fault;
  Next next;

 private:
  base::Clock& clock_;
};

struct ControllerTest : kube::test::World {
  kube::WorkQueue queue{"eip", tools};
  FakeReconciler reconciler{clock};
  std::unique_ptr<kube::Controller> controller;
  const Key a{"s", "a"}, b{"s", "b"};

  void start(int max_in_flight = 8) {
    controller = std::make_unique<kube::Controller>(queue, reconciler, tools,
                                                    kube::ControllerOptions{"eip", max_in_flight});
    scope.spawn(controller->run());
    clock.settle();
  }
  std::string total(const std::string& result) {
    return metric("controller_runtime_reconcile_total{controller=\"eip\",result=\"" + result + "\"}");
  }
};

TEST_F(ControllerTest, SeriesExistAtZeroFromTheStart) {
  start();
  for (const char* result : {"success", "error", "requeue", "requeue_after"}) EXPECT_EQ(total(result), "0");
  EXPECT_EQ(metric(R"(controller_runtime_max_concurrent_reconciles{controller="eip"})"), "8");
  EXPECT_EQ(metric(R"(workqueue_adds_total{controller="eip",name="eip"})"), "0");
}

TEST_F(ControllerTest, AKeyIsReconciledOncePerAdd) {
  start();
  queue.add(a);
  queue.add(a);
  clock.settle();
  EXPECT_EQ(reconciler.runs["a"], 1);
  EXPECT_EQ(total("success"), "1");
  clock.advance(1h);
  EXPECT_EQ(reconciler.runs["a"], 1);
}

TEST_F(ControllerTest, ComesBackWhenAskedTo) {
  reconciler.next = Next::after(5min);
  start();
  queue.add(a);
  clock.advance(10min);
  EXPECT_EQ(reconciler.runs["a"], 3);
  EXPECT_EQ(total("requeue_after"), "3");
}

TEST_F(ControllerTest, AFaultBacksOffAndIsLoggedWithItsKey) {
  reconciler.fault = base::Fault{FaultKind::unavailable, "X", "associate: no", false, std::nullopt};
  start();
  queue.add(a);
  clock.advance(200ms + 400ms + 800ms - 1ms);
  EXPECT_EQ(reconciler.runs["a"], 3);
  clock.advance(1ms);
  EXPECT_EQ(reconciler.runs["a"], 4);
  EXPECT_EQ(logged("key=s/a"), 4);
  EXPECT_EQ(logged("associate: no"), 4);
  EXPECT_EQ(metric(R"(controller_runtime_reconcile_errors_total{controller="eip"})"), "4");
  reconciler.fault.reset();
  clock.advance(1h);
  EXPECT_EQ(queue.failures(a), 0);
}

TEST_F(ControllerTest, ABugIsCountedBackedOffAndTheOthersLive) {
  reconciler.bug = true;
  start();
  queue.add(a);
  clock.settle();
  reconciler.bug = false;
  queue.add(b);
  clock.settle();
  EXPECT_EQ(reconciler.runs["b"], 1);
  clock.advance(200ms);
  EXPECT_EQ(reconciler.runs["a"], 2);
  EXPECT_EQ(metric(R"(controller_runtime_reconcile_panics_total{controller="eip"})"), "1");
  EXPECT_EQ(logged("a bug ended"), 1);
}

TEST_F(ControllerTest, ManyKeysAreInHandButNeverOneTwice) {
  reconciler.takes = 1s;
  start(3);
  for (int i = 0; i < 5; ++i) queue.add({"s", std::to_string(i)});
  clock.settle();
  queue.add({"s", "0"});
  clock.settle();
  EXPECT_EQ(reconciler.active, 3);
  EXPECT_EQ(reconciler.runs["0"], 1);
  queue.publish();
  EXPECT_EQ(metric(R"(workqueue_depth{controller="eip",name="eip"})"), "2");
  clock.advance(10s);
  EXPECT_EQ(reconciler.runs["0"], 2);
  EXPECT_EQ(reconciler.most_active, 3);
  EXPECT_EQ(controller->active(), 0);
}

TEST_F(ControllerTest, AStopLetsShieldedWorkFinishAndJoins) {
  reconciler.effect = true;
  start();
  queue.add(a);
  clock.settle();
  scope.stop();
  clock.settle();
  EXPECT_EQ(scope.size(), 1u) << "it waits for the effect";
  clock.advance(5s);
  EXPECT_EQ(reconciler.effects, 1);
  EXPECT_EQ(scope.size(), 0u);
  EXPECT_TRUE(queue.idle());
}

TEST_F(ControllerTest, AnEventDuringABackoffIsNotHeldBack) {
  reconciler.fault = base::Fault{FaultKind::failed, "X", "no", false, 60s};
  start();
  queue.add(a);
  clock.advance(10s);
  EXPECT_EQ(reconciler.runs["a"], 1) << "the fault's own wish is longer than the backoff";
  queue.add(a);
  clock.settle();
  EXPECT_EQ(reconciler.runs["a"], 2);
}

}  // namespace
