#include "operator.hpp"

#include <algorithm>

#include "ec2.hpp"

namespace model {
namespace {

using domain::StepKind;

class OperatorStep {
 public:
  OperatorStep(const Setup& setup, const State& state, Moves<State>& moves)
      : setup_(setup),
        state_(state),
        moves_(moves),
        eip_(eip_of(setup, state)),
        world_(observe(state, eip_)) {
    step_ = setup.decide(eip_, world_, settings(), now());
    report_ = domain::report_eip(eip_, world_, step_, settings(), now()).status;
  }

  void run() {
    if (eip_.deleting && !eip_.has_finalizer) return;
    const bool finished =
        step_.kind == StepKind::settled || step_.kind == StepKind::wait || step_.kind == StepKind::blocked;
    if (finished || domain::must_publish_first(eip_.status, report_)) {
      if (report_ == eip_.status) return rest();
      return publish();
    }
    switch (step_.kind) {
      case StepKind::look:
        return look();
      case StepKind::add_finalizer:
        return finalizer(true);
      case StepKind::remove_finalizer:
        return finalizer(false);
      case StepKind::remove_copy:
        return remove_copy();
      case StepKind::record_intent:
        return record_intent();
      case StepKind::allocate:
        return allocate();
      default:
        return effect();
    }
  }

 private:
  domain::Time now() const { return time_of(state_.now); }

  State& add(Kind kind, unsigned quiet, const char* how = "") {
    auto& next = moves_.next.emplace_back(Next<State>{state_, kind, quiet});
    if (setup_.narrate) {
      next.state.story = std::string("operator: ") + domain::name_of(step_.kind);
      if (!step_.address.allocation_id.empty()) next.state.story += " " + step_.address.allocation_id;
      if (step_.kind == StepKind::associate) next.state.story += " with " + step_.target.private_ip_address;
      if (!step_.reason.empty()) next.state.story += " (" + step_.reason + ")";
      next.state.story += how;
    }
    return next.state;
  }

  void rest() {
    moves_.resting = true;
    moves_.may_look = step_.kind != StepKind::settled;
    moves_.may_retry = step_.stalled && report_.allocation_id.empty();
    moves_.unwished = unwished(setup_, state_, step_);
  }

  void publish() {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    write(state, report_);
    if (setup_.narrate) state.story = "operator: status says " + report_.state + " " + report_.allocation_id;
  }

  static void write(State& state, const domain::EipStatus& status) {
    state.object.status = status;
    if (status.assigned_by && status.assigned_by->copy) state.object.copy_told = true;
  }

  void remove_copy() {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    if (*step_.copy != *eip_.spec.assignment) state.broken = "removes another assignment than it decided on";
    state.object.copy = false;
    ++state.object.generation;
  }

  void finalizer(bool add_it) {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    state.object.finalizer = add_it;
    state.process.memory.untouched =
        add_it && state.object.status.allocation_id.empty() && !state.object.status.intent;
    if (!add_it) state.object.exists = false;
  }

  void record_intent() {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    write(state, domain::with_intent(eip_, world_, step_, settings(), now()));
    state.process.memory.intent_unused = step_.intent->recorded_at;
  }

  // As app::EipReconciler::look does it.
  void look() {
    const auto all = reads(setup_, state_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      unsigned quiet = i == 0 ? kQuietTruth : 0;
      if (i + 1 == all.size()) quiet |= kQuietLag;
      look_and_see(add(Kind::look, quiet, i == 0 ? "" : ", reads lag"), all[i]);
    }
    // One read misses the address that status names, though it has long been there.
    const int named = index_of(eip_.status.allocation_id);
    if (state_.budget.missed_reads == 0 || named < 0 || !step_.look_addresses) return;
    Shown shown = all.front();
    shown[static_cast<std::size_t>(named)] = {};
    State& state = add(Kind::other, 0, ", the read misses the address");
    --state.budget.missed_reads;
    look_and_see(state, shown);
  }

