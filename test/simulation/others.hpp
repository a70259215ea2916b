#pragma once
// What others have in the same account: another cluster, another tenant, people.

#include "simulation/world.hpp"

namespace simulation {

void settle_others(World& world);

}  // namespace simulation
