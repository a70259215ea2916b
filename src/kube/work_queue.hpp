#pragma once
// A QueueCore that can be waited for, with client-go's workqueue metrics (labels name and controller):
// workqueue_depth, workqueue_adds_total, workqueue_retries_total, workqueue_queue_duration_seconds,
// workqueue_work_duration_seconds, workqueue_unfinished_work_seconds,
// workqueue_longest_running_processor_seconds.

#include <string>

#include "base/notify.hpp"
#include "kube/queue_core.hpp"
#include "kube/tools.hpp"

namespace kube {

class WorkQueue {
 public:
  WorkQueue(const std::string& name, Tools tools, QueueBackoff backoff = {});

  void add(const Key& key);                             // as soon as a hand is free
  void add_after(const Key& key, base::Duration span);  // the earlier time wins

  // Waits for a due key. A stop unwinds the caller; no key is lost by that.
  base::Task<Key> take();
  void done(const Key& key);
  // After a failure: adds it with its backoff, or `at_least` if that is longer; returns which.
  base::Duration retry(const Key& key, std::optional<base::Duration> at_least = {});
  void forget(const Key& key) { core_.forget(key); }
  int failures(const Key& key) const { return core_.failures(key); }

  std::size_t depth();
  void publish();  // brings the gauges up to date; call before a scrape
  bool idle() const { return core_.in_hand() == 0; }

 private:
  Tools tools_;
  QueueCore core_;
  base::Notify changed_;
  std::map<Key, base::SteadyTime> taken_;
  prometheus::Gauge& depth_;
  prometheus::Counter& adds_;
  prometheus::Counter& retries_;
  prometheus::Histogram& queue_seconds_;
  prometheus::Histogram& work_seconds_;
  prometheus::Gauge& unfinished_seconds_;
  prometheus::Gauge& longest_seconds_;
};

}  // namespace kube
