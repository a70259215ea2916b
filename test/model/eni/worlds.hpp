#pragma once
// The worlds to walk through. One with every kind of trouble at once would have no end; each of these has a
// part.

#include <string>
#include <vector>

#include "state.hpp"

namespace model::eni {

// With MODEL_LARGE=1 in the environment each has more of its trouble, at a finer pace.
std::vector<Setup> worlds();
Setup world(const std::string& name);

}  // namespace model::eni
