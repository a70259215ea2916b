#pragma once
// The two tests of every model: its worlds keep the laws, its mutations are found. A World has, beside what
// the walk needs, Mutation (name, world, decide) and world(name).

#include <gtest/gtest.h>

#include <cctype>
#include <cstdio>
#include <string>

#include "walk.hpp"

namespace model {

inline const std::size_t kMostStates = kLarge ? 1'500'000 : 1'000'000;

template <class World>
class EveryState : public testing::TestWithParam<typename World::Setup> {
 protected:
  void check() {
    const auto result = walk<World>(this->GetParam(), kMostStates);
    std::puts(line_of(result).c_str());
    EXPECT_EQ(result.broken, "") << result.history;
    EXPECT_TRUE(result.complete || kLarge || !result.broken.empty()) << "too many states";
  }
};

template <class World>
class AMutation : public testing::TestWithParam<typename World::Mutation> {
 protected:
  void check() {
    auto setup = World::world(this->GetParam().world);
    setup.decide = this->GetParam().decide;
    const auto result = walk<World>(setup, kMostStates);
    std::printf("%-32s found after %zu states: %s\n", this->GetParam().name.c_str(), result.states,
                result.broken.c_str());
    EXPECT_NE(result.broken, "");
  }
};

// A world's or mutation's name as a test's.
struct NameOf {
  template <class T>
  std::string operator()(const testing::TestParamInfo<T>& info) const {
    std::string name = info.param.name;
    for (auto& c : name)
      if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
  }
};

}  // namespace model
