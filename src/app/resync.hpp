#pragma once
// Compares everything with EC2, once at the start and then at an interval: one read of all of ours, shared by
// all objects; those that are as wished cost nothing more.

#include <functional>
#include <optional>
#include <vector>

#include "app/inventory.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

namespace app {

class Resync {
 public:
  // What one kind of object brings. A part is read also when an earlier one could not be.
  struct Part {
    std::function<base::Task<base::Result<>>()> read;
    std::function<void()> wake;  // all its objects
  };

  // `inventory` is told what could not be read.
  Resync(Inventory& inventory, std::vector<Part> parts, base::Clock& clock, base::Logger& log,
         base::Metrics& metrics, base::Duration interval);

  base::Task<> once();  // never fails: what is wrong is in last_fault() and, once per change, in the log
  base::Task<> run();   // until stopped
  bool ever_succeeded() const { return ever_succeeded_; }
  const std::optional<base::Fault>& last_fault() const { return last_fault_; }

 private:
  base::Task<base::Result<>> read();

  Inventory& inventory_;
  std::vector<Part> parts_;
  base::Clock& clock_;
  base::Logger& log_;
  base::Duration interval_;
  bool ever_succeeded_ = false;
  std::optional<base::Fault> last_fault_;
  prometheus::Counter& succeeded_;
  prometheus::Counter& failed_;
};

}  // namespace app
