#include "ec2.hpp"

namespace model {

State first_state(const Setup& setup) {
  State state;
  state.budget = {setup.interference, setup.refusals, setup.unanswered, setup.wishes,
                  setup.missed_reads, setup.resyncs,  setup.delays};
  const auto add = [&](Owner owner, Place place) -> Address& {
    Address address;
    address.ip = static_cast<int>(state.addresses.size()) + 1;
    address.now = {true, owner, false, place, place == Place::nothing ? 0 : ++state.associations};
    return state.addresses.emplace_back(address);
  };
  if (setup.start == Start::predecessor) {
    // Version 1.4.1 assigned it to pod a: status names it, no tag does.
    add(Owner::nobody, Place::pod_a);
    state.object.finalizer = true;
    state.object.status.state = domain::state::kAssigned;
  }
  if (setup.start == Start::restored || setup.start == Start::restored_with_status)
    add(Owner::earlier, Place::nothing);
  if (setup.start == Start::predecessor || setup.start == Start::restored_with_status) {
    state.object.status.allocation_id = id_of(0);
    state.object.status.public_ip_address = ip_of(1);
  }
  if (setup.stranger_comes) add(Owner::nobody, Place::nothing).stranger = true;
  state.object.wish = setup.wish;
  if (setup.association) {
    state.object.association = Wish::pod_a;
    state.object.copy = true;
  }
  return state;
}

}  // namespace model
