#pragma once
// A resource that the double serves, and how the API server treats its objects. A new one is a row of the
// table in resource.cpp, or a CustomResourceDefinition in config/crd/bases.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kube_double/object.hpp"

namespace kube_double {

class Schema;

struct Resource {
  std::string group;  // "" for the core group
  std::string version;
  std::string plural;
  std::string kind;
  bool namespaced = true;
  bool status = false;      // has the status subresource
  bool generation = false;  // metadata.generation rises with spec
  bool custom = false;      // of a CustomResourceDefinition: its objects stand with their kind in lists, ...
  bool unconditional = false;            // PUT without a resourceVersion is taken
  bool graceful = false;                 // a delete waits for a kubelet (pods that run)
  std::shared_ptr<const Schema> schema;  // of a custom one
  std::size_t number = 0;                // its place in the catalog

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  std::string qualified() const { return group.empty() ? plural : plural + "." + group; }
};

// All that is served. Read once, then shared by every server of a process.
class Catalog {
 public:
  explicit Catalog(std::vector<Resource> resources);

  const std::vector<Resource>& all() const { return resources_; }
  const Resource* by_plural(std::string_view plural) const;  // "eips"; nullptr: not served
  const Resource* by_path(std::string_view group, std::string_view version, std::string_view plural) const;
  const Resource* by_kind(std::string_view api_version, std::string_view kind) const;

 private:
  std::vector<Resource> resources_;
};

// Namespaces, pods, nodes, leases, events, and the kinds of config/crd/bases.
std::shared_ptr<const Catalog> default_catalog();

}  // namespace kube_double
