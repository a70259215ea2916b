#pragma once
// EC2 as far as the walk needs it: calls that change addresses, and reads that may lag behind.

#include "state.hpp"

namespace model {

inline constexpr const char* kUid = "uid-1";
inline constexpr const char* kEarlierUid = "uid-0";
inline constexpr const char* kOtherUid = "uid-9";
inline constexpr const char* kCluster = "c";

std::string id_of(int address);
int index_of(const std::string& allocation_id);
std::string ip_of(int ip);
std::string private_ip(Place place);
std::string interface_of(Place place);
Place place_of(const std::string& private_ip);
std::string association_id(int association);
int association_of(const std::string& association_id);
domain::Tags tags_of(const Version& version);
Owner owner_of(const domain::Tags& tags);
inline unsigned bit(Owner owner) {
  return 1u << static_cast<unsigned>(owner);
}
domain::AddressView view_of(const State& state, int address, const Version& version);

// The versions that a read of this moment may show, the true one first and the oldest last.
std::vector<Version> showable(const Setup& setup, const State& state, int address);
void forget_past(const Setup& setup, State& state);
// Makes `version` the truth; what was before may still be shown.
void change(State& state, int address, Version version);

// Calls. The outcome is EC2's own answer.
int create_address(State& state, int ip);  // the new address, or -1: the bound of this world is reached
domain::Outcome associate(State& state, int address, Place place, bool allow_reassociation);
domain::Outcome disassociate(State& state, int association);
domain::Outcome release(State& state, int address);
domain::Outcome set_tags(State& state, int address, const domain::Tags& set);

domain::Outcome failure(const char* reason);

// What a read showed of an address, as far as it tells whose it is.
void tell(State& state, int address, const Version& shown, int asked);

}  // namespace model
