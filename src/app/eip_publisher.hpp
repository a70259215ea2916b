#pragma once
// Writes to EIP objects.

#include "app/eip_kind.hpp"
#include "app/object_publisher.hpp"

namespace app {

class EipPublisher : public ObjectPublisher<EipKind> {
 public:
  using ObjectPublisher::ObjectPublisher;

  // Takes `copy` out of the spec. Kind invalid: the API server does not let the spec be without it.
  base::Task<base::Result<>> remove_copy(Snapshot object, domain::Assignment copy) {
    return patch(object, removal_patch(object->meta, copy), "", kube::PatchType::json);
  }
};

}  // namespace app
