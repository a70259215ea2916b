#include "app/eip_publisher.hpp"

#include "base/scope.hpp"

namespace app {

base::Task<base::Result<>> EipPublisher::status(std::shared_ptr<const EipObject> object,
                                                domain::EipStatus status) {
  return patch(object, status_patch(status, object->meta.resource_version), "status");
}

base::Task<base::Result<>> EipPublisher::finalizer(std::shared_ptr<const EipObject> object, bool with_ours) {
  return patch(object, finalizers_patch(object->meta, with_ours), "");
}

base::Task<base::Result<>> EipPublisher::remove_copy(std::shared_ptr<const EipObject> object,
                                                     domain::Assignment copy) {
  return patch(object, removal_patch(object->meta, copy), "", kube::PatchType::json);
}

base::Task<base::Result<>> EipPublisher::patch(std::shared_ptr<const EipObject> object, std::string body,
                                               std::string subresource, kube::PatchType type) {
  const kube::Resource resource = eip_kind();
  const kube::Key key = object->meta.key();
  const auto written = co_await base::shielded(api_.patch(resource, key, type, std::move(body), subresource));
  if (written) {
    auto now = decode_eip(*written);
    if (now) store_.observe(std::move(*now));
    co_return base::Result<>();
  }
  base::Fault fault = written.error();
  if (fault.kind != base::FaultKind::conflict) co_return fault;
  const auto current = co_await api_.get(resource, key);
  if (!current) co_return current.error();
  auto now = decode_eip(*current);
  if (now) store_.observe(std::move(*now));
  co_return fault;
}

void EipPublisher::notice(const EipObject& object, const domain::Notice& notice) {
  kube::Event event;
  event.regarding = kube::reference_to(eip_kind(), object.meta);
  event.warning = notice.warning;
  event.reason = notice.reason;
  event.action = "Reconcile";
  event.note = notice.message;
  events_.post(std::move(event));
}

}  // namespace app
