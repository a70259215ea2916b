#include "moves.hpp"

#include <algorithm>

#include "ec2.hpp"
#include "laws.hpp"
#include "operator.hpp"

namespace model::eni {
namespace {

constexpr int kOld = 2;  // ticks; a view of this age is old for every purpose

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
    read_out_of_turn();
    if (setup_.crashes) crash();
  }

 private:
  State& add(Kind kind, unsigned quiet, const std::string& what) {
    auto& next = moves_.next.emplace_back(Next<State>{state_, kind, quiet});
    if (setup_.narrate) next.state.story = what;
    return next.state;
  }

  bool changing() const {
    return std::any_of(state_.interfaces.begin(), state_.interfaces.end(), [](const Interface& i) {
      return i.now.phase == Phase::attaching || i.now.phase == Phase::detaching;
    });
  }

  // EC2 finishes what it does within a tick, or within the next.
  void pass(State& state, bool finish) {
    if (finish)
      for (int i = 0; i < static_cast<int>(state.interfaces.size()); ++i) finish_change(state, i);
    ++state.now;
    for (auto& interface : state.interfaces) interface.forget_past(setup_.delay, state.now);
    if (state.in_flight && state.now - state.in_flight->sent > setup_.in_flight) state.in_flight.reset();
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
      pass(state, true);
      if (changing() && state_.budget.slow > 0) {
        State& slow = add(Kind::other, 0, "time passes, EC2 is slow to attach or detach");
        if (!rests) --slow.budget.delays;
        --slow.budget.slow;
        pass(slow, false);
      }
    }
    if (!resync) return;
    for (const unsigned quiet : {kQuietTruth, kQuietLag}) {
      State& state = add(Kind::resync, quiet, "time passes, then everything is read");
      pass(state, true);
      const auto all = reads(setup_, state);
      read_everything(state, quiet == kQuietTruth ? all.front() : all.back());
    }
  }

  void in_flight() {
    if (!state_.in_flight) return;
    State& state = add(Kind::other, 0, "the creation that was given up takes its effect");
    domain::EniStep step;
    step.client_token_sequence = state_.in_flight->sequence;
    step.intent.emplace();
    create(state, step);
    state.in_flight.reset();
  }

  State& wish(const char* what) {
    State& state = add(Kind::other, 0, std::string("user: ") + what);
    --state.budget.wishes;
    return state;
  }

  State& edit(const char* what) {
    State& state = wish(what);
    ++state.object.generation;
    return state;
  }

  void user() {
    if (!state_.object.deleting) {
      State& state = add(Kind::other, 0, "user: deletes the object");
      state.object.deleting = true;
      ++state.object.generation;
      if (!state.object.finalizer) state.object.exists = false;
    }
    if (state_.budget.wishes == 0) return;
    setup_.address_wishes ? address_wishes() : pod_wishes();
  }

  void pod_wishes() {
    if (!state_.object.deleting) {
      State& state = edit(state_.object.attach ? "wants it on nothing" : "wants it on the pod's instance");
      state.object.attach = !state.object.attach;
    }
    if (!state_.object.attach) return;
    for (const At at : {At::nothing, At::one, At::two})
      if (at != state_.pod)
        wish(at == At::nothing ? "the pod is gone" : "the pod runs on another instance").pod = at;
  }

  void address_wishes() {
    if (!state_.object.deleting)
      for (int count = 0; count <= 2; ++count)
        if (count != state_.object.secondary)
          edit("wants another number of addresses").object.secondary = count;
    const auto& listed = state_.object.status.private_ip_addresses;
    if (state_.wanted_address != 0)
      wish("no EIP wants an address of it any more").wanted_address = 0;
    else if (listed.size() > 1)
      wish("an EIP wants the last of its addresses").wanted_address = bit_of(listed.back());
  }

  State& by_hand(int interface, const char* what) {
    State& state = add(Kind::other, 0, std::string("someone's hand: ") + what + " " + id_of(interface));
    --state.budget.interference;
    return state;
  }

  void hands() {
    if (state_.budget.interference == 0) return;
    for (int i = 0; i < static_cast<int>(state_.interfaces.size()); ++i) {
      const Version& now = state_.interfaces[static_cast<std::size_t>(i)].now;
      if (!now.exists) continue;
      if (setup_.hand_detaches && now.phase == Phase::attached)
        detach(by_hand(i, "detaches"), attachment_id(now.attachment));
      if (setup_.hand_detaches && now.phase == Phase::none)
        attach(by_hand(i, "attaches elsewhere"), i, At::two, 1);
      if (setup_.hand_deletes) change(by_hand(i, "deletes"), i, {});
      if (setup_.hand_holds && now.secondary != 0) {
        State& state = by_hand(i, now.held ? "takes the Elastic IP off" : "puts an Elastic IP on");
        Version version = now;
        version.held = now.held ? 0 : now.secondary & (~now.secondary + 1);
        change(state, i, version);
      }
      // Who gives away an interface or takes its tag off knows it from the status. (One that nobody has seen
      // yet can't be told from one that never was.)
      if (setup_.hand_retags && id_of(i) == state_.object.status.network_interface_id) retag(i, now);
    }
  }

  void retag(int i, const Version& now) {
    for (const Owner owner : {Owner::no_uid, Owner::other}) {
      if (now.owner != Owner::object && !(now.owner == Owner::earlier && owner == Owner::other)) continue;
      State& state = by_hand(i, owner == Owner::other ? "gives another object" : "removes the uid tag of");
      Version version = now;
      version.owner = owner;
      change(state, i, version);
    }
    State& state = by_hand(i, "removes the user's tag of");
    Version version = now;
    version.team_tag = false;
    change(state, i, version);
  }

  void read_out_of_turn() {
    if (!state_.process.started || state_.budget.resyncs == 0) return;
    for (const auto& shown : reads(setup_, state_)) {
      State& state = add(Kind::other, 0, "everything is read");
      --state.budget.resyncs;
      read_everything(state, shown);
    }
  }

  void crash() {
    State& state = add(Kind::other, 0, "the operator crashes and starts again");
    state.process = {};
    for (auto& interface : state.interfaces) interface.told = {};
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

}  // namespace model::eni
