#pragma once
// The next step for one ENI. A pure function: same object, world and time, same step.
//
// The rules it keeps, which the model test proves over all reachable states: intent before effect; one
// network interface per ENI; nothing that is not ours is deleted, moved or changed; nothing is detached by
// force; a private address with an Elastic IP is not taken away; a quiet world settles.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/eni_step.hpp"

namespace domain {

EniStep decide_eni(const Eni& eni, const EniWorld& world, const Settings& settings, Time now);

// The interface that is this ENI's, if any is seen: among those with our uid tag the one in status, else an
// attached one, else the lowest id.
const InterfaceLedger::Record* own_interface(const Eni& eni, const EniWorld& world);

// The private addresses as status lists them: the primary first, then those that it listed before in their
// order, then new ones. EC2 tells them in any order.
std::vector<std::string> addresses_in_order(const EniStatus& status, const InterfaceView& view);

// The security groups of the spec, as ids. Nothing: a name among them is not known.
std::optional<std::set<std::string>> known_groups(const EniSpec& spec, const SecurityGroupFacts& facts);

// All that is to be on the interface.
Tags wanted_interface_tags(const Settings& settings, const Eni& eni);

}  // namespace domain
