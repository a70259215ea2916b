#include "worlds.hpp"

#include <stdexcept>

namespace model {

std::vector<Setup> worlds() {
  std::vector<Setup> all;
  const auto add = [&](const char* name) -> Setup& {
    Setup& setup = all.emplace_back();
    setup.name = name;
    return setup;
  };
  add("crashes and lost answers").wishes = 1;
  {
    Setup& s = add("allocations in flight");
    s.delay = 2;
    s.in_flight = 1;
    s.wishes = 0;
  }
  {
    Setup& s = add("refusals");
    s.wishes = 1;
    s.delay = 2;
    s.refusals = 1;
  }
  {
    Setup& s = add("released by hand");
    s.wishes = 0;
    s.delay = 2;
    s.interference = 1;
    s.hand_releases = true;
  }
  {
    Setup& s = add("one exact address");
    s.wishes = 0;
    s.delay = 2;
    s.interference = 1;
    s.hand_releases = true;
    s.exact_address = true;
  }
  {
    Setup& s = add("moved by hand");
    s.wishes = 1;
    s.delay = 2;
    s.interference = 1;
    s.hand_disassociates = s.hand_moves = true;
  }
  {
    Setup& s = add("tags edited by hand");
    s.wishes = 0;
    s.delay = 2;
    s.interference = 1;
    s.hand_retags = true;
  }
  {
    Setup& s = add("a stranger's address");
    s.wishes = 0;
    s.delay = 2;
    s.interference = 2;
    s.stranger_comes = true;
  }
  {
    Setup& s = add("an object of 1.4.1");
    s.start = Start::predecessor;
    s.wishes = 1;
    s.delay = 2;
    s.interference = 1;
    s.hand_retags = true;
  }
  {
    Setup& s = add("restored from a backup");
    s.start = Start::restored;
    s.wishes = 0;
    s.interference = 1;
    s.hand_retags = true;
  }
  {
    Setup& s = add("restored with its status");
    s.start = Start::restored_with_status;
    s.wishes = 0;
  }
  {
    Setup& s = add("reads answered late");
    s.wishes = 1;
    s.delay = 2;
    s.late_reads = true;
    s.crashes = false;
  }
  {
    Setup& s = add("reads that miss an address");
    s.wishes = 0;
    s.delay = 2;
    s.missed_reads = 1;
  }
  return all;
}

std::vector<Setup> large_worlds() {
  auto all = worlds();
  for (auto& setup : all) {
    setup.delay = kSettle - 1 - setup.in_flight;
    ++setup.wishes;
    if (setup.interference > 0) ++setup.interference;
    if (setup.refusals > 0) ++setup.refusals;
    ++setup.unanswered;
    if (setup.missed_reads > 0) ++setup.missed_reads;
  }
  return all;
}

const Setup& world(const std::vector<Setup>& all, const std::string& name) {
  for (const auto& setup : all)
    if (setup.name == name) return setup;
  throw std::out_of_range("no world named " + name);
}

}  // namespace model
