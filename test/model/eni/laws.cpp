#include "laws.hpp"

#include <algorithm>
#include <bit>

#include "ec2.hpp"

namespace model::eni {
namespace {

using domain::EniStepKind;

bool says(const domain::EniStatus& status, const char* type) {
  const auto* condition = domain::find_condition(status, type);
  return condition && condition->status;
}

const char* misplaced(const State& state, const Version& mine) {
  const At wanted = state.object.attach ? state.pod : At::nothing;
  if (mine.at != wanted) return "the interface is not where it is wanted";
  if (wanted != At::nothing && mine.phase != Phase::attached) return "the interface is not attached";
  if (says(state.object.status, "Attached") != (wanted != At::nothing))
    return "status does not say whether it is attached";
  const auto& said = state.object.status.attachment;
  if ((said ? at_of(said->instance_id) : At::nothing) != wanted) return "status names another instance";
  return nullptr;
}

const char* misaddressed(const State& state, const Version& mine, const domain::EniStep& step) {
  const int have = std::popcount(mine.secondary);
  if (static_cast<int>(state.object.status.private_ip_addresses.size()) != 1 + have)
    return "status lists other addresses";
  if (have == state.object.secondary) return nullptr;
  const bool in_use = (mine.held & mine.secondary) != 0 || (state.wanted_address & mine.secondary) != 0;
  if (have > state.object.secondary && in_use && step.reason == "AddressInUse" && step.stalled)
    return nullptr;  // a person has to take the Elastic IP off
  return "the number of addresses is not as wished";
}

}  // namespace

std::string broken_law(const State& state) {
  const auto ours = std::count_if(state.interfaces.begin(), state.interfaces.end(), [](const Interface& i) {
    return i.now.exists && i.now.owner == Owner::object && !i.contested;
  });
  if (ours > 1) return "two network interfaces for one object";
  if (!state.object.exists && ours > 0) return "leaked: the object is gone, its interface is not";
  return "";
}

std::string broken_call(const State& state, const domain::EniStep& step) {
  if (step.kind == EniStepKind::create) return "";
  const Interface& interface = state.interfaces[static_cast<std::size_t>(index_of(step.interface.id))];
  const Version& now = interface.now;
  const auto& status = state.object.status;
  const bool just_read = interface.told.at == state.now;
  if (step.kind == EniStepKind::take_over) {
    const bool named = step.interface.id == status.network_interface_id;
    const bool free = !now.exists || now.owner == Owner::object || now.owner == Owner::earlier ||
                      now.owner == Owner::no_uid || (now.owner == Owner::nobody && named);
    return free || just_read ? "" : "took over an interface of someone else without a look";
  }
  const bool ours = !now.exists || now.owner == Owner::object;
  if (!ours && !interface.told.ours)
    return std::string(domain::name_of(step.kind)) + " of an interface that is not ours";
  const bool deletes = step.kind == EniStepKind::delete_interface;
  const bool unassigns = step.kind == EniStepKind::unassign_addresses;
  if ((deletes || unassigns) && now.exists && !just_read) return "not to be undone, and not looked at";
  if (unassigns)
    for (const auto& ip : step.private_ips) {
      if (bit_of(ip) == state.wanted_address) return "unassigned an address that an EIP wants";
      const auto* address = step.interface.find(ip);
      if (!address || !address->allocation_id.empty()) return "unassigned an address with an Elastic IP";
    }
  const bool moves = step.kind == EniStepKind::attach || step.kind == EniStepKind::detach || deletes;
  if (moves && !step.spare && says(status, "Attached")) return "EC2 is changed while status says attached";
  if (step.kind == EniStepKind::attach && state.process.instance_asked != state.now)
    return "attached without a look at the instance";
  return "";
}

const char* unwished(const State& state, const domain::EniStep& step) {
  const auto& status = state.object.status;
  if (state.object.deleting) return "a deleted object stays";
  const Interface* mine = nullptr;
  for (const auto& interface : state.interfaces)
    if (interface.now.exists && interface.now.owner == Owner::object) mine = &interface;
  const int named = index_of(status.network_interface_id);
  if (!mine) {
    if (named >= 0 && state.interfaces[static_cast<std::size_t>(named)].now.owner == Owner::other &&
        step.reason == "InterfaceNotOurs")
      return nullptr;  // a person has to say whose it is
    return "an object without an interface";
  }
  if (static_cast<int>(mine - state.interfaces.data()) != named) return "status names another interface";
  if (!mine->now.team_tag) return "a tag is missing";
  if (status.intent) return "an intent is left over";
  if (const char* why = misplaced(state, mine->now)) return why;
  return misaddressed(state, mine->now, step);
}

}  // namespace model::eni
