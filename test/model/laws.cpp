#include "laws.hpp"

#include <algorithm>

#include "ec2.hpp"
#include "operator.hpp"

namespace model {

std::string broken_law(const State& state) {
  const auto ours = std::count_if(state.addresses.begin(), state.addresses.end(), [](const Address& a) {
    return a.now.exists && a.now.owner == Owner::object && !a.contested;
  });
  if (ours > 1) return "two addresses for one object";
  if (!state.object.exists && ours > 0) return "leaked: the object is gone, its address is not";
  return "";
}

const char* unwished(const Setup& setup, const State& state, const domain::Step& step) {
  const auto& status = state.object.status;
  if (state.object.deleting) return "a deleted object stays";
  const Address* mine = nullptr;
  const Address* stranger = nullptr;
  for (const auto& address : state.addresses) {
    if (address.now.exists && address.now.owner == Owner::object) mine = &address;
    if (address.stranger) stranger = &address;
  }
  const int named = index_of(status.allocation_id);
  if (!mine) {
    if (named >= 0 && state.addresses[static_cast<std::size_t>(named)].now.owner == Owner::other &&
        step.reason == "AddressNotOurs")
      return nullptr;  // a person has to say whose it is
    if (setup.exact_address && state.ip_taken && step.stalled) return nullptr;
    for (const auto& address : state.addresses)  // the one address that is wanted is someone else's by now
      if (setup.exact_address && address.now.exists && address.ip == 1 && step.stalled) return nullptr;
    return "an object without an address";
  }
  if (id_of(static_cast<int>(mine - state.addresses.data())) != status.allocation_id)
    return "status names another address";
  if (ip_of(mine->ip) != status.public_ip_address) return "status names another public address";
  if (!mine->now.team_tag) return "a tag is missing";
  if (status.intent) return "an intent is left over";

  const Object& object = state.object;
  if (object.copy && object.copy_told && object.association != Wish::pod_a)
    return "a copy outlives what it is a copy of";
  const bool by_association = object.wanted() == object.association && object.association != Wish::none;
  if ((by_association && !(object.copy && !object.copy_told)) != status.assigned_by.has_value())
    return "status does not say who assigns it";

  Place place = Place::nothing;
  const Wish wish = object.wanted();
  if (wish == Wish::pod_b) place = Place::pod_b;
  if (wish == Wish::pod_a && state.pod_a == PodA::runs) place = Place::pod_a;
  if (wish == Wish::pod_a && state.pod_a == PodA::terminates && mine->now.place == Place::pod_a)
    place = Place::pod_a;  // it may stay while the pod runs
  if (stranger && stranger->now.place == place && place != Place::nothing) place = Place::nothing;
  if (mine->now.place != place) return "the address is not where it is wanted";
  const char* said = domain::state::kAssigned;
  if (place == Place::nothing)
    said = wish == Wish::none ? domain::state::kAllocated : domain::state::kAssigning;
  if (status.state != said) return "status does not say how it is";
  if (status.association_id != association_id(mine->now.association))
    return "status names another association";
  return nullptr;
}

}  // namespace model
