#pragma once
// What makes two states the same state: all that can make a difference later. Times count as ages, and an age
// beyond which nothing changes any more counts as old; names that EC2 mints anew are numbered in the order of
// their appearance.

#include <compare>
#include <cstdint>

#include "state.hpp"

namespace model {

struct Fingerprint {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  bool operator==(const Fingerprint&) const = default;
};

Fingerprint fingerprint(const Setup& setup, const State& state);

}  // namespace model
