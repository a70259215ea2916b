#pragma once
// EC2's network interfaces as far as the walk needs them: calls that change them, and names.

#include "state.hpp"

namespace model::eni {

std::string id_of(int interface);
int index_of(const std::string& network_interface_id);
std::string instance_of(At at);
At at_of(const std::string& instance_id);
std::string attachment_id(int attachment);
// The private address of an interface with this bit.
std::string ip_of(int interface, unsigned bit);
unsigned bit_of(const std::string& ip);
domain::Tags tags_of(const Version& version);
domain::InterfaceView view_of(int interface, const Version& version);

// Makes `version` the truth; what was before may still be shown.
void change(State& state, int interface, Version version);
// EC2 has finished attaching or detaching it.
void finish_change(State& state, int interface);

// Calls. The outcome is EC2's own answer.
domain::EniOutcome create(State& state, const domain::EniStep& step);
domain::EniOutcome attach(State& state, int interface, At at, int device_index);
domain::EniOutcome detach(State& state, const std::string& attachment);
domain::EniOutcome remove(State& state, int interface);
domain::EniOutcome set_tags(State& state, int interface, const domain::Tags& set);
domain::EniOutcome assign(State& state, int interface, int count);
domain::EniOutcome unassign(State& state, int interface, const std::vector<std::string>& ips);

}  // namespace model::eni
