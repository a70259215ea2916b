#pragma once
// What may happen next to an EIP.

#include "state.hpp"
#include "walk.hpp"

namespace model {

Moves<State> moves_of(const Setup& setup, const State& state);

}  // namespace model
