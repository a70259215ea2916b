#pragma once
// The next step for one EIP. A pure function: same object, world and time, same step.
//
// The rules it keeps (docs/decisions/0005-ownership.md), which the model test proves over all reachable
// states: intent before effect; one address per EIP; nothing that is not ours is released, moved or tagged;
// no Elastic IP is displaced; every effect rests on a read that is fresh enough; a quiet world settles.

#include "domain/step.hpp"

namespace domain {

Step decide_eip(const Eip& eip, const EipWorld& world, const Settings& settings, Time now);

// The address that is this EIP's, if any is seen: among those with our uid tag the one in status, else the
// associated, else the lowest id; without one, the address that status names and that nobody claims.
const Ledger::Record* own_address(const Eip& eip, const EipWorld& world);

// True while the call that the intent in status announced may still have an effect that nobody has seen.
// (Also when an address of ours is seen: it may be another one.)
bool intent_pending(const Eip& eip, const EipWorld& world, const Settings& settings, Time now);

}  // namespace domain
