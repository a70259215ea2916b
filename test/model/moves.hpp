#pragma once
// Everything that may happen next in a state: one step of the operator with each of its possible endings, and
// all that the world may do on its own.

#include <vector>

#include "state.hpp"

namespace model {

enum class Kind : char {
  look,    // reads only
  write,   // to the API server
  call,    // changes EC2
  resync,  // a read of everything
  rest,    // time passes, nothing to do
  other,   // trouble, or someone else's doing
};

// In a quiet world nothing of the kind `other` happens, every call is answered, and the operator acts as soon
// as it can. Two such worlds are looked at: one whose reads show the truth, and one whose reads lag as long
// as they may.
inline constexpr unsigned kQuietTruth = 1;
inline constexpr unsigned kQuietLag = 2;

struct Next {
  State state;
  Kind kind = Kind::other;
  unsigned quiet = 0;
};

struct Moves {
  std::vector<Next> next;
  bool resting = false;            // the operator has nothing to do in this state
  bool may_look = false;           // it waits for something that only a look can show
  bool may_retry = false;          // EC2 refuses it an address; it asks again now and then
  const char* unwished = nullptr;  // if it rests here for good: what is not as wished
};

Moves moves_of(const Setup& setup, const State& state);

}  // namespace model
