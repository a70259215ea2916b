#include "moves.hpp"

#include <algorithm>

#include "ec2.hpp"
#include "laws.hpp"
#include "operator.hpp"

namespace model {
namespace {

constexpr int kOld = 2;          // ticks; a view of this age is old for every purpose
constexpr int kLongestRead = 2;  // ticks that a read may stay unanswered

class Happenings {
 public:
  Happenings(const Setup& setup, const State& state, Moves<State>& moves)
      : setup_(setup), state_(state), moves_(moves) {}

  void run() {
    time();
    in_flight();
    if (!state_.object.exists) return;
    user();
    hands();
    reads_of_everything();
    if (setup_.crashes) crash();
  }

 private:
  State& add(Kind kind, unsigned quiet, const std::string& what) {
    auto& next = moves_.next.emplace_back(Next<State>{state_, kind, quiet});
    if (setup_.narrate) next.state.story = what;
    return next.state;
  }

  void pass(State& state) {
    ++state.now;
    forget_past(setup_, state);
    if (state.in_flight && state.now - state.in_flight->sent > setup_.in_flight) state.in_flight.reset();
    if (state.late && state.now - state.late->asked > kLongestRead) state.late.reset();
  }

  // Nothing that was read is news any more: it is time to read everything again.
  bool all_old() const {
    const domain::Time old = time_of(state_.now - kOld);
    const auto asked = state_.process.ledger.asked_by_uid(kUid);
    if (asked && *asked > old) return false;
    const auto& records = state_.process.ledger.records();
    return std::all_of(records.begin(), records.end(),
                       [&](const auto& entry) { return entry.second.seen <= old; });
  }

  void time() {
    const bool rests = moves_.resting || !state_.object.exists;
    const bool resync = moves_.resting && all_old();
    if (rests || state_.budget.delays > 0) {
      State& state = add(Kind::rest, rests && !resync ? kQuietTruth | kQuietLag : 0, "time passes");
      if (!rests) --state.budget.delays;
      pass(state);
    }
    if (!resync) return;
    for (const unsigned quiet : {kQuietTruth, kQuietLag}) {
      State& state = add(Kind::resync, quiet, "time passes, then everything is read");
      pass(state);
      const auto all = reads(setup_, state);
      read_everything(state, quiet == kQuietTruth ? all.front() : all.back(), time_of(state.now), state.now);
    }
  }

  void in_flight() {
    if (!state_.in_flight) return;
    const int ip = state_.in_flight->ip;
    for (const auto& address : state_.addresses)
      if (ip != 0 && address.now.exists && address.ip == ip) return;
    State& state = add(Kind::other, 0, "the allocation that was given up takes its effect");
    state.in_flight.reset();
    create_address(state, ip);
  }

  void user() {
    if (!state_.object.deleting) {
      State& state = add(Kind::other, 0, "user: deletes the object");
      state.object.deleting = true;
      ++state.object.generation;
      if (!state.object.finalizer) state.object.exists = false;
    }
    if (state_.budget.wishes == 0) return;
    for (const Wish wish : {Wish::none, Wish::pod_a, Wish::pod_b}) {
      if (wish == state_.object.wish || state_.object.deleting || setup_.association) continue;
      static const char* const kNames[] = {"nothing", "pod a", "pod b"};
      State& state = add(Kind::other, 0, std::string("user: wants it on ") + kNames[static_cast<int>(wish)]);
      --state.budget.wishes;
      state.object.wish = wish;
      ++state.object.generation;
    }
    if (setup_.association) association();
    if (state_.object.wish != Wish::pod_a) return;
    const auto pod = [&](PodA is, const char* what) {
      State& state = add(Kind::other, 0, what);
      --state.budget.wishes;
      state.pod_a = is;
    };
    if (state_.pod_a == PodA::runs) pod(PodA::terminates, "pod a: terminates");
    if (state_.pod_a != PodA::gone) pod(PodA::gone, "pod a: is gone");
    if (state_.pod_a == PodA::gone) pod(PodA::runs, "pod a: is back");
  }

