#pragma once
// The world after a step: what its outcome changes in the ledger and in the memory. Pure; the shell and the
// model test share it.

#include <string>

#include "domain/step.hpp"

namespace domain {

struct Outcome {
  bool ok = true;
  AddressView address;         // allocate: as answered, with the tags that were sent
  std::string association_id;  // associate

  // Of a failure.
  bool effect_possible = false;  // the call may have had its effect
  bool not_found = false;        // EC2 knows no such thing
  bool conflict = false;         // EC2's state is not what the step was decided on: look again
  bool refused = false;          // for good: trying the same again can't succeed unless something changes
  std::string reason;
  std::string message;
  bool stalled = false;
};

void fold(const Eip& eip, const Step& step, const Outcome& outcome, Ledger& ledger, Memory& memory, Time now);

}  // namespace domain
