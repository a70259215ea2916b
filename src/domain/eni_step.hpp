#pragma once
// What to do next for one ENI, and why.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/eni_world.hpp"

namespace domain {

struct EniStep : Verdict {
  using Kind = EniStepKind;
  EniStepKind kind = EniStepKind::settled;

  // look
  bool look_interfaces = false;
  bool look_instance = false;  // and its type
  bool look_groups = false;    // and the subnet

  // record_intent, create; none when an interface is to be adopted
  std::optional<EniIntent> intent;
  std::int64_t client_token_sequence = 0;
  std::string lost_id;  // record_intent: the interface that this one replaces
  InterfaceView
      interface;          // what the step is about: record_intent (one to adopt), and all effects but create
  bool spare = false;     // detach, delete_interface: a second interface of ours
  Host host;              // attach
  int device_index = -1;  // attach, on network card 0
  bool repair = false;    // attach: someone else detached it
  std::set<std::string> security_group_ids;  // modify_groups
  std::string description;                   // modify_description
  int count = 0;                             // assign_addresses
  std::vector<std::string> private_ips;      // unassign_addresses
  TagChange tags;                            // take_over, set_tags, remove_tags

  EniStep() = default;
  EniStep(const Pause& pause);  // NOLINT(google-explicit-constructor): a pause is a step of every kind
  static EniStep on(EniStepKind kind, const InterfaceView& interface, std::string reason,
                    std::string message);
};

const char* name_of(EniStepKind kind);
// True for a step that changes something in EC2.
bool is_effect(EniStepKind kind);

}  // namespace domain
