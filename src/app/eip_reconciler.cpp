#include "app/eip_reconciler.hpp"

#include "app/object_reconciler_impl.hpp"

namespace app {

template class ObjectReconciler<EipKind>;

}  // namespace app
