#pragma once
// Inside of decide_eip only: what its parts share. Each rule returns a step, or nothing: go on with the next
// rule.

#include <optional>
#include <string>
#include <vector>

#include "domain/step.hpp"

namespace domain {

// Everything one decision needs at hand.
struct Decision {
  const Eip& eip;
  const EipWorld& world;
  const Settings& settings;
  Time now;
  std::vector<const Ledger::Record*> tagged;  // with our uid tag, the one to keep first

  bool fresh(const std::optional<Time>& asked) const { return asked && *asked + settings.fresh >= now; }

  Tags ownership() const { return ownership_tags(settings.cluster, eip.ns, eip.name, eip.uid); }
  Tags wanted() const { return wanted_tags(settings.default_tags, eip.spec.tags, ownership()); }
};

// Steps.
Step wait(std::string reason, std::string message, std::optional<Time> due = std::nullopt);
Step blocked(std::string reason, std::string message, bool stalled, std::optional<Time> due = std::nullopt);
Step look_at_addresses(std::string reason, std::string message);
Step look_at_target(std::string reason, std::string message);
Step act(StepKind kind, const AddressView& address, std::string reason, std::string message);
// The same effect failed a moment ago: not again at once, unless the object was edited or it is about
// something else.
std::optional<Step> hold_back(const Decision& d, const Step& wanted, const std::string& subject);
Step or_hold_back(const Decision& d, Step wanted, const std::string& subject);
Step disassociate(const Decision& d, const AddressView& address, std::string reason, std::string message);
// Only after a fresh read that proves that the address is ours and on nothing.
Step release(const Decision& d, const AddressView& address);

// Parts (decide_allocation.cpp, decide_assignment.cpp).
Step decide_allocation(const Decision& d);  // no address of ours is seen, and one is wanted
Step decide_deletion(const Decision& d);
// The address of `record` against its target. Nothing: it is where it should be.
std::optional<Step> decide_assignment(const Decision& d, const Ledger::Record& record);

}  // namespace domain
