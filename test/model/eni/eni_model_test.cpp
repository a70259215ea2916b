// The decision over ENIs holds its laws in every state that a small world can reach (laws.hpp), and the walk
// that says so finds every rule that is taken out (mutations.hpp).

#include <ostream>

#include "fingerprint.hpp"
#include "moves.hpp"
#include "mutations.hpp"
#include "walk_test.hpp"
#include "worlds.hpp"

namespace model::eni {
void PrintTo(const Setup& setup, std::ostream* out) {
  *out << setup.name;
}
void PrintTo(const Mutation& mutation, std::ostream* out) {
  *out << mutation.name;
}
}  // namespace model::eni

namespace {

struct EniWorld {
  using Setup = model::eni::Setup;
  using State = model::eni::State;
  using Mutation = model::eni::Mutation;
  static State first_state(const Setup& setup) { return model::eni::first_state(setup); }
  static model::Moves<State> moves_of(const Setup& setup, const State& state) {
    return model::eni::moves_of(setup, state);
  }
  static model::Fingerprint fingerprint(const Setup& setup, const State& state) {
    return model::eni::fingerprint(setup, state);
  }
  static Setup world(const std::string& name) { return model::eni::world(name); }
};

class EveryEniState : public model::EveryState<EniWorld> {};
TEST_P(EveryEniState, keeps_the_laws_and_comes_to_rest_as_wished) {
  check();
}
INSTANTIATE_TEST_SUITE_P(In, EveryEniState, testing::ValuesIn(model::eni::worlds()), model::NameOf());

class AnEniMutation : public model::AMutation<EniWorld> {};
TEST_P(AnEniMutation, is_found) {
  check();
}
INSTANTIATE_TEST_SUITE_P(Without, AnEniMutation, testing::ValuesIn(model::eni::mutations()), model::NameOf());

}  // namespace
