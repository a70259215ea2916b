#include "app/association_reconciler.hpp"

namespace app {
namespace {

using domain::AssociationStepKind;

// A copy, a finalizer, a status; more means that the objects keep changing under the run.
constexpr int kRounds = 10;

}  // namespace

// What one run holds in hand, from round to round.
struct AssociationReconciler::Run {
  Snapshot object;
  std::shared_ptr<const EipObject> eip;
  domain::AssociationWorld world;
  domain::AssociationStep step;
  domain::AssociationReport report;
};

void AssociationReconciler::gather(Run& run) const {
  const domain::Association& association = run.object->association;
  run.eip = p_.eips.find(eip_of(association));
  run.world = {};
  if (run.eip) {
    run.world.eip = run.eip->eip;
    run.world.wish = p_.wishes.of(run.eip->eip);
  }
  run.step = domain::decide_association(association, run.world);
  // As fine as it is written down, so that what is read back compares equal.
  const auto now = std::chrono::floor<std::chrono::seconds>(p_.clock.wall_now());
  run.report = domain::report_association(association, run.world, now);
}

bool AssociationReconciler::is_news(const Run& run) {
  return run.report.status != run.object->association.status;
}

base::Task<base::Result<kube::Next>> AssociationReconciler::reconcile(kube::Key key) {
  auto run = std::make_shared<Run>();
  for (int round = 0; round < kRounds; ++round) {
    run->object = p_.associations.find(key);
    if (!run->object) {
      reports_.erase(key);
      co_return kube::Next::done();
    }
    gather(*run);
    if (run->step.kind == AssociationStepKind::settled && is_news(*run) &&
        !reports_[key].try_take(p_.clock.now()))
      co_return kube::Next::after(std::chrono::seconds(1));
    const auto done = co_await act(run);
    const bool let_go =
        run->step.kind == AssociationStepKind::remove_finalizer && run->object->association.deleting;
    const bool last = let_go || run->step.kind == AssociationStepKind::settled;
    if (done && last) co_return kube::Next::done();
    if (done || done.error().kind == base::FaultKind::conflict) continue;
    // It is gone, or its EIP is, which the watch will tell.
    if (done.error().kind == base::FaultKind::not_found) co_return kube::Next::done();
    co_return done.error();
  }
  co_return kube::Next::after(std::chrono::seconds(1));
}

base::Task<base::Result<>> AssociationReconciler::act(std::shared_ptr<Run> run) {
  switch (run->step.kind) {
    case AssociationStepKind::remove_copy:
      return remove_copy(run);
    case AssociationStepKind::remove_finalizer:
      return p_.publisher.finalizer(run->object, false);
    case AssociationStepKind::settled:
      break;
  }
  return publish(run);
}

base::Task<base::Result<>> AssociationReconciler::remove_copy(std::shared_ptr<Run> run) {
  const auto removed = co_await p_.eip_publisher.remove_copy(run->eip, *run->step.copy);
  if (removed || removed.error().kind != base::FaultKind::invalid) co_return removed;
  // The API server keeps the EIP's spec as it is for a reason of its own. The deletion waits for nobody.
  p_.log.warn("the copy that version 1.4.1 made of an EIPAssociation stays in the EIP's spec",
              {{"association", run->object->meta.key().text()},
               {"eip", run->eip->meta.key().text()},
               {"fault", removed.error().text()}});
  run->step.kind = AssociationStepKind::remove_finalizer;
  const auto let_go = co_await p_.publisher.finalizer(run->object, false);
  co_return let_go;
}

base::Task<base::Result<>> AssociationReconciler::publish(std::shared_ptr<Run> run) {
  if (!is_news(*run)) co_return base::Result<>();
  const auto written = co_await p_.publisher.status(run->object, run->report.status);
  if (!written) co_return written.error();
  for (const auto& notice : run->report.notices) p_.publisher.notice(*run->object, notice);
  co_return base::Result<>();
}

}  // namespace app
