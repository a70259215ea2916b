#pragma once
// Inside of decide_eip only: what its parts share. Each rule returns a step, or nothing: go on with the next
// rule.

#include <optional>
#include <string>
#include <vector>

#include "domain/step.hpp"

namespace domain {

struct Decision : DecisionOf<Eip, EipWorld, Step, AddressView> {
  Tags wanted() const { return wanted_tags(settings.default_tags, object.spec.tags, ownership()); }
};

std::vector<const Ledger::Record*> tagged_addresses(const Eip& eip, const EipWorld& world);
Decision decision_over(const Eip& eip, const EipWorld& world, const Settings& settings, Time now);

// Steps.
Step look_at_target(std::string reason, std::string message);
Step disassociate(const Decision& d, const AddressView& address, std::string reason, std::string message);
// Only after a fresh read that proves that the address is ours and on nothing.
Step release(const Decision& d, const AddressView& address);

// Parts (decide_allocation.cpp, decide_assignment.cpp).
Step decide_allocation(const Decision& d);  // no address of ours is seen, and one is wanted
Step decide_deletion(const Decision& d);
// The address of `record` against its target. Nothing: it is where it should be.
std::optional<Step> decide_assignment(const Decision& d, const Ledger::Record& record);

}  // namespace domain
