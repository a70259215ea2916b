#pragma once
// What is to be read of EC2 before one EIP can be decided on, and the reading.

#include <string>
#include <vector>

#include "app/eip_observer.hpp"
#include "app/inventory.hpp"
#include "domain/step.hpp"

namespace app {

// Two that are equal read the same: whoever wants the one is served by the other.
struct EipLook {
  std::string uid;                          // the addresses with this uid tag; empty: not asked for
  std::vector<std::string> allocation_ids;  // in order, each once
  EipObserver::TargetPlace target;
  bool pools = false;

  bool operator==(const EipLook&) const = default;
};

// Of a step of kind look that was decided on `world`.
EipLook look_of(const domain::Eip& eip, const domain::EipWorld& world, const domain::Step& step,
                const EipObserver& observer);

// Brings it into the inventory, the target last: its read should be the youngest. Ends at the first fault. A
// stop leaves the calls under way to others who wait for them.
base::Task<base::Result<>> read(Inventory& inventory, EipLook look);

}  // namespace app
