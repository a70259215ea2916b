#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "walk.hpp"
#include "worlds.hpp"

namespace {

// The standard walks take seconds. MODEL_LARGE=1 has more of every trouble and takes minutes.
bool large() {
  return std::getenv("MODEL_LARGE") != nullptr;
}

constexpr std::size_t kMostStates = 300'000;

}  // namespace

namespace model {
void PrintTo(const Setup& setup, std::ostream* out) {
  *out << setup.name;
}
}  // namespace model

namespace {

class EveryState : public testing::TestWithParam<model::Setup> {};

TEST_P(EveryState, keeps_the_laws_and_rests_as_wished_in_a_quiet_world) {
  const auto result = model::walk(GetParam(), large() ? 10 * kMostStates : kMostStates);
  std::puts(model::line_of(result).c_str());
  EXPECT_EQ(result.broken, "") << result.history;
}

std::string name_of(const testing::TestParamInfo<model::Setup>& info) {
  std::string name = info.param.name;
  for (auto& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Worlds, EveryState,
                         testing::ValuesIn(large() ? model::large_worlds() : model::worlds()), name_of);

}  // namespace
