#pragma once
// The worlds to walk through. One with every kind of trouble at once would have no end; each of these has a
// part.

#include <vector>

#include "state.hpp"

namespace model {

std::vector<Setup> worlds();
// The same with more of everything: minutes instead of seconds.
std::vector<Setup> large_worlds();
const Setup& world(const std::vector<Setup>& all, const std::string& name);

}  // namespace model
