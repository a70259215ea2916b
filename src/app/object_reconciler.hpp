#pragma once
// One object, from what is wished to what is: gather, decide, act, until nothing is left to do now. The same
// for every kind that stands for a thing in EC2.
//
// The decision is the kind's own and pure; this is the loop around it. A run ends when the object is settled,
// has to wait, or a call failed. A stop unwinds it at its next await; effects and writes on the wire are
// finished first.
//
// What a kind K brings stands in eip_kind.hpp and eni_kind.hpp. The definitions are in
// object_reconciler_impl.hpp, for the file of each kind that instantiates them.

#include <map>
#include <memory>
#include <string>

#include "app/object_publisher.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/notify.hpp"
#include "domain/settings.hpp"
#include "kube/controller.hpp"

namespace app {

template <class K>
class ObjectReconciler final : public kube::Reconciler {
 public:
  using Object = typename K::Object;

  struct Parts {
    kube::Store<Object>& objects;
    const typename K::Observer& observer;
    typename K::Inventory& inventory;
    typename K::Performer& performer;
    typename K::Publisher& publisher;
    kube::WorkQueue& queue;
    const domain::Settings& settings;
    base::Clock& clock;
    base::Logger& log;
    base::Metrics& metrics;
    boost::asio::any_io_executor executor;
  };

  explicit ObjectReconciler(Parts parts);

  base::Task<base::Result<kube::Next>> reconcile(kube::Key key) override;

  // Something that a decision over this object looks at has changed: a run that waits for its turn, or for a
  // read of EC2, decides anew.
  void changed(const Object& object);
  // The wish, the pod or its node has changed.
  void target_changed(const Object& object);
  void gone(const Object& object);  // forgets what is remembered of it

 private:
  using Step = typename K::Step;
  using StepKind = typename K::StepKind;
  using Look = typename K::Look;
  using Outcome = typename K::Outcome;

  struct Life {  // of one object, by uid
    explicit Life(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
    typename K::Memory memory;
    base::Notify changed;
    ReportLimit reports;
  };
  struct Run;
  using RunPtr = std::shared_ptr<Run>;
  enum class Turn { ended, again };

  std::shared_ptr<Life> life_of(const std::string& uid);
  base::Task<base::Result<kube::Next>> run(kube::Key key, RunPtr run);
  bool decide(const kube::Key& key, Run& run);
  base::Task<base::Result<Turn>> act(RunPtr run);
  base::Task<base::Result<Turn>> look(RunPtr run);
  base::Task<base::Result<>> read_ec2(RunPtr run);
  base::Task<> until_unwanted(RunPtr run, Look look);
  bool wanted_now(const Run& waiting, const Look& look);
  base::Task<base::Result<Turn>> set_finalizer(RunPtr run);
  base::Task<base::Result<Turn>> after(base::Task<base::Result<>> write);
  base::Task<base::Result<Turn>> wait_for_turn(RunPtr run);
  base::Task<base::Result<Turn>> record_intent(RunPtr run);
  base::Task<base::Result<Turn>> effect(RunPtr run);
  base::Task<base::Result<>> publish(RunPtr run);
  kube::Next next_of(const Step& step) const;
  domain::Time now() const;

  Parts p_;
  std::map<std::string, std::shared_ptr<Life>> lives_;
  std::map<StepKind, prometheus::Counter*> steps_;
  prometheus::Counter& spares_;
};

}  // namespace app
