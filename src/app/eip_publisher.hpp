#pragma once
// Writes to EIP objects: finalizer, status, Events. Every write carries the resourceVersion that it was
// decided on, so that of two writers one is told to look again.

#include "app/eip_codec.hpp"
#include "domain/report_eip.hpp"
#include "kube/api.hpp"
#include "kube/events.hpp"
#include "kube/store.hpp"

namespace app {

class EipPublisher {
 public:
  EipPublisher(kube::Api& api, kube::Store<EipObject>& store, kube::Events& events)
      : api_(api), store_(store), events_(events) {}

  // The store holds the written object when it returns. On a conflict (kind conflict) the store holds the
  // object as it is now; not_found: it is gone. A write on the wire is not stopped half-way.
  base::Task<base::Result<>> status(std::shared_ptr<const EipObject> object, domain::EipStatus status);
  base::Task<base::Result<>> finalizer(std::shared_ptr<const EipObject> object, bool with_ours);
  // Takes `copy` out of the spec. Kind invalid: the API server does not let the spec be without it.
  base::Task<base::Result<>> remove_copy(std::shared_ptr<const EipObject> object, domain::Assignment copy);
  void notice(const EipObject& object, const domain::Notice& notice);

 private:
  base::Task<base::Result<>> patch(std::shared_ptr<const EipObject> object, std::string body,
                                   std::string subresource, kube::PatchType type = kube::PatchType::merge);

  kube::Api& api_;
  kube::Store<EipObject>& store_;
  kube::Events& events_;
};

}  // namespace app
