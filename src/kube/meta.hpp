#pragma once
// What every Kubernetes object carries, and the key by which we name one.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace kube {

// Namespace and name; the namespace is empty for cluster-scoped objects.
struct Key {
  // No aggregate: GCC 12 frees the strings of a temporary aggregate twice when it stands in a co_await
  // expression.
  Key() = default;
  Key(std::string of_ns, std::string of_name) : ns(std::move(of_ns)), name(std::move(of_name)) {}

  std::string ns;
  std::string name;

  auto operator<=>(const Key&) const = default;
  std::string text() const { return ns.empty() ? name : ns + "/" + name; }
};

struct OwnerReference {
  std::string kind;
  std::string name;
  std::string uid;
  bool operator==(const OwnerReference&) const = default;
};

struct Meta {
  std::string ns;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  base::WallTime creation{};
  std::optional<base::WallTime> deletion;  // set while the object waits for its finalizers
  std::vector<std::string> finalizers;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;  // only those that the reader asked for
  std::vector<OwnerReference> owners;

  Key key() const { return {ns, name}; }
  bool has_finalizer(std::string_view finalizer) const {
    for (const auto& held : finalizers)
      if (held == finalizer) return true;
    return false;
  }
};

// Greater, equal or less as resource versions of one resource; nothing when one is no integer (older servers
// promised opaque strings; since 1.35 they are documented to be comparable integers).
// https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right);

}  // namespace kube

template <>
struct std::hash<kube::Key> {
  std::size_t operator()(const kube::Key& key) const noexcept {
    return std::hash<std::string>{}(key.ns) * 1'000'003u ^ std::hash<std::string>{}(key.name);
  }
};
