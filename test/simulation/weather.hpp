#pragma once
// Faults of the two servers and of the network, several at once, for spans of time.

#include <vector>

#include "simulation/world.hpp"

namespace simulation {

class Weather {
 public:
  Weather(World& world, base::Duration storm);

  void calm();  // all faults end
  std::uint64_t faults() const;

 private:
  void ec2_fault();
  void kube_fault();
  void break_network();

  World& world_;
  Chance chance_;
  std::uint64_t others_ = 0;
  bool calm_ = false;
};

}  // namespace simulation
