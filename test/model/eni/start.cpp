#include "ec2.hpp"

namespace model::eni {

State first_state(const Setup& setup) {
  State state;
  state.budget = {setup.interference, setup.refusals, setup.unanswered, setup.wishes,
                  setup.missed_reads, setup.resyncs,  setup.delays,     setup.slow};
  state.object.attach = setup.pod != At::nothing;
  state.object.secondary = setup.secondary;
  state.pod = setup.pod;
  if (setup.start == Start::fresh) return state;

  Interface interface;
  interface.now.exists = true;
  if (setup.start == Start::predecessor) {
    // Version 1.4.1 attached it for the pod: status names it, no tag does.
    interface.now.at = At::one;
    interface.now.phase = Phase::attached;
    interface.now.attachment = ++state.attachments;
    state.object.finalizer = true;
    state.object.status.attachment.emplace();
    state.object.status.attachment->pod_name = "a";
  } else {
    interface.now.owner = Owner::earlier;
  }
  state.interfaces.push_back(interface);
  if (setup.start == Start::restored) return state;
  const auto view = view_of(0, interface.now);
  state.object.status.network_interface_id = view.id;
  state.object.status.mac_address = view.mac_address;
  state.object.status.private_ip_addresses = {view.addresses.front().ip};
  return state;
}

}  // namespace model::eni
