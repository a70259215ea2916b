#pragma once
// The fingerprint of a state of an ENI's world.

#include "state.hpp"

namespace model::eni {

Fingerprint fingerprint(const Setup& setup, const State& state);

}  // namespace model::eni
