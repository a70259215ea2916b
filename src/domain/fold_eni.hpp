#pragma once
// The world of an ENI after a step: what its outcome changes in the ledger and in the memory. Pure; the shell
// and the model test share it.

#include <string>
#include <vector>

#include "domain/eni_step.hpp"

namespace domain {

struct EniOutcome : Answer {
  InterfaceView interface;               // create: as answered, with the tags that were sent
  std::string attachment_id;             // attach
  std::vector<std::string> private_ips;  // assign_addresses
};

// Before the status with the intent of a record_intent step is written: should the answer to that be lost,
// the intent is still known as one that no call was made for.
void note_intent(const EniStep& step, EniMemory& memory);
// Before CreateNetworkInterface is called: from here on the call may have its effect.
void note_call(EniMemory& memory);

void fold(const Eni& eni, const EniStep& step, const EniOutcome& outcome, const Settings& settings,
          InterfaceLedger& ledger, EniMemory& memory, Time now);

}  // namespace domain
