#pragma once
// The loop of object_reconciler.hpp over ENIs.

#include "app/eni_kind.hpp"
#include "app/eni_look.hpp"
#include "app/eni_observer.hpp"
#include "app/eni_performer.hpp"
#include "app/object_reconciler.hpp"

namespace app {

using EniPublisher = ObjectPublisher<EniKind>;
using EniReconciler = ObjectReconciler<EniKind>;

extern template class ObjectReconciler<EniKind>;

}  // namespace app
