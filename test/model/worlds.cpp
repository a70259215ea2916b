#include "worlds.hpp"

#include <stdexcept>

namespace model {
namespace {

Setup named(const char* name) {
  Setup setup;
  setup.name = name;
  return setup;
}

Setup on_pod_a(const char* name) {
  Setup setup = named(name);
  setup.wish = Wish::pod_a;
  return setup;
}

}  // namespace

std::vector<Setup> worlds() {
  std::vector<Setup> all;
  all.push_back(named("crashes and lost answers"));
  {
    Setup s = named("changing wishes");
    s.wishes = 1;
    s.unanswered = s.delays = s.resyncs = 0;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("a pod that comes and goes");
    s.wishes = 2;
    s.delay = 1;
    s.unanswered = s.delays = s.resyncs = 0;
    s.crashes = false;
    all.push_back(s);
  }
  {
    Setup s = named("allocations in flight");
    s.delay = kSettle - 1;
    s.in_flight = 1;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("refusals");
    s.refusals = 1;
    s.crashes = false;
    s.unanswered = s.delays = 0;
    all.push_back(s);
  }
  {
    Setup s = named("released by hand");
    s.interference = 1;
    s.hand_releases = true;
    s.unanswered = s.delays = 0;
    all.push_back(s);
  }
  {
    Setup s = named("one exact address");
    s.interference = 1;
    s.hand_releases = true;
    s.exact_address = true;
    s.unanswered = s.delays = 0;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("moved by hand");
    s.interference = 1;
    s.hand_disassociates = s.hand_moves = true;
    s.delay = 1;
    s.unanswered = s.delays = 0;
    s.crashes = false;
    all.push_back(s);
  }
  {
    Setup s = named("tags edited by hand");
    s.interference = 1;
    s.hand_retags = true;
    s.delays = s.unanswered = 0;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("a stranger's address");
    s.interference = 2;
    s.stranger_comes = true;
    s.delay = 1;
    s.unanswered = s.delays = 0;
    s.crashes = false;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("an object of 1.4.1");
    s.start = Start::predecessor;
    s.unanswered = s.delays = 0;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("1.4.1, edited by hand");
    s.start = Start::predecessor;
    s.interference = 1;
    s.hand_retags = true;
    s.unanswered = s.delays = 0;
    s.crashes = false;
    all.push_back(s);
  }
  {
    Setup s = named("an association of 1.4.1");
    s.start = Start::predecessor;
    s.association = true;
    s.wishes = 2;
    s.delay = 1;
    s.unanswered = s.delays = s.resyncs = 0;
    s.crashes = false;
    all.push_back(s);
    s.name = "an association of 1.4.1 and crashes";
    s.wishes = 2;
    s.delay = 0;
    s.crashes = true;
    all.push_back(s);
  }
  {
    Setup s = named("restored from a backup");
    s.start = Start::restored;
    s.interference = 1;
    s.hand_retags = true;
    s.unanswered = s.delays = s.resyncs = 0;
    all.push_back(s);
  }
  {
    Setup s = named("restored with its status");
    s.start = Start::restored_with_status;
    s.delays = 0;
    all.push_back(s);
  }
  {
    Setup s = on_pod_a("reads answered late");
    s.late_reads = true;
    s.crashes = false;
    s.unanswered = s.delays = 0;
    s.resyncs = 2;
    all.push_back(s);
  }
  {
    Setup s = named("reads that miss an address");
    s.missed_reads = 1;
    all.push_back(s);
  }
  if (!kLarge) return all;
  for (auto& setup : all) {
    setup.delay = kSettle - 1 - setup.in_flight;  // the call may come a tick after its intent
    setup.unanswered = setup.delays = 1;
    setup.resyncs += 1;
    setup.crashes = true;
    if (setup.interference > 0) ++setup.interference;
    if (setup.refusals > 0) ++setup.refusals;
    if (setup.missed_reads > 0) ++setup.missed_reads;
  }
  return all;
}

Setup world(const std::string& name) {
  for (const auto& setup : worlds())
    if (setup.name == name) return setup;
  throw std::out_of_range("no world named " + name);
}

}  // namespace model