  void look_and_see(State& state, const Shown& shown) {
    domain::Ledger& ledger = state.process.ledger;
    if (step_.look_addresses) {
      std::vector<std::string> ids;
      for (const auto& record : world_.addresses) ids.push_back(record.view.allocation_id);
      for (const auto& record : world_.restorable) ids.push_back(record.view.allocation_id);
      if (!eip_.status.allocation_id.empty()) ids.push_back(eip_.status.allocation_id);
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      if (!domain::own_address(eip_, world_))
        ledger.read_by_uid(
            {kUid}, seen(state, shown, [&](int, const Version& v) { return v.owner == Owner::object; }),
            now());
      if (!ids.empty())
        ledger.read_by_id(ids,
                          seen(state, shown,
                               [&](int address, const Version&) {
                                 return std::find(ids.begin(), ids.end(), id_of(address)) != ids.end();
                               }),
                          now());
    }
    if (!step_.look_target) return;
    TargetRead& read = state.process.target;
    read = {state.now, -1, -1};
    std::vector<std::string> strangers;
    for (int address = 0; address < static_cast<int>(shown.size()); ++address) {
      const Version& version = shown[static_cast<std::size_t>(address)];
      if (!version.exists || (version.place != Place::pod_a && version.place != Place::pod_b)) continue;
      (version.place == Place::pod_a ? read.holder_a : read.holder_b) = address;
      const auto* known = ledger.find(id_of(address));
      if (!known || domain::tag(known->view.tags, domain::kClusterTag) != kCluster)
        strangers.push_back(id_of(address));
    }
    if (!strangers.empty())
      ledger.read_by_id(strangers,
                        seen(state, shown,
                             [&](int address, const Version&) {
                               return std::find(strangers.begin(), strangers.end(), id_of(address)) !=
                                      strangers.end();
                             }),
                        now());
  }

  template <class Filter>
  std::vector<domain::AddressView> seen(State& state, const Shown& shown, Filter filter) {
    std::vector<domain::AddressView> views;
    for (int address = 0; address < static_cast<int>(shown.size()); ++address) {
      const Version& version = shown[static_cast<std::size_t>(address)];
      if (!filter(address, version)) continue;
      if (version.exists) views.push_back(view_of(state, address, version));
      state.addresses[static_cast<std::size_t>(address)].tell(version, state.now);
    }
    return views;
  }

  void fold(State& state, const domain::Outcome& outcome) {
    domain::fold(eip_, step_, outcome, state.process.ledger, state.process.memory, now());
  }

  // Definite failures: EC2 says no, for now or for good, and nothing was done.
  void refusals() {
    if (state_.budget.refusals == 0) return;
    for (const bool for_good : {false, true}) {
      State& state = add(Kind::other, 0, for_good ? ": refused for good" : ": throttled");
      --state.budget.refusals;
      domain::note_call(step_, state.process.ledger, state.process.memory);
      auto outcome = failure<domain::Outcome>(for_good ? "RequestRefused" : "Throttled");
      outcome.refused = outcome.stalled = for_good;
      fold(state, outcome);
    }
  }

  void allocate() {
    const int ip =
        step_.intent->public_ip_address.empty() ? 0 : std::stoi(step_.intent->public_ip_address.substr(6));
    bool possible = ip == 0 || !state_.ip_taken;
    for (const auto& address : state_.addresses)
      if (address.now.exists && address.ip == ip) possible = false;
    const auto called = [&](unsigned quiet, const char* how) -> State& {
      State& state = add(quiet ? Kind::call : Kind::other, quiet, how);
      domain::note_call(step_, state.process.ledger, state.process.memory);
      return state;
    };
    if (!possible) {
      auto outcome = failure<domain::Outcome>("AddressNotAvailable");
      outcome.refused = outcome.stalled = outcome.not_found = true;
      fold(called(kQuietTruth | kQuietLag, ": EC2 has no such address to give"), outcome);
    } else {
      for (const bool answered : {true, false}) {
        State& state =
            called(answered ? kQuietTruth | kQuietLag : 0, answered ? "" : ": done, the answer is lost");
        const int made = create_address(state, ip);
        if (made < 0) return;
        domain::Outcome outcome;
        outcome.address = view_of(state, made, state.addresses[static_cast<std::size_t>(made)].now);
        fold(state, answered ? outcome : unanswered<domain::Outcome>());
        if (answered)
          state.addresses[static_cast<std::size_t>(made)].told = {true, state.now, state.now, true, 0};
      }
      if (setup_.in_flight > 0) {
        State& state = called(0, ": given up, it may still be done");
        state.in_flight = {state.now, ip};
        fold(state, unanswered<domain::Outcome>());
      }
    }
    fold(called(0, ": not done, and not known"), unanswered<domain::Outcome>());
    refusals();
  }

  domain::Outcome call(State& state) {
    const int address = index_of(step_.address.allocation_id);
    switch (step_.kind) {
      case StepKind::associate:
        return associate(state, address, place_of(step_.target.private_ip_address),
                         step_.address.associated());
      case StepKind::disassociate:
        return disassociate(state, association_of(step_.address.association_id));
      case StepKind::release:
        return release(state, address);
      default:
        return set_tags(state, address, step_.tags.set);
    }
  }

