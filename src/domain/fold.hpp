#pragma once
// The world after a step: what its outcome changes in the ledger and in the memory. Pure; the shell and the
// model test share it.

#include <string>

#include "domain/step.hpp"

namespace domain {

struct Outcome : Answer {
  AddressView address;         // allocate: as answered, with the tags that were sent
  std::string association_id;  // associate
};

// Before a call is sent: what may be so from here on.
void note_call(const Step& step, Ledger& ledger, Memory& memory);

void fold(const Eip& eip, const Step& step, const Outcome& outcome, Ledger& ledger, Memory& memory, Time now);

}  // namespace domain
