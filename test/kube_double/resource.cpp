#include "kube_double/resource.hpp"

#include "kube_double/crd.hpp"

namespace kube_double {
namespace {

// What of these kinds tests use, as their strategies in kubernetes/pkg/registry treat it.
std::vector<Resource> built_in() {
  std::vector<Resource> all;
  const auto add = [&](std::string group, std::string version, std::string plural,
                       std::string kind) -> auto& {
    Resource resource;
    resource.group = std::move(group);
    resource.version = std::move(version);
    resource.plural = std::move(plural);
    resource.kind = std::move(kind);
    return all.emplace_back(std::move(resource));
  };
  auto& namespaces = add("", "v1", "namespaces", "Namespace");
  namespaces.namespaced = false;
  namespaces.status = namespaces.unconditional = true;
  auto& nodes = add("", "v1", "nodes", "Node");
  nodes.namespaced = false;
  nodes.status = nodes.unconditional = true;
  auto& pods = add("", "v1", "pods", "Pod");
  pods.status = pods.unconditional = pods.graceful = pods.generation = true;
  add("", "v1", "configmaps", "ConfigMap").unconditional = true;
  add("coordination.k8s.io", "v1", "leases", "Lease");
  add("events.k8s.io", "v1", "events", "Event").unconditional = true;
  return all;
}

}  // namespace

Catalog::Catalog(std::vector<Resource> resources) : resources_(std::move(resources)) {
  for (std::size_t number = 0; number < resources_.size(); ++number) resources_[number].number = number;
}

const Resource* Catalog::by_plural(std::string_view plural) const {
  for (const auto& resource : resources_)
    if (resource.plural == plural) return &resource;
  return nullptr;
}

const Resource* Catalog::by_path(std::string_view group, std::string_view version,
                                 std::string_view plural) const {
  for (const auto& resource : resources_)
    if (resource.plural == plural && resource.group == group && resource.version == version) return &resource;
  return nullptr;
}

const Resource* Catalog::by_kind(std::string_view api_version, std::string_view kind) const {
  for (const auto& resource : resources_)
    if (resource.kind == kind && resource.api_version() == api_version) return &resource;
  return nullptr;
}

std::shared_ptr<const Catalog> default_catalog() {
  static const auto catalog = [] {
    auto all = built_in();
    for (auto& custom : read_crds(KUBE_DOUBLE_CRDS)) all.push_back(std::move(custom));
    return std::make_shared<const Catalog>(std::move(all));
  }();
  return catalog;
}

}  // namespace kube_double
