#pragma once
// All objects, what each was before, and the one count of versions: what etcd is to an API server.

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kube_double/object.hpp"

namespace kube_double {

enum class ChangeType { added, modified, deleted };

struct Change {
  Version version = 0;
  Time at{};
  ChangeType type = ChangeType::added;
  Object object;  // of a deletion: the last state that was stored, with the version of the deletion
  Object before;  // nullptr if it was not there
};

// "demo/web", or "node-1" without a namespace: in the order of these keys lists are.
std::string key_of(std::string_view ns, std::string_view name);

class Store {
 public:
  using Rows = std::map<std::string, Object, std::less<>>;

  explicit Store(std::size_t resources) : shelves_(resources) {}

  Version newest() const { return newest_; }
  Version compacted() const { return compacted_; }  // what happened up to it is forgotten

  const Rows& rows(std::size_t resource) const { return shelves_[resource].rows; }
  Object find(std::size_t resource, std::string_view key) const;
  // What was there at that version, which is not compacted.
  Rows as_of(std::size_t resource, Version version) const;
  // The newest version that was there at that time (or the compacted one).
  Version version_at(Time time) const;
  // The first change of the resource after that version, and all behind it.
  std::deque<Change>::const_iterator after(std::size_t resource, Version version) const;
  const std::deque<Change>& log(std::size_t resource) const { return shelves_[resource].log; }

  // Both give the change its version; put writes it into the object too.
  const Change& put(std::size_t resource, const std::string& key, json::object object, Time now);
  const Change& erase(std::size_t resource, std::string_view key, Time now);

  void compact(Version up_to);
  void forget(Time up_to);  // compacts what happened until then

 private:
  struct Shelf {
    Rows rows;
    std::deque<Change> log;
  };
  struct Moment {
    Version version;
    Time at;
  };
  const Change& append(Shelf& shelf, Change change);

  std::vector<Shelf> shelves_;
  std::deque<Moment> moments_;  // one per version
  Version newest_ = 1;
  Version compacted_ = 0;
};

}  // namespace kube_double
