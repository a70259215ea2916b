#include "app/wakeups.hpp"

namespace app {
namespace {

bool same_to_us(const kube::Pod& a, const kube::Pod& b) {
  return a.meta.uid == b.meta.uid && a.node_name == b.node_name && a.phase == b.phase &&
         a.pod_ips == b.pod_ips && a.pod_eni == b.pod_eni &&
         a.meta.deletion.has_value() == b.meta.deletion.has_value();
}

}  // namespace

void wake_on_changes(kube::Store<EipObject>& eips, kube::Store<kube::Pod>& pods,
                     kube::Store<kube::Node>& nodes, const EipObserver& observer, EipReconciler& reconciler,
                     kube::WorkQueue& queue) {
  const auto wake = [&eips, &reconciler, &queue](const std::set<kube::Key>& keys) {
    for (const auto& key : keys) {
      if (const auto object = eips.find(key)) reconciler.target_changed(*object);
      queue.add(key);
    }
  };
  eips.on_change([&observer, &reconciler, &queue, wake](const EipObject* before, const EipObject* now) {
    if (before && (!now || now->meta.uid != before->meta.uid)) reconciler.gone(*before);
    if (now) {
      reconciler.changed(*now);
      queue.add(now->meta.key());
      // A new wish may come before, or make room for, those of others. (Its address being there or not is
      // told by the run that put it there.)
      const bool other_wish =
          !before || before->meta.uid != now->meta.uid ||
          before->eip.spec.assignment != now->eip.spec.assignment ||
          before->eip.deleting != now->eip.deleting ||
          before->eip.status.allocation_id.empty() != now->eip.status.allocation_id.empty();
      if (before && other_wish) wake(observer.rivals_of(before->eip));
      if (other_wish) {
        reconciler.target_changed(*now);
        wake(observer.rivals_of(now->eip));
      }
    } else {
      // Others may have waited for its place.
      wake(observer.rivals_of(before->eip));
      if (before->eip.status.assignment)
        wake(observer.eips_wanting(before->eip.status.assignment->private_ip_address));
    }
  });
  pods.on_change([&observer, wake](const kube::Pod* before, const kube::Pod* now) {
    if (before && now && same_to_us(*before, *now)) return;
    if (before) wake(observer.eips_of(*before));
    if (now) wake(observer.eips_of(*now));
  });
  nodes.on_change([&eips, &pods, wake](const kube::Node* before, const kube::Node* now) {
    if (before && now && before->provider_id == now->provider_id) return;
    const std::string name = now ? now->meta.name : before->meta.name;
    std::set<kube::Key> keys;
    for (const auto& object : eips.all()) {
      const auto& wish = object->eip.spec.assignment;
      if (!wish || wish->pod_name.empty()) continue;
      const auto pod = pods.find({object->eip.ns, wish->pod_name});
      if (pod && pod->node_name == name) keys.insert(object->meta.key());
    }
    wake(keys);
  });
}

}  // namespace app
