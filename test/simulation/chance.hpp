#pragma once
// All that is left to chance in a history, from its seed.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "ec2_double/draw.hpp"

namespace simulation {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  // A stream of its own: what is drawn from it changes nothing in this one.
  Chance fork(std::string_view name) const {
    return Chance(ec2_double::mix(seed_of(state_) ^ ec2_double::hash(name)));
  }

  std::uint64_t next() { return ec2_double::mix(seed_of(state_++)); }
  double fraction() { return ec2_double::fraction(next()); }  // [0, 1)
  bool with(double probability) { return fraction() < probability; }
  int between(int low, int high) {  // both included
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  base::Duration between(base::Duration low, base::Duration high) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(high - low).count();
    return low + std::chrono::microseconds(next() % static_cast<std::uint64_t>(microseconds + 1));
  }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[next() % all.size()];
  }

 private:
  static constexpr std::uint64_t seed_of(std::uint64_t state) { return ec2_double::mix(state); }

  std::uint64_t state_;
};

}  // namespace simulation
