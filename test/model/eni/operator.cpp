#include "operator.hpp"

#include <algorithm>

#include "ec2.hpp"
#include "laws.hpp"

namespace model::eni {
namespace {

using domain::EniOutcome;
using domain::EniStepKind;

class OperatorStep {
 public:
  OperatorStep(const Setup& setup, const State& state, Moves<State>& moves)
      : setup_(setup), state_(state), moves_(moves), eni_(eni_of(state)), world_(observe(state, eni_)) {
    step_ = setup.decide(eni_, world_, settings(), now());
    report_ = domain::report_eni(eni_, world_, step_, settings(), now()).status;
  }

  void run() {
    if (eni_.deleting && !eni_.has_finalizer) return;
    const bool finished = step_.kind == EniStepKind::settled || step_.kind == EniStepKind::wait ||
                          step_.kind == EniStepKind::blocked;
    if (finished || domain::must_publish_first(eni_.status, report_)) {
      if (report_ == eni_.status) return rest();
      return publish();
    }
    switch (step_.kind) {
      case EniStepKind::look:
        return look();
      case EniStepKind::add_finalizer:
        return finalizer(true);
      case EniStepKind::remove_finalizer:
        return finalizer(false);
      case EniStepKind::record_intent:
        return record_intent();
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
      if (!step_.interface.id.empty()) next.state.story += " " + step_.interface.id;
      if (step_.kind == EniStepKind::attach) next.state.story += " to " + step_.host.instance_id;
      if (step_.intent) next.state.story += " " + std::to_string(step_.client_token_sequence);
      if (!step_.reason.empty()) next.state.story += " (" + step_.reason + ")";
      next.state.story += how;
    }
    return next.state;
  }

  void rest() {
    moves_.resting = true;
    moves_.may_look = step_.kind != EniStepKind::settled;
    moves_.unwished = unwished(state_, step_);
  }

  void publish() {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    state.object.status = report_;
    if (setup_.narrate) {
      const auto* ready = domain::find_condition(report_, "Ready");
      state.story = "operator: status says " + report_.network_interface_id + ", " + ready->reason;
    }
  }

  void finalizer(bool add_it) {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    state.object.finalizer = add_it;
    const auto& status = state.object.status;
    state.process.memory.untouched =
        add_it && status.network_interface_id.empty() && status.client_token_sequence == 0;
    if (!add_it) state.object.exists = false;
  }

  void record_intent() {
    State& state = add(Kind::write, kQuietTruth | kQuietLag);
    domain::note_intent(step_, state.process.memory);
    state.object.status = domain::with_intent(eni_, world_, step_, settings(), now());
  }

  void look() {
    const auto all = reads(setup_, state_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      unsigned quiet = i == 0 ? kQuietTruth : 0;
      if (i + 1 == all.size()) quiet |= kQuietLag;
      look_and_see(add(Kind::look, quiet, i == 0 ? "" : ", reads lag"), all[i]);
      if (!step_.look_interfaces) {
        moves_.next.back().quiet = kQuietTruth | kQuietLag;
        return;
      }
    }
    // One read misses the interface that status names, though it has long been there.
    const int named = index_of(eni_.status.network_interface_id);
    if (state_.budget.missed_reads == 0 || named < 0) return;
    Shown shown = all.front();
    shown[static_cast<std::size_t>(named)] = {};
    State& state = add(Kind::other, 0, ", the read misses the interface");
    --state.budget.missed_reads;
    look_and_see(state, shown);
  }

