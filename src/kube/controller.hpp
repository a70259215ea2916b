#pragma once
// Takes keys from a queue and has them reconciled, many at once, each inside its own boundary.
//
// Outcomes: done: failures forgotten; after(t): forgotten, comes again in t; a fault: one log line with key
// and trail, comes again with the key's backoff; an exception that is no stop (a bug): logged and counted as
// an error, backed off as well, and the process lives. Never two runs of one key at once. A stop ends run():
// keys in hand finish what they shielded, unwind, and are joined before run() unwinds. Metrics as
// controller-runtime names them: controller_runtime_reconcile_total{controller,result},
// controller_runtime_reconcile_errors_total, controller_runtime_reconcile_panics_total (bugs),
// controller_runtime_reconcile_time_seconds, controller_runtime_active_workers,
// controller_runtime_max_concurrent_reconciles.

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "kube/work_queue.hpp"

namespace base {
class TaskScope;
}

namespace kube {

// When to come back, if at all.
struct Next {
  std::optional<base::Duration> delay;  // nothing: when something changes

  static Next done() { return {}; }
  static Next after(base::Duration span) { return {span}; }
};

class Reconciler {
 public:
  virtual ~Reconciler() = default;
  virtual base::Task<base::Result<Next>> reconcile(Key key) = 0;
};

struct ControllerOptions {
  std::string name;         // of the queue too: "eip"
  int max_in_flight = 512;  // keys; each is a coroutine frame, and what they call has its own bounds
};

class Controller {
 public:
  Controller(WorkQueue& queue, Reconciler& reconciler, Tools tools, ControllerOptions options);
  Controller(const Controller&) = delete;

  // Until stopped; then joins the keys in hand and unwinds.
  base::Task<> run();
  int active() const { return active_; }

 private:
  base::Task<> loop(base::TaskScope& hands);
  base::Task<> one(Key key);
  void failed(const Key& key, const base::Fault& fault);

  WorkQueue& queue_;
  Reconciler& reconciler_;
  Tools tools_;
  ControllerOptions options_;
  int active_ = 0;
  base::Notify hand_freed_;
  prometheus::Counter& success_;
  prometheus::Counter& error_;
  prometheus::Counter& requeue_;
  prometheus::Counter& requeue_after_;
  prometheus::Counter& errors_;
  prometheus::Counter& bugs_;
  prometheus::Histogram& seconds_;
  prometheus::Gauge& active_workers_;
};

}  // namespace kube
