#include "app/eip_reconciler.hpp"

#include "app/outcome.hpp"
#include "base/scope.hpp"
#include "domain/decide_eip.hpp"

namespace app {
namespace {

using domain::StepKind;

// A life from create to assigned takes about eight rounds; more means that the world keeps changing under the
// run.
constexpr int kRounds = 40;
constexpr auto kShortWait = std::chrono::seconds(1);

base::Task<int> wait_for(base::Notify& changed) {
  co_await changed.wait();
  co_return 0;
}

}  // namespace

// What one run holds in hand, from round to round.
struct EipReconciler::Run {
  std::shared_ptr<Life> life;
  std::shared_ptr<const EipObject> object;
  domain::EipWorld world;
  domain::Step step;
  domain::Report report;
  std::optional<domain::Looked> looked;
  aws::PermitPtr permit;
};

EipReconciler::EipReconciler(Parts parts)
    : p_(std::move(parts)),
      spares_(p_.metrics.counter(
          "eip_spare_addresses_total",
          "Second addresses of one EIP that were found and released: the settle time was too short.")) {
  for (int kind = 0; kind <= static_cast<int>(StepKind::remove_finalizer); ++kind) {
    const auto k = static_cast<StepKind>(kind);
    steps_[k] = &p_.metrics.counter("eip_steps_total", "Decisions over EIPs, by the step that was decided.",
                                    {{"step", domain::name_of(k)}});
  }
}

domain::Time EipReconciler::now() const {
  // As fine as it is written down (metav1.MicroTime), so that what is read back compares equal.
  return std::chrono::floor<std::chrono::microseconds>(p_.inventory.now());
}

std::shared_ptr<EipReconciler::Life> EipReconciler::life_of(const std::string& uid) {
  auto& life = lives_[uid];
  if (!life) {
    life = std::make_shared<Life>(p_.executor);
    life->memory.target_changed_at = now();
  }
  return life;
}

void EipReconciler::changed(const EipObject& object) {
  const auto found = lives_.find(object.meta.uid);
  if (found != lives_.end()) found->second->changed.notify_all();
}

void EipReconciler::target_changed(const EipObject& object) {
  const auto found = lives_.find(object.meta.uid);
  if (found != lives_.end()) found->second->memory.target_changed_at = now();
  changed(object);
}

void EipReconciler::gone(const EipObject& object) {
  changed(object);
  lives_.erase(object.meta.uid);
  p_.inventory.ledger().forget_uid(object.meta.uid);
  p_.inventory.ledger().forget_absence(object.eip.status.allocation_id);
}

kube::Next EipReconciler::next_of(const domain::Step& step) const {
  if (!step.due) return kube::Next::done();
  const auto span = std::max<domain::Span>(*step.due - now(), std::chrono::milliseconds(50));
  return kube::Next::after(std::chrono::duration_cast<base::Duration>(span));
}

// False: there is no such object (any more).
bool EipReconciler::decide(const kube::Key& key, Run& run) {
  run.object = p_.eips.find(key);
  if (!run.object) return false;
  run.life = life_of(run.object->meta.uid);
  const domain::Eip& eip = run.object->eip;
  run.world = p_.observer.world(eip, run.life->memory);
  run.world.looked = run.looked;
  run.step = domain::decide_eip(eip, run.world, p_.settings, now());
  run.report = domain::report_eip(eip, run.world, run.step, p_.settings, now());
  return true;
}

base::Task<base::Result<kube::Next>> EipReconciler::reconcile(kube::Key key) {
  return run(std::move(key), std::make_shared<Run>());
}

base::Task<base::Result<kube::Next>> EipReconciler::run(kube::Key key, std::shared_ptr<Run> run) {
  for (int round = 0; round < kRounds; ++round) {
    if (!decide(key, *run)) co_return kube::Next::done();
    const domain::Eip& eip = run->object->eip;
    steps_.at(run->step.kind)->Increment();

    const bool finished = run->step.kind == StepKind::settled || run->step.kind == StepKind::wait ||
                          run->step.kind == StepKind::blocked;
    if (eip.deleting && !eip.has_finalizer) co_return kube::Next::done();
    if (finished || domain::must_publish_first(eip.status, run->report.status)) {
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

base::Task<base::Result<EipReconciler::Turn>> EipReconciler::act(std::shared_ptr<Run> run) {
  const bool intent = run->step.kind == StepKind::record_intent;
  if (run->step.kind == StepKind::look) {
    const auto looked = co_await look(run);
    if (looked) co_return Turn::again;
    // What can't be read is said on the object, unless all was well when last seen.
    const domain::Outcome outcome = failed_outcome(looked.error());
    run->step.kind = StepKind::wait;
    run->step.reason = outcome.reason;
    run->step.message = outcome.message;
    run->step.stalled = outcome.stalled;
    run->report = domain::report_eip(run->object->eip, run->world, run->step, p_.settings, now());
    const auto& before = run->object->eip.status;
    const auto* ready = domain::find_condition(before, "Ready");
    const bool still_well = ready && ready->status &&
                            ready->observed_generation == run->object->eip.generation &&
                            before.state == run->report.status.state;
    if (!still_well) {
      const auto published = co_await publish(run);
      static_cast<void>(published);  // the fault that led here is the one to return
    }
    co_return looked.error();
  }
  if (run->step.kind == StepKind::add_finalizer || run->step.kind == StepKind::remove_finalizer) {
    const bool add = run->step.kind == StepKind::add_finalizer;
    const auto written = co_await p_.publisher.finalizer(run->object, add);
    if (!written && written.error().kind == base::FaultKind::not_found) co_return Turn::ended;
    if (!written) co_return written.error();
    if (add) {
      const auto& status = run->object->eip.status;
      run->life->memory.untouched = status.allocation_id.empty() && !status.intent;
      co_return Turn::again;
    }
    p_.log.info("EIP gone", {{"eip", run->object->meta.key().text()}});
    co_return Turn::ended;
  }
  if (run->step.kind == StepKind::remove_copy) co_return co_await remove_copy(run);
  const aws::Action action = action_of(run->step);
  if (!run->permit || run->permit->action() != action) run->permit = p_.performer.acquire(action);
  if (run->permit->wait() > base::Duration::zero()) co_return co_await wait_for_turn(run);
  if (!intent) co_return co_await effect(run);

  const domain::Intent recorded = *run->step.intent;
  const auto status = domain::with_intent(run->object->eip, run->world, run->step, p_.settings, now());
  // Before the write: should its answer be lost, the intent is still known as one that no call was made for.
  run->life->memory.intent_unused = recorded.recorded_at;
  const auto written = co_await p_.publisher.status(run->object, status);
  if (!written && written.error().kind == base::FaultKind::not_found) co_return Turn::ended;
  if (!written) co_return written.error();
  if (!run->step.lost_ip.empty()) p_.publisher.notice(*run->object, {true, "AddressLost", run->step.message});
  co_return Turn::again;
}

base::Task<base::Result<EipReconciler::Turn>> EipReconciler::remove_copy(std::shared_ptr<Run> run) {
  const auto written = co_await p_.publisher.remove_copy(run->object, *run->step.copy);
  if (!written && written.error().kind == base::FaultKind::not_found) co_return Turn::ended;
  if (!written && written.error().kind != base::FaultKind::invalid) co_return written.error();
  if (written) {
    p_.log.info("a copy of version 1.4.1 is removed from the spec",
                {{"eip", run->object->meta.key().text()}});
  } else {
    // A rule of the CRD that the spec breaks elsewhere: the object says so until somebody edits it.
    domain::Answer refused;
    refused.ok = false;
    refused.refused = refused.stalled = true;
    refused.reason = "CopyNotRemoved";
    refused.message =
        "spec.assignment is a copy that version 1.4.1 made for an EIPAssociation, and can't be "
        "removed: " +
        written.error().message;
    run->life->memory.remember(StepKind::remove_copy, refused, "", run->object->eip.generation, now());
  }
  co_return Turn::again;
}

// EC2's rate limit lets the call through only later. A change of the object, its pod or another EIP ends the
// wait, so that what is decided then is done first; the place in the line is kept if it is still wanted.
base::Task<base::Result<EipReconciler::Turn>> EipReconciler::wait_for_turn(std::shared_ptr<Run> run) {
  const base::Duration wait = run->permit->wait();
  // Not of an allocation: its object says so little yet that it is not worth a write.
  if (wait > kShortWait && run->step.kind != StepKind::record_intent &&
      run->step.kind != StepKind::allocate && run->object->eip.status != run->report.status) {
    const auto published = co_await publish(run);
    if (!published && published.error().kind == base::FaultKind::not_found) co_return Turn::ended;
    if (!published) co_return published.error();
    co_return Turn::again;
  }
  const std::string instance =
      run->step.kind == StepKind::associate ? p_.observer.target_place(run->object->eip).instance_id : "";
  const auto life = run->life;
  const base::SteadyTime due = p_.clock.now() + wait;
  if (!instance.empty()) p_.inventory.await_instance(instance);
  const auto woken = co_await base::with_deadline(p_.clock, due, wait_for(life->changed));
  static_cast<void>(woken);  // either way the world is looked at again
  if (!instance.empty()) p_.inventory.done_awaiting(instance);
  co_return Turn::again;
}

base::Task<base::Result<EipReconciler::Turn>> EipReconciler::effect(std::shared_ptr<Run> run) {
  auto& memory = run->life->memory;
  const bool refused_before = memory.recovery_refused;
  if (run->step.kind == StepKind::allocate)
    memory.intent_unused.reset();  // from here on the call may have its effect
  const domain::Outcome outcome = co_await p_.performer.perform(run->step, std::move(run->permit));
  domain::fold(run->object->eip, run->step, outcome, p_.inventory.ledger(), memory, now());
  log_step(*run->object, run->step, outcome);
  if (outcome.ok && run->step.spare && run->step.kind == StepKind::release) spares_.Increment();
  if (outcome.ok && run->step.kind == StepKind::release && !run->step.spare)
    p_.publisher.notice(*run->object, {false, "Released", run->step.address.public_ip + " is released"});
  if (memory.recovery_refused && !refused_before && run->object->eip.spec.public_ip_address.empty())
    p_.publisher.notice(*run->object, {true, "AddressReplaced",
                                       "EC2 does not give " + run->step.intent->public_ip_address +
                                           " back: " + outcome.message});
  wake_rivals(run->step, *run->object);
  co_return Turn::again;
}

// Ends, too, when something has changed and another step comes first. Calls that others wait for go on.
base::Task<base::Result<>> EipReconciler::look(std::shared_ptr<Run> run) {
  const EipLook wanted = look_of(run->object->eip, run->world, run->step, p_.observer);
  const domain::Time began = now();
  auto unwanted = until_unwanted(run, wanted);
  auto reading = read(p_.inventory, wanted);
  const auto done = co_await base::unless(std::move(unwanted), std::move(reading));
  if (!done) co_return base::Result<>();
  if (*done) run->looked = domain::Looked{began, now()};
  co_return *done;
}

base::Task<> EipReconciler::until_unwanted(std::shared_ptr<Run> run, EipLook look) {
  while (wanted_now(*run, look)) co_await run->life->changed.wait();
}

// Would a decision of this moment, too, wait for this look?
bool EipReconciler::wanted_now(const Run& waiting, const EipLook& look) {
  Run fresh;
  fresh.looked = waiting.looked;
  const bool found = decide(waiting.object->meta.key(), fresh);
  return found && fresh.life == waiting.life && fresh.step.kind == StepKind::look &&
         look_of(fresh.object->eip, fresh.world, fresh.step, p_.observer) == look &&
         !domain::must_publish_first(fresh.object->eip.status, fresh.report.status);
}

base::Task<base::Result<>> EipReconciler::publish(std::shared_ptr<Run> run) {
  if (run->object->eip.status == run->report.status) co_return base::Result<>();
  const auto written = co_await p_.publisher.status(run->object, run->report.status);
  if (!written) co_return written.error();
  for (const auto& notice : run->report.notices) p_.publisher.notice(*run->object, notice);
  co_return base::Result<>();
}

void EipReconciler::wake_rivals(const domain::Step& step, const EipObject& object) {
  std::set<kube::Key> keys = p_.observer.rivals_of(object.eip);
  if (!step.address.private_ip_address.empty())
    keys.merge(p_.observer.eips_wanting(step.address.private_ip_address));
  if (!step.target.private_ip_address.empty())
    keys.merge(p_.observer.eips_wanting(step.target.private_ip_address));
  for (const auto& key : keys)
    if (key != object.meta.key()) p_.queue.add(key);
}

void EipReconciler::log_step(const EipObject& object, const domain::Step& step,
                             const domain::Outcome& outcome) {
  const std::string key = object.meta.key().text();
  const std::string ip =
      outcome.address.public_ip.empty() ? step.address.public_ip : outcome.address.public_ip;
  const std::string id =
      outcome.address.allocation_id.empty() ? step.address.allocation_id : outcome.address.allocation_id;
  if (outcome.ok)
    p_.log.info(domain::name_of(step.kind), {{"eip", key},
                                             {"publicIP", ip},
                                             {"allocationId", id},
                                             {"privateIP", step.target.private_ip_address}});
  else
    p_.log.warn(std::string(domain::name_of(step.kind)) + " failed", {{"eip", key},
                                                                      {"publicIP", ip},
                                                                      {"allocationId", id},
                                                                      {"reason", outcome.reason},
                                                                      {"error", outcome.message}});
}

}  // namespace app
