#pragma once
// What stands before the next effect: the one answer that the rules of every kind can give. A step of each
// kind can be made of it.

#include <optional>
#include <string>

#include "domain/object.hpp"

namespace domain {

struct Verdict {
  std::string reason;   // of docs/reasons.md; empty: nothing to say
  std::string message;  // for a person
  bool stalled = false;
  std::optional<Time> due;  // wait, blocked, settled: look again then
};

struct Pause : Verdict {
  enum class Kind {
    look,  // at the thing in EC2 that the object stands for
    wait,
    blocked,  // as wait, and the object says that something is wrong
  };
  Kind kind = Kind::wait;
};

Pause look(std::string reason, std::string message);
Pause wait(std::string reason, std::string message, std::optional<Time> due = std::nullopt);
Pause blocked(std::string reason, std::string message, bool stalled, std::optional<Time> due = std::nullopt);

// The same among the steps of a kind.
template <class StepKind>
StepKind kind_of(const Pause& pause) {
  switch (pause.kind) {
    case Pause::Kind::look:
      return StepKind::look;
    case Pause::Kind::wait:
      return StepKind::wait;
    case Pause::Kind::blocked:
      return StepKind::blocked;
  }
  return StepKind::wait;
}

}  // namespace domain
