#pragma once
// Writes to the objects of one kind: finalizer, status, Events. Every write carries the resourceVersion that
// it was decided on, so that of two writers one is told to look again.
//
// A kind K has Object, Status, resource() (how its objects are read) and status_patch(before, status).

#include <memory>
#include <string>

#include "app/object_json.hpp"
#include "base/scope.hpp"
#include "base/token_bucket.hpp"
#include "kube/api.hpp"
#include "kube/events.hpp"
#include "kube/store.hpp"

namespace app {

// Of one object's reports that no effect waits for. A process that knows other things (two overlap while one
// takes over from the other) would else have its say after each of ours, and we after each of its.
struct ReportLimit : base::TokenBucket {
  ReportLimit() : TokenBucket(10, 1) {}
};

template <class K>
class ObjectPublisher {
 public:
  using Object = typename K::Object;
  using Status = typename K::Status;
  using Snapshot = std::shared_ptr<const Object>;

  ObjectPublisher(kube::Api& api, kube::Store<Object>& store, kube::Events& events)
      : api_(api), store_(store), events_(events) {}

  // The store holds the written object when it returns. On a conflict (kind conflict) the store holds the
  // object as it is now; not_found: it is gone. A write on the wire is not stopped half-way.
  base::Task<base::Result<>> status(Snapshot object, Status status) {
    return patch(object, K::status_patch(*object, status), "status");
  }
  base::Task<base::Result<>> finalizer(Snapshot object, bool with_ours) {
    return patch(object, finalizers_patch(object->meta, with_ours), "");
  }
  // Any other patch, which names the resourceVersion itself.
  base::Task<base::Result<>> patch(Snapshot object, std::string body, std::string subresource,
                                   kube::PatchType type = kube::PatchType::merge) {
    const kube::Resource resource = K::resource();
    const kube::Key key = object->meta.key();
    const auto written =
        co_await base::shielded(api_.patch(resource, key, type, std::move(body), subresource));
    if (written) {
      take(*written);
      co_return base::Result<>();
    }
    base::Fault fault = written.error();
    if (fault.kind != base::FaultKind::conflict) co_return fault;
    const auto current = co_await api_.get(resource, key);
    if (!current) co_return current.error();
    take(*current);
    co_return fault;
  }

  void notice(const Object& object, const domain::Notice& notice) {
    kube::Event event;
    event.regarding = kube::reference_to(K::resource(), object.meta);
    event.warning = notice.warning;
    event.reason = notice.reason;
    event.action = "Reconcile";
    event.note = notice.message;
    events_.post(std::move(event));
  }

 private:
  void take(const std::string& text) {
    auto object = K::resource().decode(text);
    if (object) store_.observe(std::move(*object));
  }

  kube::Api& api_;
  kube::Store<Object>& store_;
  kube::Events& events_;
};

}  // namespace app
