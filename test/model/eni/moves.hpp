#pragma once
// What may happen next to an ENI.

#include "state.hpp"

namespace model::eni {

Moves<State> moves_of(const Setup& setup, const State& state);

}  // namespace model::eni
