#include "app/wakeups.hpp"

namespace app {
namespace {

bool same_to_us(const kube::Pod& a, const kube::Pod& b) {
  return a.meta.uid == b.meta.uid && a.node_name == b.node_name && a.phase == b.phase &&
         a.pod_ips == b.pod_ips && a.pod_eni == b.pod_eni &&
         a.meta.deletion.has_value() == b.meta.deletion.has_value();
}

bool same_to_us(const domain::Eni& a, const domain::Eni& b) {
  return a.uid == b.uid && domain::facts_of(a) == domain::facts_of(b);
}

bool same_to_us(const domain::Association& a, const domain::Association& b) {
  return a.uid == b.uid && a.deleting == b.deleting && a.eip_name == b.eip_name &&
         a.assignment == b.assignment;
}

// What an EIP says of the private addresses that it is on, or is to be on.
bool same_places(const domain::Eip& a, const domain::Eip& b) {
  return a.uid == b.uid && a.deleting == b.deleting && a.spec.assignment == b.spec.assignment &&
         a.status.assignment == b.status.assignment && a.status.assigned_by == b.status.assigned_by;
}

// The ENIs whose addresses these are.
std::set<kube::Key> enis_of(const EniObserver& observer, const std::string& ns,
                            const std::optional<domain::Assignment>& wish) {
  if (!wish) return {};
  auto keys = observer.enis_with(wish->private_ip_address);
  if (!wish->eni.empty()) keys.insert({ns, wish->eni});
  return keys;
}

std::set<kube::Key> enis_of(const EniObserver& observer, const Wishes& wishes, const domain::Eip& eip) {
  auto keys = enis_of(observer, eip.ns, wishes.of(eip).assignment);
  if (const auto& held = eip.status.assignment) keys.merge(observer.enis_with(held->private_ip_address));
  return keys;
}

// Has them decided on anew, as objects whose target has changed.
template <class K>
auto target_waker(kube::Store<typename K::Object>& objects, ObjectReconciler<K>& reconciler,
                  kube::WorkQueue& queue) {
  return [&objects, &reconciler, &queue](const std::set<kube::Key>& keys) {
    for (const auto& key : keys) {
      if (const auto object = objects.find(key)) reconciler.target_changed(*object);
      queue.add(key);
    }
  };
}

// `wake` is called with each association that says something else than before, as it was and as it is.
template <class Wake>
void wake_on_associations(Stores stores, Wake wake) {
  stores.associations.on_change([wake](const AssociationObject* before, const AssociationObject* now) {
    if (before && now && same_to_us(before->association, now->association)) return;
    if (before) wake(before->association);
    if (now) wake(now->association);
  });
}

// `of_pod`, `on_node`: the keys of the objects that a pod, or the pods of a node, concern.
template <class OfPod, class OnNode, class Wake>
void wake_on_pods(Stores stores, OfPod of_pod, OnNode on_node, Wake wake) {
  stores.pods.on_change([of_pod, wake](const kube::Pod* before, const kube::Pod* now) {
    if (before && now && same_to_us(*before, *now)) return;
    if (before) wake(of_pod(*before));
    if (now) wake(of_pod(*now));
  });
  stores.nodes.on_change([on_node, wake](const kube::Node* before, const kube::Node* now) {
    if (before && now && before->provider_id == now->provider_id) return;
    wake(on_node(now ? now->meta.name : before->meta.name));
  });
}

}  // namespace

void wake_eips(Stores stores, const Wishes& wishes, const EipObserver& observer, EipReconciler& reconciler,
               kube::WorkQueue& queue) {
  const auto wake = target_waker<EipKind>(stores.eips, reconciler, queue);
  stores.eips.on_change(
      [&wishes, &observer, &reconciler, &queue, wake](const EipObject* before, const EipObject* now) {
        if (before && (!now || now->meta.uid != before->meta.uid)) reconciler.gone(*before);
        if (now) {
          reconciler.changed(*now);
          queue.add(now->meta.key());
          // A new wish may come before, or make room for, those of others. (Its address being there or not is
          // told by the run that put it there.)
          const bool other_wish =
              !before || before->meta.uid != now->meta.uid ||
              wishes.of(before->eip).assignment != wishes.of(now->eip).assignment ||
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
  wake_on_associations(stores, [&observer, wake](const domain::Association& association) {
    wake({eip_of(association)});
    wake(observer.eips_wanting(association.ns, association.assignment));
  });
  stores.enis.on_change([&observer, wake](const EniObject* before, const EniObject* now) {
    if (before && now && same_to_us(before->eni, now->eni)) return;
    if (before) wake(observer.eips_of(before->eni));
    if (now) wake(observer.eips_of(now->eni));
  });
  wake_on_pods(
      stores, [&observer](const kube::Pod& pod) { return observer.eips_of(pod); },
      [&observer](const std::string& node) { return observer.eips_on_node(node); }, wake);
}

void wake_enis(Stores stores, const Wishes& wishes, const EniObserver& observer, EniReconciler& reconciler,
               kube::WorkQueue& queue) {
  stores.enis.on_change([&reconciler, &queue](const EniObject* before, const EniObject* now) {
    const bool same = before && now && before->meta.uid == now->meta.uid;
    if (before && !same) reconciler.gone(*before);
    if (!now) return;
    if (same && before->eni.spec.pod_name == now->eni.spec.pod_name)
      reconciler.changed(*now);
    else
      reconciler.target_changed(*now);
    queue.add(now->meta.key());
  });
  // An address that an EIP wants stays; one that none wants any more may go.
  const auto wake = [stores, &reconciler, &queue](const std::set<kube::Key>& keys) {
    for (const auto& key : keys)
      if (const auto object = stores.enis.find(key)) {
        reconciler.changed(*object);
        queue.add(key);
      }
  };
  stores.eips.on_change([&wishes, &observer, wake](const EipObject* before, const EipObject* now) {
    if (before && now && same_places(before->eip, now->eip)) return;
    if (before) wake(enis_of(observer, wishes, before->eip));
    if (now) wake(enis_of(observer, wishes, now->eip));
  });
  wake_on_associations(stores, [&observer, wake](const domain::Association& association) {
    wake(enis_of(observer, association.ns, association.assignment));
  });
  wake_on_pods(
      stores, [&observer](const kube::Pod& pod) { return observer.enis_of(pod); },
      [&observer](const std::string& node) { return observer.enis_on_node(node); },
      target_waker<EniKind>(stores.enis, reconciler, queue));
}

void wake_associations(Stores stores, const Wishes& wishes, kube::WorkQueue& queue) {
  const auto wake = [&wishes, &queue](const kube::Key& eip) {
    for (const auto& key : wishes.associations_of(eip)) queue.add(key);
  };
  stores.associations.on_change(
      [&queue, wake](const AssociationObject* before, const AssociationObject* now) {
        if (now) queue.add(now->meta.key());
        if (before && now && same_to_us(before->association, now->association)) return;
        // The EIP may be another one's now.
        if (before) wake(eip_of(before->association));
        if (now) wake(eip_of(now->association));
      });
  stores.eips.on_change(
      [wake](const EipObject* before, const EipObject* now) { wake((now ? now : before)->meta.key()); });
}

}  // namespace app