  void look_and_see(State& state, const Shown& shown) {
    domain::InterfaceLedger& ledger = state.process.ledger;
    if (step_.look_instance) {
      state.process.instance = state.pod;
      state.process.instance_asked = state.now;
    }
    if (!step_.look_interfaces) return;
    std::vector<std::string> ids;
    for (const auto& record : world_.interfaces) ids.push_back(record.view.id);
    for (const auto& record : world_.restorable) ids.push_back(record.view.id);
    if (!eni_.status.network_interface_id.empty()) ids.push_back(eni_.status.network_interface_id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (!domain::own_interface(eni_, world_))
      ledger.read_by_uid(
          {kUid}, seen(state, shown, [](int, const Version& v) { return v.owner == Owner::object; }), now());
    if (!ids.empty())
      ledger.read_by_id(ids,
                        seen(state, shown,
                             [&](int i, const Version&) {
                               return std::find(ids.begin(), ids.end(), id_of(i)) != ids.end();
                             }),
                        now());
  }

  template <class Filter>
  std::vector<domain::InterfaceView> seen(State& state, const Shown& shown, Filter filter) {
    std::vector<domain::InterfaceView> views;
    for (int i = 0; i < static_cast<int>(shown.size()); ++i) {
      const Version& version = shown[static_cast<std::size_t>(i)];
      if (!filter(i, version)) continue;
      if (version.exists) views.push_back(view_of(i, version));
      state.interfaces[static_cast<std::size_t>(i)].tell(version, state.now);
    }
    return views;
  }

  void fold(State& state, const EniOutcome& outcome) {
    domain::fold(eni_, step_, outcome, settings(), state.process.ledger, state.process.memory, now());
  }

  EniOutcome call(State& state) {
    const int i = index_of(step_.interface.id);
    switch (step_.kind) {
      case EniStepKind::create:
        return create(state, step_);
      case EniStepKind::attach:
        return attach(state, i, at_of(step_.host.instance_id), step_.device_index);
      case EniStepKind::detach:
        return detach(state, step_.interface.attachment_id);
      case EniStepKind::assign_addresses:
        return assign(state, i, step_.count);
      case EniStepKind::unassign_addresses:
        return unassign(state, i, step_.private_ips);
      case EniStepKind::delete_interface:
        return remove(state, i);
      default:
        return set_tags(state, i, step_.tags.set);
    }
  }

  void effect() {
    const bool creates = step_.kind == EniStepKind::create;
    const std::string broken = broken_call(state_, step_);
    const auto called = [&](unsigned quiet, const char* how) -> State& {
      State& state = add(quiet ? Kind::call : Kind::other, quiet, how);
      if (state.broken.empty()) state.broken = broken;
      if (creates) domain::note_call(state.process.memory);
      if (!quiet) --state.budget.unanswered;
      return state;
    };
    {
      State& state = called(kQuietTruth | kQuietLag, "");
      const auto outcome = call(state);
      if (setup_.narrate && !outcome.ok) state.story += ": " + outcome.reason;
      fold(state, outcome);
      if (outcome.ok) tell(state, outcome);
    }
    if (state_.budget.unanswered > 0) {
      State& lost = called(0, ": done, the answer is lost");
      call(lost);
      fold(lost, unanswered<EniOutcome>());
      fold(called(0, ": not done, and not known"), unanswered<EniOutcome>());
      if (creates && setup_.in_flight > 0) {
        State& state = called(0, ": given up, it may still be done");
        state.in_flight = {state.now, step_.client_token_sequence};
        fold(state, unanswered<EniOutcome>());
      }
    }
    if (!creates) lagging_servers();
    refusals();
  }

  void tell(State& state, const EniOutcome& outcome) {
    if (step_.kind == EniStepKind::create) {
      auto& thing = state.interfaces[static_cast<std::size_t>(index_of(outcome.interface.id))];
      const bool ours = owner_of(outcome.interface.tags) == Owner::object;
      thing.told = {ours, state.now, state.now, true, 0};
    }
    if (step_.kind == EniStepKind::take_over)
      state.interfaces[static_cast<std::size_t>(index_of(step_.interface.id))].tell_taken(
          owner_of(step_.interface.tags), state.now);
  }

  // A server that lags behind does not know a new interface, or a new attachment, yet.
  void lagging_servers() {
    const Interface& interface = state_.interfaces[static_cast<std::size_t>(index_of(step_.interface.id))];
    if (!interface.now.exists) return;
    const auto knows = [&](const Version& version) {
      return version.exists && (step_.kind != EniStepKind::detach ||
                                attachment_id(version.attachment) == step_.interface.attachment_id);
    };
    for (const Version& version : interface.showable(setup_.delay, state_.now))
      if (!knows(version))
        fold(add(Kind::other, 0, ": a server that lags knows nothing of it"), not_found<EniOutcome>());
  }

  // Definite failures: EC2 says no, for now or for good, and nothing was done.
  void refusals() {
    if (state_.budget.refusals == 0) return;
    for (const bool for_good : {false, true}) {
      State& state = add(Kind::other, 0, for_good ? ": refused for good" : ": throttled");
      --state.budget.refusals;
      if (step_.kind == EniStepKind::create) domain::note_call(state.process.memory);
      auto outcome = failure<EniOutcome>(for_good ? "RequestRefused" : "Throttled");
      outcome.refused = outcome.stalled = for_good;
      fold(state, outcome);
    }
  }

  const Setup& setup_;
  const State& state_;
  Moves<State>& moves_;
  const domain::Eni eni_;
  const domain::EniWorld world_;
  domain::EniStep step_;
  domain::EniStatus report_;
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
    read_everything(started, all[i]);
    if (setup.narrate)
      started.story = std::string("operator: reads everything at its start") + (i ? ", reads lag" : "");
  }
}

}  // namespace model::eni
