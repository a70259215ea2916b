#include "ec2.hpp"

namespace model {
namespace {

// The bound of this world: more than three allocations for one object would be wrong in all of its histories.
constexpr int kMostAllocations = 3;

}  // namespace

std::string id_of(int address) {
  return "eipalloc-" + std::to_string(address);
}
int index_of(const std::string& id) {
  return id.empty() ? -1 : std::stoi(id.substr(9));
}
std::string ip_of(int ip) {
  return "1.0.0." + std::to_string(ip);
}
std::string association_id(int association) {
  return association == 0 ? "" : "eipassoc-" + std::to_string(association);
}
int association_of(const std::string& id) {
  return id.empty() ? 0 : std::stoi(id.substr(9));
}

std::string private_ip(Place place) {
  return place == Place::nothing ? "" : "10.0.0." + std::to_string(static_cast<int>(place));
}

std::string interface_of(Place place) {
  return place == Place::nothing ? "" : "eni-" + std::to_string(static_cast<int>(place));
}

Place place_of(const std::string& ip) {
  for (const Place place : {Place::pod_a, Place::pod_b, Place::elsewhere})
    if (private_ip(place) == ip) return place;
  return Place::nothing;
}

domain::Tags tags_of(const Version& version) {
  static const domain::Tags object = domain::ownership_tags(kCluster, "ns", "e", kUid);
  domain::Tags tags = tags_of(version.owner, object);
  if (version.team_tag) tags["team"] = "a";
  return tags;
}

domain::AddressView view_of(const State& state, int address, const Version& version) {
  domain::AddressView view;
  view.allocation_id = id_of(address);
  view.public_ip = ip_of(state.addresses[static_cast<std::size_t>(address)].ip);
  view.association_id = association_id(version.association);
  view.network_interface_id = interface_of(version.place);
  view.private_ip_address = private_ip(version.place);
  view.tags = tags_of(version);
  return view;
}

void forget_past(const Setup& setup, State& state) {
  for (auto& address : state.addresses) address.forget_past(setup.delay, state.now);
}

void change(State& state, int address, Version version) {
  state.addresses[static_cast<std::size_t>(address)].change(version, state.now);
}

int create_address(State& state, int ip) {
  if (state.allocations == kMostAllocations) {
    state.broken = "more than three allocations";
    return -1;
  }
  ++state.allocations;
  Address address;
  const int index = static_cast<int>(state.addresses.size());
  address.ip = ip == 0 ? index + 1 : ip;
  state.addresses.push_back(address);
  change(state, index, {true, Owner::object, true, Place::nothing, 0});
  return index;
}

domain::Outcome associate(State& state, int address, Place place, bool allow_reassociation) {
  Version version = state.addresses[static_cast<std::size_t>(address)].now;
  if (!version.exists) return not_found<domain::Outcome>();
  if (version.place != Place::nothing && !allow_reassociation)
    return conflict<domain::Outcome>("AlreadyAssociated");
  for (int other = 0; other < static_cast<int>(state.addresses.size()); ++other) {
    Version displaced = state.addresses[static_cast<std::size_t>(other)].now;
    if (other == address || !displaced.exists || displaced.place != place) continue;
    displaced.place = Place::nothing;
    displaced.association = 0;
    change(state, other, displaced);
  }
  version.place = place;
  version.association = ++state.associations;
  change(state, address, version);
  domain::Outcome outcome;
  outcome.association_id = association_id(version.association);
  return outcome;
}

domain::Outcome disassociate(State& state, int association) {
  for (int address = 0; address < static_cast<int>(state.addresses.size()); ++address) {
    Version version = state.addresses[static_cast<std::size_t>(address)].now;
    if (!version.exists || version.association != association) continue;
    version.place = Place::nothing;
    version.association = 0;
    change(state, address, version);
    return {};
  }
  return not_found<domain::Outcome>();
}

domain::Outcome release(State& state, int address) {
  const Version version = state.addresses[static_cast<std::size_t>(address)].now;
  if (!version.exists) return not_found<domain::Outcome>();
  if (version.place != Place::nothing) return conflict<domain::Outcome>("InUse");
  change(state, address, {});
  return {};
}

domain::Outcome set_tags(State& state, int address, const domain::Tags& set) {
  Address& a = state.addresses[static_cast<std::size_t>(address)];
  Version version = a.now;
  if (!version.exists) return not_found<domain::Outcome>();
  if (set.contains(domain::kUidTag)) {
    if (version.owner == Owner::other) a.contested = true;
    version.owner = Owner::object;
  }
  if (set.contains("team")) version.team_tag = true;
  change(state, address, version);
  return {};
}

}  // namespace model
