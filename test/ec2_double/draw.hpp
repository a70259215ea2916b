#pragma once
// Numbers that look random and follow from others: the double has no other source of chance.

#include <cstdint>
#include <string_view>

namespace ec2_double {

// SplitMix64's finaliser: a bijection, so that different numbers stay different.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
  value = (value ^ value >> 27) * 0x94D049BB133111EB;
  return value ^ value >> 31;
}

// FNV-1a.
constexpr std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xCBF29CE484222325;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return value;
}

// In [0, 1).
constexpr double fraction(std::uint64_t value) {
  return static_cast<double>(value >> 11) * 0x1p-53;
}

}  // namespace ec2_double
