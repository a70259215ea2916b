#include "app/eni_reconciler.hpp"

#include "app/object_reconciler_impl.hpp"

namespace app {

template class ObjectReconciler<EniKind>;

}  // namespace app
