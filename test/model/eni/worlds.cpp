#include "worlds.hpp"

#include <stdexcept>

namespace model::eni {

std::vector<Setup> worlds() {
  std::vector<Setup> all;
  const auto add = [&](const char* name, At pod = At::nothing) -> Setup& {
    Setup& setup = all.emplace_back();
    setup.name = name;
    setup.pod = pod;
    return setup;
  };
  {
    Setup& s = add("crashes and lost answers");
    s.unanswered = 2;
    s.delays = 1;
  }
  {
    Setup& s = add("attached, with crashes", At::one);
    s.unanswered = 1;
    s.delay = 1;
  }
  {
    Setup& s = add("attached, reads lag", At::one);
    s.unanswered = 1;
    s.resyncs = 1;
    s.slow = 1;
    s.crashes = false;
  }
  {
    Setup& s = add("creations in flight");
    s.delay = kSettle - 1;
    s.in_flight = 1;
    s.unanswered = 2;
    s.refusals = 1;
  }
  {
    Setup& s = add("a pod that moves", At::one);
    s.wishes = 2;
    s.slow = 1;
    s.delay = 1;
    s.crashes = false;
  }
  {
    Setup& s = add("a pod that moves, with crashes", At::one);
    s.wishes = 1;
    s.delay = 1;
  }
  {
    Setup& s = add("refusals", At::one);
    s.refusals = 2;
    s.crashes = false;
  }
  {
    Setup& s = add("another number of addresses");
    s.secondary = 1;
    s.wishes = 2;
    s.address_wishes = true;
    s.unanswered = 1;
    s.delay = 1;
    s.crashes = false;
  }
  {
    Setup& s = add("addresses, with crashes");
    s.secondary = 1;
    s.wishes = 1;
    s.address_wishes = true;
    s.delay = 1;
  }
  {
    Setup& s = add("addresses that are held by hand");
    s.secondary = 2;
    s.wishes = 1;
    s.address_wishes = true;
    s.interference = 2;
    s.hand_holds = true;
    s.delay = 1;
    s.crashes = false;
  }
  {
    Setup& s = add("addresses, reads lag");
    s.secondary = 1;
    s.wishes = 1;
    s.address_wishes = true;
    s.unanswered = 1;
    s.resyncs = 1;
    s.crashes = false;
  }
  {
    Setup& s = add("deleted by hand", At::one);
    s.interference = 1;
    s.hand_deletes = true;
    s.delay = 1;
  }
  {
    Setup& s = add("detached by hand", At::one);
    s.interference = 2;
    s.hand_detaches = true;
    s.slow = 1;
    s.delay = 1;
  }
  {
    Setup& s = add("tags edited by hand");
    s.interference = 1;
    s.hand_retags = true;
  }
  {
    Setup& s = add("an object of 1.4.1", At::one);
    s.start = Start::predecessor;
    s.resyncs = 1;
  }
  {
    Setup& s = add("1.4.1, edited by hand", At::one);
    s.start = Start::predecessor;
    s.interference = 1;
    s.hand_retags = true;
    s.crashes = false;
  }
  {
    Setup& s = add("restored from a backup");
    s.start = Start::restored;
    s.interference = 1;
    s.hand_retags = true;
  }
  {
    Setup& s = add("restored with its status");
    s.start = Start::restored_with_status;
    s.unanswered = 1;
  }
  {
    Setup& s = add("reads that miss an interface");
    s.missed_reads = 1;
    s.resyncs = 1;
    s.delays = 1;
  }
  if (!kLarge) return all;
  for (auto& setup : all) {
    setup.delay = kSettle - 1 - setup.in_flight;  // the call may come a tick after its intent
    setup.delays = 1;
    setup.crashes = true;
    setup.resyncs += 1;
    setup.unanswered += 1;
    if (setup.interference > 0) ++setup.interference;
    if (setup.refusals > 0) ++setup.refusals;
    if (setup.missed_reads > 0) ++setup.missed_reads;
    if (setup.wishes > 0) ++setup.wishes;
  }
  return all;
}

Setup world(const std::string& name) {
  for (const auto& setup : worlds())
    if (setup.name == name) return setup;
  throw std::out_of_range("no world named " + name);
}

}  // namespace model::eni
