#pragma once
// One history, from one seed: a storm of users, faults, crashes and restarts, then calm. The same seed gives
// the same history.

#include <functional>
#include <memory>
#include <vector>

#include "simulation/laws.hpp"
#include "simulation/process.hpp"
#include "simulation/users.hpp"
#include "simulation/weather.hpp"

namespace simulation {

struct Statistics {
  std::uint64_t histories = 0;
  std::uint64_t violations = 0;
  std::uint64_t user_steps = 0;
  std::uint64_t operator_steps = 0;  // from an await to the next
  std::uint64_t faults = 0;
  std::uint64_t processes = 0;
  std::uint64_t kills = 0;
  std::uint64_t effects = 0;  // of the operator in EC2
  std::uint64_t writes = 0;   // of the operator in Kubernetes
  std::uint64_t ec2_calls = 0;
  std::uint64_t kube_requests = 0;
  std::uint64_t lost_jobs = 0;
  base::Duration time{};  // virtual

  void add(const Statistics& other);
};

struct Told {
  std::uint64_t seed = 0;
  Violations violations;
  std::string story;       // of the first violation, a page at most; empty if there is none
  std::uint64_t mark = 0;  // of all that happened
  Statistics statistics;
};

struct Telling {
  bool whole = false;  // the story has every line, and what the operator logs
  // One more law over every effect, of the caller's.
  std::function<Violations(const Effect&, const Past&)> law{};
};

Told tell_history(std::uint64_t seed, const Telling& telling = {});

}  // namespace simulation
