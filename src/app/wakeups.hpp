#pragma once
// Turns changes of EIPs, pods and nodes into keys of EIPs to reconcile.

#include "app/eip_observer.hpp"
#include "app/eip_reconciler.hpp"

namespace app {

// Registers the listeners; call before the informers run. Everything passed in outlives the stores.
void wake_on_changes(kube::Store<EipObject>& eips, kube::Store<kube::Pod>& pods,
                     kube::Store<kube::Node>& nodes, const EipObserver& observer, EipReconciler& reconciler,
                     kube::WorkQueue& queue);

}  // namespace app
