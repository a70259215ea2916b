#include "kube/work_queue.hpp"

#include <algorithm>

#include "base/scope.hpp"

namespace kube {
namespace {

double seconds(base::Duration span) {
  return std::chrono::duration<double>(span).count();
}

// controller-runtime's: ten times each, from 10 ns.
std::vector<double> buckets() {
  return {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000};
}

base::Task<bool> changed(base::Notify* notify) {
  co_await notify->wait();
  co_return true;
}

}  // namespace

WorkQueue::WorkQueue(const std::string& name, Tools tools, QueueBackoff backoff)
    : tools_(std::move(tools)),
      core_(backoff),
      changed_(tools_.executor),
      depth_(tools_.metrics.gauge("workqueue_depth", "Keys due and not yet in hand",
                                  {{"name", name}, {"controller", name}})),
      adds_(tools_.metrics.counter("workqueue_adds_total", "Keys added",
                                   {{"name", name}, {"controller", name}})),
      retries_(tools_.metrics.counter("workqueue_retries_total", "Keys added again after a failure",
                                      {{"name", name}, {"controller", name}})),
      queue_seconds_(tools_.metrics.histogram("workqueue_queue_duration_seconds", "How long a due key waited",
                                              {{"name", name}, {"controller", name}}, buckets())),
      work_seconds_(tools_.metrics.histogram("workqueue_work_duration_seconds", "How long a key was in hand",
                                             {{"name", name}, {"controller", name}}, buckets())),
      unfinished_seconds_(tools_.metrics.gauge("workqueue_unfinished_work_seconds",
                                               "How long the keys in hand have been there, in sum",
                                               {{"name", name}, {"controller", name}})),
      longest_seconds_(tools_.metrics.gauge("workqueue_longest_running_processor_seconds",
                                            "How long the oldest key in hand has been there",
                                            {{"name", name}, {"controller", name}})) {}

void WorkQueue::add(const Key& key) {
  add_after(key, base::Duration::zero());
}

void WorkQueue::add_after(const Key& key, base::Duration span) {
  const auto now = tools_.clock.now();
  if (!core_.add(key, now + span, now)) return;
  adds_.Increment();
  changed_.notify_all();
}

base::Task<Key> WorkQueue::take() {
  while (true) {
    const auto now = tools_.clock.now();
    if (auto taken = core_.take(now)) {
      taken_.emplace(taken->key, now);
      queue_seconds_.Observe(seconds(taken->waited));
      depth_.Set(static_cast<double>(core_.depth(now)));
      co_return std::move(taken->key);
    }
    if (const auto due = core_.next_due()) {
      co_await base::with_deadline(tools_.clock, *due, changed(&changed_));
    } else {
      co_await changed_.wait();
    }
  }
}

void WorkQueue::done(const Key& key) {
  const auto now = tools_.clock.now();
  core_.done(key, now);
  if (const auto taken = taken_.find(key); taken != taken_.end()) {
    work_seconds_.Observe(seconds(now - taken->second));
    taken_.erase(taken);
  }
  changed_.notify_all();  // it may have been added while in hand
}

base::Duration WorkQueue::retry(const Key& key, std::optional<base::Duration> at_least) {
  const auto span = std::max(core_.failed(key), at_least.value_or(base::Duration::zero()));
  retries_.Increment();
  add_after(key, span);
  return span;
}

std::size_t WorkQueue::depth() {
  return core_.depth(tools_.clock.now());
}

void WorkQueue::publish() {
  const auto now = tools_.clock.now();
  depth_.Set(static_cast<double>(core_.depth(now)));
  unfinished_seconds_.Set(seconds(core_.unfinished(now)));
  const auto oldest = core_.longest_in_hand_since();
  longest_seconds_.Set(oldest ? seconds(now - *oldest) : 0);
}

}  // namespace kube
