// The decision over EIPs holds its laws in every state that a small world can reach (laws.hpp, operator.cpp),
// and the walk that says so finds every rule that is taken out (mutations.hpp).

#include <gtest/gtest.h>

#include <cctype>
#include <cstdio>
#include <ostream>

#include "mutations.hpp"
#include "walk.hpp"
#include "worlds.hpp"

namespace model {
void PrintTo(const Setup& setup, std::ostream* out) {
  *out << setup.name;
}
void PrintTo(const Mutation& mutation, std::ostream* out) {
  *out << mutation.name;
}
}  // namespace model

namespace {

const std::size_t kMostStates = model::kLarge ? 1'500'000 : 1'000'000;

template <class T>
std::string name_of(const testing::TestParamInfo<T>& info) {
  std::string name = info.param.name;
  for (auto& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

class EveryState : public testing::TestWithParam<model::Setup> {};

TEST_P(EveryState, keeps_the_laws_and_comes_to_rest_as_wished) {
  const auto result = model::walk(GetParam(), kMostStates);
  std::puts(model::line_of(result).c_str());
  EXPECT_EQ(result.broken, "") << result.history;
  EXPECT_TRUE(result.complete || model::kLarge || !result.broken.empty()) << "too many states";
}

INSTANTIATE_TEST_SUITE_P(In, EveryState, testing::ValuesIn(model::worlds()), name_of<model::Setup>);

class AMutation : public testing::TestWithParam<model::Mutation> {};

TEST_P(AMutation, is_found) {
  model::Setup setup = model::world(GetParam().world);
  setup.decide = GetParam().decide;
  const auto result = model::walk(setup, kMostStates);
  std::printf("%-28s found after %zu states: %s\n", GetParam().name.c_str(), result.states,
              result.broken.c_str());
  EXPECT_NE(result.broken, "");
}

INSTANTIATE_TEST_SUITE_P(Without, AMutation, testing::ValuesIn(model::mutations()), name_of<model::Mutation>);

}  // namespace
