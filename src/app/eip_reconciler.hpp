#pragma once
// The loop of object_reconciler.hpp over EIPs.

#include "app/eip_kind.hpp"
#include "app/eip_look.hpp"
#include "app/eip_observer.hpp"
#include "app/eip_performer.hpp"
#include "app/eip_publisher.hpp"
#include "app/object_reconciler.hpp"

namespace app {

using EipReconciler = ObjectReconciler<EipKind>;

extern template class ObjectReconciler<EipKind>;

}  // namespace app
