#pragma once
// EC2 as far as the walk needs it: calls that change addresses, and reads that may lag behind.

#include "state.hpp"

namespace model {

std::string id_of(int address);
int index_of(const std::string& allocation_id);
std::string ip_of(int ip);
std::string private_ip(Place place);
std::string interface_of(Place place);
Place place_of(const std::string& private_ip);
std::string association_id(int association);
int association_of(const std::string& association_id);
domain::Tags tags_of(const Version& version);
domain::AddressView view_of(const State& state, int address, const Version& version);

void forget_past(const Setup& setup, State& state);
void change(State& state, int address, Version version);

// Calls. The outcome is EC2's own answer.
int create_address(State& state, int ip);  // the new address, or -1: the bound of this world is reached
domain::Outcome associate(State& state, int address, Place place, bool allow_reassociation);
domain::Outcome disassociate(State& state, int association);
domain::Outcome release(State& state, int address);
domain::Outcome set_tags(State& state, int address, const domain::Tags& set);

}  // namespace model
