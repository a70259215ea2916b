#pragma once
// A kind of object: where the API server serves it, and how one is read.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kube/meta.hpp"

namespace kube {

struct Resource {
  std::string group;  // "" for the core group
  std::string version;
  std::string plural;
  std::string kind;
  bool namespaced = true;

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

// `T` has a member `meta` of type Meta. Write one as  Kind<Pod>{{"", "v1", "pods", "Pod", true},
// &decode_pod}.
template <class T>
struct Kind : Resource {
  // Reads one object from its JSON text. A fault means that even its metadata can't be read: the object is
  // then left out, logged and counted, and never stops the others. A reader should rather give a T with only
  // its meta.
  base::Result<T> (*decode)(std::string_view json) = nullptr;
};

}  // namespace kube
