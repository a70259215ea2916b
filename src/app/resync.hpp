#pragma once
// Compares everything with EC2, once at the start and then at an interval: one read of all of ours, shared by
// all objects; those that are as wished cost nothing more.

#include <optional>

#include "app/eip_observer.hpp"
#include "kube/work_queue.hpp"

namespace app {

class Resync {
 public:
  Resync(Inventory& inventory, const EipObserver& observer, kube::Store<EipObject>& eips,
         kube::WorkQueue& queue, base::Clock& clock, base::Logger& log, base::Metrics& metrics,
         base::Duration interval);

  base::Task<> once();  // never fails: what is wrong is in last_fault() and, once per change, in the log
  base::Task<> run();   // until stopped
  bool ever_succeeded() const { return ever_succeeded_; }
  const std::optional<base::Fault>& last_fault() const { return last_fault_; }

 private:
  base::Task<base::Result<>> read();

  Inventory& inventory_;
  const EipObserver& observer_;
  kube::Store<EipObject>& eips_;
  kube::WorkQueue& queue_;
  base::Clock& clock_;
  base::Logger& log_;
  base::Duration interval_;
  bool ever_succeeded_ = false;
  std::optional<base::Fault> last_fault_;
  prometheus::Counter& succeeded_;
  prometheus::Counter& failed_;
};

}  // namespace app
