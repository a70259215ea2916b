#pragma once
// What must be true of every history. Pure: each law looks at what was seen and says what breaks it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulation/facts.hpp"

namespace simulation {

struct Violation {
  std::string law;
  std::string what;
  std::vector<std::string> subjects;  // names of which the story is to be told

  bool operator==(const Violation&) const = default;
};
using Violations = std::vector<Violation>;

// What the account holds at one moment.
struct Holdings {
  std::map<std::string, ec2_double::Address> addresses;
  std::map<std::string, ec2_double::NetworkInterface> interfaces;

  static Holdings of(const ec2_double::World& world);
  // The address on this private address of this interface; nullptr if there is none.
  const ec2_double::Address* on(const std::string& interface, const std::string& private_ip) const;
};

// Of what came before a moment.
struct Past {
  Past(const std::map<std::string, std::string>& objects_of_ours,
       const std::map<std::string, ec2_double::Time, std::less<>>& touched_by_others, ec2_double::Time moment,
       ec2_double::Span unaware_for, ec2_double::Span resync)
      : objects(objects_of_ours),
        touched(touched_by_others),
        now(moment),
        unaware(unaware_for),
        between_reads(resync) {}

  // Uids of all objects of ours that there ever were, and their keys.
  const std::map<std::string, std::string>& objects;
  // When somebody else last changed a thing, by its id.
  const std::map<std::string, ec2_double::Time, std::less<>>& touched;
  ec2_double::Time now{};
  // How long the operator may not know of a change: what it reads is late, and its decision on the way.
  ec2_double::Span unaware{};
  // ... of a thing that it need not look at before the call, until everything is read again.
  ec2_double::Span between_reads{};
  // Keys of the EIPs whose status another process wrote last: two that overlap may know different things.
  std::set<std::string> contradicted;
  // Addresses of which EC2 said, too early and not long ago, that it knows no such association.
  std::set<std::string> denied;
  // Addresses that another process has put where they are after this one began, and what is read may not show
  // yet.
  std::set<std::string> placed_by_another;

  bool just_touched(const std::string& id) const { return touched_within(unaware, id); }
  bool touched_unread(const std::string& id) const { return touched_within(unaware + between_reads, id); }

 private:
  bool touched_within(ec2_double::Span span, const std::string& id) const {
    const auto found = touched.find(id);
    return found != touched.end() && found->second + span >= now;
  }
};

// A call of the operator that changed something, with Kubernetes as it was then.
struct Effect {
  const ec2_double::LoggedCall& call;
  const Holdings& before;
  const Holdings& after;
  const Facts& facts;
};

// laws_effect.cpp
std::string tag(const ec2_double::Tags& tags, std::string_view key);  // empty: there is none
Violations judge(const Effect& effect, const Past& past);
// The same of network interfaces. laws_effect_eni.cpp
Violations judge_interfaces(const Effect& effect, const Past& past);

// The end: no faults any more, and time enough to settle.
struct Ending {
  const Holdings& holdings;
  const Facts& facts;
  const std::set<std::string>& orphaned;  // uids of objects that were taken away behind the operator's back
  // Things that version 1.4.1 made, and the uids of their objects.
  const std::map<std::string, std::string>& left;
  ec2_double::Time now{};
};

// laws_end.cpp

// The object has no address, and says why EC2 does not give it the one that it names, or one of that pool.
bool lacks_what_ec2_refuses(const EipFacts& eip);
Violations judge(const Ending& ending);
// All objects are deleted, and time enough has passed.
Violations judge_emptied(const Ending& ending);

}  // namespace simulation