  void association() {
    for (const Wish wish : {Wish::none, Wish::pod_a, Wish::pod_b}) {
      if (wish == state_.object.association) continue;
      static const char* const kHow[] = {"is gone", "wants it on pod a", "wants it on pod b"};
      State& state = add(Kind::other, 0, std::string("association: ") + kHow[static_cast<int>(wish)]);
      --state.budget.wishes;
      state.object.association = wish;
    }
  }

  State& by_hand(int address, const char* what) {
    State& state = add(Kind::other, 0, std::string("someone's hand: ") + what + " " + id_of(address));
    --state.budget.interference;
    return state;
  }

  void hands() {
    if (state_.budget.interference == 0) return;
    for (int i = 0; i < static_cast<int>(state_.addresses.size()); ++i) {
      const Address& address = state_.addresses[static_cast<std::size_t>(i)];
      if (!address.now.exists) continue;
      if (address.stranger) {
        if (address.now.place == Place::nothing)
          associate(by_hand(i, "pod a gets the stranger's address"), i, Place::pod_a, true);
        else
          disassociate(by_hand(i, "pod a loses the stranger's address"), address.now.association);
        continue;
      }
      if (setup_.hand_disassociates && address.now.place != Place::nothing)
        disassociate(by_hand(i, "disassociates"), address.now.association);
      if (setup_.hand_moves)
        for (const Place place : {Place::pod_b, Place::elsewhere})
          if (address.now.place != place)
            associate(by_hand(i, place == Place::elsewhere ? "moves elsewhere" : "moves to pod b"), i, place,
                      true);
      if (setup_.hand_releases)
        for (const bool taken : {false, true}) {
          State& state = by_hand(i, taken ? "releases, and another account gets," : "releases");
          state.ip_taken |= taken;
          change(state, i, {});
        }
      // Who gives away an address or takes its tag off knows it from the status. (One that nobody has seen
      // yet can't be told from one that never was.)
      if (setup_.hand_retags && id_of(i) == state_.object.status.allocation_id) retag(i);
    }
  }

  void retag(int i) {
    for (const Owner owner : {Owner::no_uid, Owner::other}) {
      const Owner now = state_.addresses[static_cast<std::size_t>(i)].now.owner;
      if (now != Owner::object && !(now == Owner::earlier && owner == Owner::other)) continue;
      State& state = by_hand(i, owner == Owner::other ? "gives another object" : "removes the uid tag of");
      Version version = state.addresses[static_cast<std::size_t>(i)].now;
      version.owner = owner;
      change(state, i, version);
    }
    State& state = by_hand(i, "removes the user's tag of");
    Version version = state.addresses[static_cast<std::size_t>(i)].now;
    version.team_tag = false;
    change(state, i, version);
  }

  void reads_of_everything() {
    if (!state_.process.started) return;
    for (const auto& shown : reads(setup_, state_)) {
      if (state_.budget.resyncs == 0) break;
      State& state = add(Kind::other, 0, "everything is read");
      --state.budget.resyncs;
      read_everything(state, shown, time_of(state.now), state.now);
      if (!setup_.late_reads || state_.late) continue;
      State& sent = add(Kind::other, 0, "a read of everything is sent");
      --sent.budget.resyncs;
      sent.late = LateRead{state_.now, shown};
    }
    if (!state_.late) return;
    State& state = add(Kind::other, 0, "the read of everything is answered");
    // What was written in the tick in which it was sent counts as later.
    read_everything(state, state_.late->shown, time_of(state_.late->asked) - std::chrono::milliseconds(1),
                    state_.late->asked);
    state.late.reset();
  }

  void crash() {
    State& state = add(Kind::other, 0, "the operator crashes and starts again");
    state.process = {};
    state.late.reset();
    for (auto& address : state.addresses) address.told = {};
  }

  const Setup& setup_;
  const State& state_;
  Moves<State>& moves_;
};

}  // namespace

Moves<State> moves_of(const Setup& setup, const State& state) {
  Moves<State> moves;
  moves.next.reserve(24);
  operator_moves(setup, state, moves);
  Happenings(setup, state, moves).run();
  for (auto& next : moves.next)
    if (next.state.broken.empty()) next.state.broken = broken_law(next.state);
  return moves;
}

}  // namespace model
