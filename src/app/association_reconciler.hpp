#pragma once
// One EIPAssociation: what it says of itself, and what version 1.4.1 left behind with it. It asks nothing of
// EC2: the EIP that it names does what it wants.
//
// The decision is domain::decide_association. A run ends when nothing is left to do now, or a write failed. A
// stop finishes the write on the wire.

#include <map>

#include "app/eip_publisher.hpp"
#include "app/object_publisher.hpp"
#include "app/wishes.hpp"
#include "base/log.hpp"
#include "domain/decide_association.hpp"
#include "kube/controller.hpp"

namespace app {

struct AssociationKind {
  using Object = AssociationObject;
  using Status = domain::AssociationStatus;

  static kube::Kind<Object> resource() { return association_kind(); }
  static std::string status_patch(const Object& before, const Status& status) {
    return app::status_patch(status, before.meta.resource_version);
  }
};

class AssociationReconciler final : public kube::Reconciler {
 public:
  struct Parts {
    kube::Store<AssociationObject>& associations;
    kube::Store<EipObject>& eips;
    const Wishes& wishes;
    ObjectPublisher<AssociationKind>& publisher;
    EipPublisher& eip_publisher;
    base::Clock& clock;
    base::Logger& log;
  };

  explicit AssociationReconciler(Parts parts) : p_(std::move(parts)) {}

  base::Task<base::Result<kube::Next>> reconcile(kube::Key key) override;

 private:
  using Snapshot = std::shared_ptr<const AssociationObject>;
  struct Run;

  void gather(Run& run) const;
  static bool is_news(const Run& run);
  base::Task<base::Result<>> act(std::shared_ptr<Run> run);
  base::Task<base::Result<>> remove_copy(std::shared_ptr<Run> run);
  base::Task<base::Result<>> publish(std::shared_ptr<Run> run);

  Parts p_;
  std::map<kube::Key, ReportLimit> reports_;
};

}  // namespace app
