#pragma once
// What the flags and the surroundings set, for the decisions over every kind.

#include <string>

#include "domain/object.hpp"

namespace domain {

using namespace std::chrono_literals;

struct Settings {
  std::string cluster;  // value of the cluster tag
  Tags default_tags;
  std::string region;
  // How long a thing may stay unseen after the call that may have made it. EC2 promises no bound.
  Span settle{2min};
  // A target is judged by a read no older than this before something is put on it (Moment::fresh).
  Span fresh{5s};
  // A thing is gone when `gone_reads` reads over `gone_after` do not show it. Half the settle time: the one
  // exists for the same reason as the other, and a test that shortens the one means both.
  int gone_reads = 3;
  Span gone_after() const { return settle / 2; }
};

}  // namespace domain
