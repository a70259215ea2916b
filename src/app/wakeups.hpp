#pragma once
// Turns changes of objects into keys of EIPs, ENIs and EIPAssociations to reconcile.

#include "app/eip_observer.hpp"
#include "app/eip_reconciler.hpp"
#include "app/eni_observer.hpp"
#include "app/eni_reconciler.hpp"

namespace app {

// Registers the listeners; call before the informers run. Everything passed in outlives the stores.
void wake_eips(Stores stores, const Wishes& wishes, const EipObserver& observer, EipReconciler& reconciler,
               kube::WorkQueue& queue);
void wake_enis(Stores stores, const Wishes& wishes, const EniObserver& observer, EniReconciler& reconciler,
               kube::WorkQueue& queue);
void wake_associations(Stores stores, const Wishes& wishes, kube::WorkQueue& queue);

}  // namespace app
