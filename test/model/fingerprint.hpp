#pragma once
// The fingerprint of a state of an EIP's world.

#include "hash.hpp"
#include "state.hpp"

namespace model {

Fingerprint fingerprint(const Setup& setup, const State& state);

}  // namespace model
