#pragma once
// The loop of object_reconciler.hpp.

#include <algorithm>
#include <optional>

#include "app/object_reconciler.hpp"
#include "app/outcome.hpp"
#include "aws/ec2.hpp"
#include "base/scope.hpp"

namespace app {

// A life from create to assigned takes about eight rounds; more means that the world keeps changing under the
// run.
inline constexpr int kRounds = 40;
inline constexpr auto kShortWait = std::chrono::seconds(1);

inline base::Task<int> wait_for(base::Notify& changed) {
  co_await changed.wait();
  co_return 0;
}

// What one run holds in hand, from round to round.
template <class K>
struct ObjectReconciler<K>::Run {
  std::shared_ptr<Life> life;
  std::shared_ptr<const Object> object;
  typename K::World world;
  Step step;
  typename K::Report report;
  std::optional<domain::Looked> looked;
  aws::PermitPtr permit;

  const typename K::Value& value() const { return K::value(*object); }
  const typename K::Status& published() const { return value().status; }
};

template <class K>
ObjectReconciler<K>::ObjectReconciler(Parts parts)
    : p_(std::move(parts)), spares_(p_.metrics.counter(K::kSpares, K::kSparesHelp)) {
  for (int kind = 0; kind <= static_cast<int>(StepKind::remove_finalizer); ++kind) {
    const auto k = static_cast<StepKind>(kind);
    steps_[k] =
        &p_.metrics.counter(std::string(K::kName) + "_steps_total",
                            std::string("Decisions over ") + K::kKind + "s, by the step that was decided.",
                            {{"step", name_of(k)}});
  }
}

template <class K>
domain::Time ObjectReconciler<K>::now() const {
  // As fine as it is written down (metav1.MicroTime), so that what is read back compares equal.
  return std::chrono::floor<std::chrono::microseconds>(p_.inventory.now());
}

template <class K>
std::shared_ptr<typename ObjectReconciler<K>::Life> ObjectReconciler<K>::life_of(const std::string& uid) {
  auto& life = lives_[uid];
  if (!life) {
    life = std::make_shared<Life>(p_.executor);
    life->memory.target_changed_at = now();
  }
  return life;
}

template <class K>
void ObjectReconciler<K>::changed(const Object& object) {
  const auto found = lives_.find(object.meta.uid);
  if (found != lives_.end()) found->second->changed.notify_all();
}

template <class K>
void ObjectReconciler<K>::target_changed(const Object& object) {
  const auto found = lives_.find(object.meta.uid);
  if (found != lives_.end()) found->second->memory.target_changed_at = now();
  changed(object);
}

template <class K>
void ObjectReconciler<K>::gone(const Object& object) {
  changed(object);
  lives_.erase(object.meta.uid);
  p_.inventory.ledger().forget_uid(object.meta.uid);
  p_.inventory.ledger().forget_absence(K::thing(K::value(object).status));
}

template <class K>
kube::Next ObjectReconciler<K>::next_of(const Step& step) const {
  if (!step.due) return kube::Next::done();
  const auto span = std::max<domain::Span>(*step.due - now(), std::chrono::milliseconds(50));
  return kube::Next::after(std::chrono::duration_cast<base::Duration>(span));
}

// False: there is no such object (any more).
template <class K>
bool ObjectReconciler<K>::decide(const kube::Key& key, Run& run) {
  run.object = p_.objects.find(key);
  if (!run.object) return false;
  run.life = life_of(run.object->meta.uid);
  run.world = p_.observer.world(run.value(), run.life->memory);
  run.world.looked = run.looked;
  run.step = K::decide(run.value(), run.world, p_.settings, now());
  run.report = K::report(run.value(), run.world, run.step, p_.settings, now());
  return true;
}

template <class K>
base::Task<base::Result<kube::Next>> ObjectReconciler<K>::reconcile(kube::Key key) {
  return run(std::move(key), std::make_shared<Run>());
}

template <class K>
base::Task<base::Result<kube::Next>> ObjectReconciler<K>::run(kube::Key key, RunPtr run) {
  for (int round = 0; round < kRounds; ++round) {
    if (!decide(key, *run)) co_return kube::Next::done();
    steps_.at(run->step.kind)->Increment();

    const bool finished = run->step.kind == StepKind::settled || run->step.kind == StepKind::wait ||
                          run->step.kind == StepKind::blocked;
    if (run->value().deleting && !run->value().has_finalizer) co_return kube::Next::done();
    if (finished && run->published() != run->report.status && !run->life->reports.try_take(p_.clock.now()))
      co_return kube::Next::after(std::chrono::seconds(1));
    if (finished || must_publish_first(run->published(), run->report.status)) {
      const auto published = co_await publish(run);
      if (!published) {
        if (published.error().kind == base::FaultKind::conflict) continue;
        if (published.error().kind == base::FaultKind::not_found) co_return kube::Next::done();
        co_return published.error();
      }
      if (finished) co_return next_of(run->step);
      continue;
    }
    const auto turn = co_await act(run);
    if (!turn) {
      if (turn.error().kind == base::FaultKind::conflict) continue;
      co_return turn.error();
    }
    if (*turn == Turn::ended) co_return kube::Next::done();
  }
  co_return kube::Next::after(std::chrono::seconds(1));
}

template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::act(RunPtr run) {
  switch (run->step.kind) {
    case StepKind::look:
      return look(std::move(run));
    case StepKind::add_finalizer:
    case StepKind::remove_finalizer:
      return set_finalizer(std::move(run));
    default:
      break;
  }
  if constexpr (requires { K::kSpecStep; })
    if (run->step.kind == K::kSpecStep)
      return after(K::write_spec(p_.publisher, run->object, run->step, run->life->memory, p_.log, now()));
  if (const std::optional<aws::Action> action = K::action_of(run->step)) {
    if (!run->permit || run->permit->action() != *action) run->permit = p_.performer.acquire(*action);
    if (run->permit->wait() > base::Duration::zero()) return wait_for_turn(std::move(run));
  }
  return run->step.kind == StepKind::record_intent ? record_intent(std::move(run)) : effect(std::move(run));
}

template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::look(RunPtr run) {
  const auto looked = co_await read_ec2(run);
  if (looked) co_return Turn::again;
  // What can't be read is said on the object, unless all was well when last seen.
  const domain::Answer answer = answer_of(looked.error());
  run->step.kind = StepKind::wait;
  run->step.reason = answer.reason;
  run->step.message = answer.message;
  run->step.stalled = answer.stalled;
  run->report = K::report(run->value(), run->world, run->step, p_.settings, now());
  const auto& before = run->published();
  const auto* ready = domain::find_condition(before, "Ready");
  const bool still_well = ready && ready->status && ready->observed_generation == run->value().generation &&
                          K::same_place(before, run->report.status);
  if (!still_well) {
    const auto published = co_await publish(run);
    static_cast<void>(published);  // the fault that led here is the one to return
  }
  co_return looked.error();
}

// Ends, too, when something has changed and another step comes first. Calls that others wait for go on.
template <class K>
base::Task<base::Result<>> ObjectReconciler<K>::read_ec2(RunPtr run) {
  const Look wanted = look_of(run->value(), run->world, run->step, p_.observer);
  const domain::Time began = now();
  auto unwanted = until_unwanted(run, wanted);
  auto reading = read(p_.inventory, wanted);
  const auto done = co_await base::unless(std::move(unwanted), std::move(reading));
  if (!done) co_return base::Result<>();
  if (*done) run->looked = domain::Looked{began, now()};
  co_return *done;
}

template <class K>
base::Task<> ObjectReconciler<K>::until_unwanted(RunPtr run, Look look) {
  while (wanted_now(*run, look)) co_await run->life->changed.wait();
}

// Would a decision of this moment, too, wait for this look?
template <class K>
bool ObjectReconciler<K>::wanted_now(const Run& waiting, const Look& look) {
  Run fresh;
  fresh.looked = waiting.looked;
  const bool found = decide(waiting.object->meta.key(), fresh);
  return found && fresh.life == waiting.life && fresh.step.kind == StepKind::look &&
         look_of(fresh.value(), fresh.world, fresh.step, p_.observer) == look &&
         !must_publish_first(fresh.published(), fresh.report.status);
}

template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::set_finalizer(RunPtr run) {
  const bool add = run->step.kind == StepKind::add_finalizer;
  const auto written = co_await after(p_.publisher.finalizer(run->object, add));
  if (!written || *written == Turn::ended) co_return written;
  if (add) {
    run->life->memory.untouched = K::untouched(run->published());
    co_return Turn::again;
  }
  p_.log.info(std::string(K::kKind) + " gone", {{K::kName, run->object->meta.key().text()}});
  co_return Turn::ended;
}

template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::after(
    base::Task<base::Result<>> write) {
  const auto written = co_await std::move(write);
  if (written) co_return Turn::again;
  if (written.error().kind == base::FaultKind::not_found) co_return Turn::ended;
  co_return written.error();
}

// EC2's rate limit lets the call through only later. A change of the object, its pod or another object ends
// the wait, so that what is decided then is done first; the place in the line is kept if it is still wanted.
template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::wait_for_turn(RunPtr run) {
  const base::Duration wait = run->permit->wait();
  // Not when there is no thing yet: its object says so little that it is not worth a write.
  if (wait > kShortWait && !K::makes_thing(run->step) && run->published() != run->report.status &&
      run->life->reports.try_take(p_.clock.now())) {
    const auto published = co_await after(publish(run));
    co_return published;
  }
  const std::string instance = K::instance_awaited(p_.observer, run->value(), run->step);
  const auto life = run->life;
  const base::SteadyTime due = p_.clock.now() + wait;
  if (!instance.empty()) p_.inventory.await_instance(instance);
  const auto woken = co_await base::with_deadline(p_.clock, due, wait_for(life->changed));
  static_cast<void>(woken);  // either way the world is looked at again
  if (!instance.empty()) p_.inventory.done_awaiting(instance);
  co_return Turn::again;
}

template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::record_intent(RunPtr run) {
  const auto status = with_intent(run->value(), run->world, run->step, p_.settings, now());
  // Before the write: should its answer be lost, the intent is still known as one that no call was made for.
  K::note_intent(run->step, run->life->memory);
  const auto written = co_await after(p_.publisher.status(run->object, status));
  // Another process may have recorded an intent in the same moment: that one is not ours to act on.
  if (!written && !written.error().effect_possible) K::forget_intent(run->life->memory);
  if (!written || *written == Turn::ended) co_return written;
  for (const auto& notice : K::notices_of_intent(run->step)) p_.publisher.notice(*run->object, notice);
  co_return Turn::again;
}

template <class K>
base::Task<base::Result<typename ObjectReconciler<K>::Turn>> ObjectReconciler<K>::effect(RunPtr run) {
  auto& memory = run->life->memory;
  const typename K::Memory before = memory;
  K::note_call(run->step, p_.inventory, memory);
  const Outcome outcome = co_await K::perform(p_.performer, run->value(), run->step, std::move(run->permit));
  K::fold(run->value(), run->step, outcome, p_.settings, p_.inventory, memory, now());
  K::log_step(p_.log, run->value(), run->step, outcome);
  if (outcome.ok && K::gave_up_spare(run->step)) spares_.Increment();
  for (const auto& notice : K::notices_of(run->value(), run->step, outcome, before, memory))
    p_.publisher.notice(*run->object, notice);
  for (const auto& key : K::concerned(p_.observer, run->value(), run->step))
    if (key != run->object->meta.key()) p_.queue.add(key);
  co_return Turn::again;
}

template <class K>
base::Task<base::Result<>> ObjectReconciler<K>::publish(RunPtr run) {
  if (run->published() == run->report.status) co_return base::Result<>();
  const auto written = co_await p_.publisher.status(run->object, run->report.status);
  if (!written) co_return written.error();
  for (const auto& notice : run->report.notices) p_.publisher.notice(*run->object, notice);
  co_return base::Result<>();
}

}  // namespace app
