#pragma once
// Faults of EC2 in the domain's words: which reason an object shows, and whether trying again can help.

#include "base/fault.hpp"
#include "domain/fold.hpp"

namespace app {

domain::Outcome failed_outcome(const base::Fault& fault);

}  // namespace app
