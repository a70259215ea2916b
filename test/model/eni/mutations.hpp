#pragma once
// Decisions with one rule taken out, each by a wrapper around the real one: what the walk is worth shows in
// that it finds them all.

#include <string>
#include <vector>

#include "state.hpp"

namespace model::eni {

struct Mutation {
  std::string name;
  std::string world;  // in which it has to be found
  Decide decide;
};

std::vector<Mutation> mutations();

}  // namespace model::eni
