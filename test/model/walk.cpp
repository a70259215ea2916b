#include "walk.hpp"

#include <cstdio>

namespace model {

std::string line_of(const Result& r) {
  char line[200];
  std::snprintf(line, sizeof line, "%-28s %8zu states %9zu moves, depth %3d, quiet within %3d, %5.1f s",
                r.name.c_str(), r.states, r.transitions, r.depth, r.longest_quiet, r.seconds);
  return line;
}

}  // namespace model
