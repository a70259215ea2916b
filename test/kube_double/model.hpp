#pragma once
// The verbs of the API server on the store, pure: the time is an argument, all chance comes from the seed. A
// verb that is refused throws a Refusal and has changed nothing.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube_double/controllers.hpp"
#include "kube_double/refusal.hpp"
#include "kube_double/resource.hpp"
#include "kube_double/store.hpp"

namespace kube_double {

enum class Propagation { background, foreground, orphan };

struct DeleteOptions {
  std::string uid;  // preconditions, if not empty
  std::string resource_version;
  std::optional<Propagation> propagation;
  std::optional<std::int64_t> grace_seconds;
};

enum class PatchType { merge, json };

// One object of a resource, or its status.
struct Target {
  const Resource& resource;
  std::string ns;
  std::string name;
  bool status = false;

  std::string key() const;
};

// What a delete left: the object that waits for its finalizers or its kubelet, or nothing.
struct Deleted {
  Object left;
  Object last;  // the object at its end, with the version of the deletion if nothing is left
};

class Model {
 public:
  Model(std::shared_ptr<const Catalog> catalog, std::uint64_t seed, Time now);
  Model(const Model&) = delete;

  Object get(const Target& target) const;
  // The name may be empty for generateName.
  Object create(const Resource& resource, std::string_view ns, json::object object, Time now);
  Object update(const Target& target, json::object object, Time now);
  Object patch(const Target& target, PatchType type, const json::value& patch, Time now);
  Deleted remove(const Target& target, const DeleteOptions& options, Time now);

  // What the controllers do by themselves up to now.
  void settle(Time now) { controllers_.settle(now); }
  std::optional<Time> next_due() const { return controllers_.next_due(); }

  const Catalog& catalog() const { return *catalog_; }
  const Store& store() const { return store_; }
  void compact(Version up_to) { store_.compact(up_to); }
  void forget(Time up_to) { store_.forget(up_to); }
  std::uint64_t draw();  // the next number of the seed
  Span controller_delay() const { return delay_; }
  void set_controller_delay(Span delay) { delay_ = delay; }

 private:
  friend class Controllers;

  void admit(const Resource& resource, std::string_view ns, std::string_view name) const;
  Object put(const Resource& resource, const std::string& key, json::object object, Time now);
  Object erase(const Resource& resource, std::string_view key, Time now);
  Object write(const Target& target, const Object& present, json::object wanted, Time now);
  Deleted remove_namespace(const Target& target, const Object& present, Time now);

  std::shared_ptr<const Catalog> catalog_;
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
  Span delay_{};
  Store store_;
  Controllers controllers_;
};

}  // namespace kube_double