  void effect() {
    const int address = index_of(step_.address.allocation_id);
    const Address& before = state_.addresses[static_cast<std::size_t>(address)];
    for (const bool answered : {true, false}) {
      if (!answered && state_.budget.unanswered == 0) break;
      State& state = add(answered ? Kind::call : Kind::other, answered ? kQuietTruth | kQuietLag : 0,
                         answered ? "" : ": the answer is lost");
      state.broken = broken_law(before);
      const auto outcome = call(state);
      if (setup_.narrate && !outcome.ok) state.story += ": " + outcome.reason;
      fold(state, answered ? outcome : unanswered<domain::Outcome>());
      auto& thing = state.addresses[static_cast<std::size_t>(address)];
      if (answered && outcome.ok && step_.kind == StepKind::take_over) {
        thing.tell_taken(owner_of(step_.address.tags), state.now);
      }
      if (!answered) --state.budget.unanswered;
    }
    if (state_.budget.unanswered > 0) {
      State& state = add(Kind::other, 0, ": not done, and not known");
      --state.budget.unanswered;
      fold(state, unanswered<domain::Outcome>());
    }
    // A server that lags behind does not know a new address yet.
    for (const Version& version : before.showable(setup_.delay, state_.now))
      if (!version.exists && before.now.exists) {
        fold(add(Kind::other, 0, ": a server that lags knows nothing of it"), not_found<domain::Outcome>());
      }
    refusals();
  }

  // The laws over single calls. An address is ours if EC2 says so in truth; if it stopped being so by
  // someone's hand, a call is forgiven as long as the newest read that the process was given still said so. A
  // release rests on a read of this very moment, since it can't be undone.
  std::string broken_law(const Address& address) const {
    const bool spare = step_.address.allocation_id != state_.object.status.allocation_id && step_.spare;
    if (step_.kind == StepKind::take_over) {
      const bool named = step_.address.allocation_id == state_.object.status.allocation_id;
      const bool free = address.now.owner == Owner::earlier || address.now.owner == Owner::no_uid ||
                        (address.now.owner == Owner::nobody && named && !address.stranger) ||
                        address.now.owner == Owner::object || !address.now.exists;
      if (!free && address.told.at != state_.now)
        return "took over an address of someone else without a look";
      return "";
    }
    const bool ours = !address.now.exists || address.now.owner == Owner::object;
    if (!ours && !address.told.ours)
      return std::string(domain::name_of(step_.kind)) + " of an address that is not ours";
    if (step_.kind == StepKind::release && address.now.exists && address.told.at != state_.now)
      return "release without a look at whose it is";
    const bool moves = step_.kind == StepKind::associate || step_.kind == StepKind::disassociate ||
                       step_.kind == StepKind::release;
    if (moves && !spare && state_.object.status.state == domain::state::kAssigned)
      return "EC2 is changed while status says assigned";
    if (step_.kind != StepKind::associate) return "";
    const TargetRead& read = state_.process.target;
    if (read.asked != state_.now) return "associated without a look at the target";
    const Place place = place_of(step_.target.private_ip_address);
    const int holder = place == Place::pod_a ? read.holder_a : read.holder_b;
    if (holder >= 0 && state_.addresses[static_cast<std::size_t>(holder)].stranger &&
        state_.addresses[static_cast<std::size_t>(holder)].now.place == place)
      return "displaced a stranger's address that a read showed";
    return "";
  }

  const Setup& setup_;
  const State& state_;
  Moves<State>& moves_;
  const domain::Eip eip_;
  const domain::EipWorld world_;
  domain::Step step_;
  domain::EipStatus report_;
};

}  // namespace

void operator_moves(const Setup& setup, const State& state, Moves<State>& moves) {
  if (!state.object.exists) return;
  if (state.process.started) return OperatorStep(setup, state, moves).run();
  const auto all = reads(setup, state);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const unsigned truth = i == 0 ? kQuietTruth : 0;
    const unsigned lag = i + 1 == all.size() ? kQuietLag : 0;
    State& started = moves.next.emplace_back(Next<State>{state, Kind::look, truth | lag}).state;
    started.process.started = true;
    read_everything(started, all[i], time_of(state.now), state.now);
    if (setup.narrate)
      started.story = std::string("operator: reads everything at its start") + (i ? ", reads lag" : "");
  }
}

}  // namespace model
