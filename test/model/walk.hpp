#pragma once
// The walk over every reachable state, nearest first, so that the history that it prints of a broken law is a
// shortest.

#include <cstddef>
#include <string>

#include "state.hpp"

namespace model {

struct Result {
  std::string name;
  std::size_t states = 0;
  std::size_t transitions = 0;
  int depth = 0;
  int longest_quiet = 0;  // moves that a quiet world needs at most to come to rest
  double seconds = 0;
  bool complete = false;  // every state was seen, and so a quiet world judged from each
  std::string broken;     // the law; empty: none
  std::string history;    // how it came to that
};

// Ends at the first broken law, or when more than `most_states` are known.
Result walk(const Setup& setup, std::size_t most_states);

std::string line_of(const Result& result);

}  // namespace model
