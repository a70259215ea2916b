// The decision over EIPs holds its laws in every state that a small world can reach (laws.hpp, operator.cpp),
// and the walk that says so finds every rule that is taken out (mutations.hpp).

#include <ostream>

#include "fingerprint.hpp"
#include "moves.hpp"
#include "mutations.hpp"
#include "walk_test.hpp"
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

struct EipWorld {
  using Setup = model::Setup;
  using State = model::State;
  using Mutation = model::Mutation;
  static State first_state(const Setup& setup) { return model::first_state(setup); }
  static model::Moves<State> moves_of(const Setup& setup, const State& state) {
    return model::moves_of(setup, state);
  }
  static model::Fingerprint fingerprint(const Setup& setup, const State& state) {
    return model::fingerprint(setup, state);
  }
  static Setup world(const std::string& name) { return model::world(name); }
};

class EveryState : public model::EveryState<EipWorld> {};
TEST_P(EveryState, keeps_the_laws_and_comes_to_rest_as_wished) {
  check();
}
INSTANTIATE_TEST_SUITE_P(In, EveryState, testing::ValuesIn(model::worlds()), model::NameOf());

class AMutation : public model::AMutation<EipWorld> {};
TEST_P(AMutation, is_found) {
  check();
}
INSTANTIATE_TEST_SUITE_P(Without, AMutation, testing::ValuesIn(model::mutations()), model::NameOf());

}  // namespace
