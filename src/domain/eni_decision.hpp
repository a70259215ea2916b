#pragma once
// Inside of decide_eni only: what its parts share. Each rule returns a step, or nothing: go on with the next
// rule.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/decide_eni.hpp"

namespace domain {

struct EniDecision : DecisionOf<Eni, EniWorld, EniStep, InterfaceView> {
  Host host;
};

std::vector<const InterfaceLedger::Record*> tagged_interfaces(const Eni& eni, const EniWorld& world);
EniDecision decision_over(const Eni& eni, const EniWorld& world, const Settings& settings, Time now);

// Steps.
EniStep look_at_groups(std::string reason, std::string message);
EniStep detach(const EniDecision& d, const InterfaceLedger::Record& record, std::string reason,
               std::string message);
// EC2 is attaching or detaching it: until that is done.
EniStep await_change(const EniDecision& d, const InterfaceLedger::Record& record);
// Off its instance, then gone. Only of an interface that a fresh read shows to be ours.
EniStep give_up(const EniDecision& d, const InterfaceLedger::Record& record);

// The security groups that the spec names, as ids. A step: they are not known.
std::optional<EniStep> choose_groups(const EniDecision& d, std::set<std::string>& ids);

// Parts (decide_eni_creation.cpp, decide_eni_attachment.cpp, decide_eni_attributes.cpp).
EniStep decide_creation(const EniDecision& d);  // no interface of ours is seen, and one is wanted
EniStep decide_eni_deletion(const EniDecision& d);
// The interface of `record` against its host. Nothing: it is where it should be.
std::optional<EniStep> decide_attachment(const EniDecision& d, const InterfaceLedger::Record& record);
// ... against the rest of the spec. Nothing: it is as it should be.
std::optional<EniStep> decide_addresses(const EniDecision& d, const InterfaceLedger::Record& record);
std::optional<EniStep> decide_groups(const EniDecision& d, const InterfaceLedger::Record& record);
std::optional<EniStep> decide_description(const EniDecision& d, const InterfaceLedger::Record& record);

}  // namespace domain
