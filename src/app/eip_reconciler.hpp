#pragma once
// One EIP, from what is wished to what is: gather, decide, act, until nothing is left to do now.
//
// The decision is domain::decide_eip; this is the loop around it. A run ends when the object is settled, has
// to wait, or a call failed. A stop unwinds it at its next await; effects and writes on the wire are finished
// first.

#include <map>
#include <memory>
#include <string>

#include "app/eip_look.hpp"
#include "app/eip_observer.hpp"
#include "app/eip_performer.hpp"
#include "app/eip_publisher.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/notify.hpp"
#include "kube/controller.hpp"

namespace app {

class EipReconciler final : public kube::Reconciler {
 public:
  struct Parts {
    kube::Store<EipObject>& eips;
    const EipObserver& observer;
    Inventory& inventory;
    EipPerformer& performer;
    EipPublisher& publisher;
    kube::WorkQueue& queue;
    const domain::Settings& settings;
    base::Clock& clock;
    base::Logger& log;
    base::Metrics& metrics;
    boost::asio::any_io_executor executor;
  };

  explicit EipReconciler(Parts parts);

  base::Task<base::Result<kube::Next>> reconcile(kube::Key key) override;

  // Something that a decision over this EIP looks at has changed: a run that waits for its turn, or for a
  // read of EC2, decides anew.
  void changed(const EipObject& object);
  // The wish, the pod or its node has changed.
  void target_changed(const EipObject& object);
  void gone(const EipObject& object);  // forgets what is remembered of it

 private:
  struct Life {  // of one object, by uid
    explicit Life(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
    domain::Memory memory;
    base::Notify changed;
  };
  struct Run;
  enum class Turn { ended, again };

  std::shared_ptr<Life> life_of(const std::string& uid);
  base::Task<base::Result<kube::Next>> run(kube::Key key, std::shared_ptr<Run> run);
  base::Task<base::Result<Turn>> act(std::shared_ptr<Run> run);
  base::Task<base::Result<Turn>> remove_copy(std::shared_ptr<Run> run);
  base::Task<base::Result<Turn>> effect(std::shared_ptr<Run> run);
  base::Task<base::Result<Turn>> wait_for_turn(std::shared_ptr<Run> run);
  base::Task<base::Result<>> look(std::shared_ptr<Run> run);
  base::Task<> until_unwanted(std::shared_ptr<Run> run, EipLook look);
  bool wanted_now(const Run& waiting, const EipLook& look);
  bool decide(const kube::Key& key, Run& run);
  base::Task<base::Result<>> publish(std::shared_ptr<Run> run);
  kube::Next next_of(const domain::Step& step) const;
  void wake_rivals(const domain::Step& step, const EipObject& object);
  void log_step(const EipObject& object, const domain::Step& step, const domain::Outcome& outcome);
  domain::Time now() const;

  Parts p_;
  std::map<std::string, std::shared_ptr<Life>> lives_;
  std::map<domain::StepKind, prometheus::Counter*> steps_;
  prometheus::Counter& spares_;
};

}  // namespace app
