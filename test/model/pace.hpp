#pragma once
// The pace at which small worlds go, the same for every kind of object.

#include <chrono>
#include <cstdlib>

#include "domain/settings.hpp"

namespace model {

inline constexpr const char* kUid = "uid-1";
inline constexpr const char* kEarlierUid = "uid-0";
inline constexpr const char* kOtherUid = "uid-9";
inline constexpr const char* kCluster = "c";

// More of every trouble at a finer pace: for hours of leisure.
inline const bool kLarge = std::getenv("MODEL_LARGE") != nullptr;

// The settings of production, with a settle time of two minutes, at a pace of a minute or of half a minute. A
// read is fresh within its own tick only.
inline const int kSettle = kLarge ? 4 : 2;
inline const std::chrono::seconds kTick{120 / kSettle};

inline domain::Time time_of(int tick) {
  return domain::Time{} + std::chrono::hours(100'000) + tick * kTick;
}

inline domain::Settings settings() {
  domain::Settings settings;
  settings.cluster = kCluster;
  settings.region = "r";
  settings.settle = kSettle * kTick;
  return settings;
}

}  // namespace model
