#pragma once
// What is to be read of EC2 before one ENI can be decided on, and the reading.

#include <string>
#include <vector>

#include "app/eni_inventory.hpp"
#include "app/eni_observer.hpp"

namespace app {

// Two that are equal read the same: whoever wants the one is served by the other.
struct EniLook {
  std::string uid;                                 // the interfaces with this uid tag; empty: not asked for
  std::vector<std::string> network_interface_ids;  // in order, each once
  std::string instance_id;
  bool groups = false;  // the subnet, and the security groups of these names in its VPC
  std::string subnet_id;
  std::vector<std::string> group_names;

  bool operator==(const EniLook&) const = default;
};

// Of a step of kind look that was decided on `world`.
EniLook look_of(const domain::Eni& eni, const domain::EniWorld& world, const domain::EniStep& step,
                const EniObserver& observer);

// Brings it into the inventory. Ends at the first fault. A stop leaves the calls under way to others who wait
// for them.
base::Task<base::Result<>> read(EniInventory& inventory, EniLook look);

}  // namespace app
