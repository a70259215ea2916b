#pragma once
// What happens in a cluster by itself after a write: the garbage collector deletes what has lost its owners,
// and the namespace controller empties a namespace that is deleted.
// https://kubernetes.io/docs/concepts/architecture/garbage-collection/

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "kube_double/store.hpp"

namespace kube_double {

class Model;
struct Resource;

class Controllers {
 public:
  explicit Controllers(Model& model) : model_(model) {}

  void saw(const Resource& resource, const Change& change);
  // Does all that is due, each at its own time, with what follows from it.
  void settle(Time now);
  std::optional<Time> next_due() const;

 private:
  using Place = std::pair<std::size_t, std::string>;  // resource and key

  void wake(const Place& place, Time now);
  void look(const Place& place, Time now);
  void collect(const Place& place, const Object& object, Time now);
  void finish_orphaning(const Place& place, const Object& owner, Time now);
  void finish_foreground(const Place& place, const Object& owner, Time now);
  void empty_namespace(const Object& ns, Time now);
  void index(const Place& place, const Object& object, bool there);
  Object owner_of(const json::object& reference, std::string_view ns) const;

  Model& model_;
  std::map<std::string, Place, std::less<>> by_uid_;                // all that is there
  std::map<std::string, std::set<Place>, std::less<>> dependents_;  // by the uid of an owner
  std::set<std::pair<Time, Place>> due_;
  std::map<Place, Time> waiting_;  // the same, by place
};

}  // namespace kube_double
