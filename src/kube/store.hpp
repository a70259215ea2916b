#pragma once
// The objects of one kind as they were last seen: the read side of a watch.
//
// Promises: one writer (the informer), plus observe() for the answers to our own writes, so that who writes
// then reads what was written. Readers hold snapshots (shared_ptr to const). Every change is told to the
// listeners, also each key that vanished while nobody watched. No version goes back: of one object (same uid)
// an older version never replaces a newer one, and an object once seen deleted does not come back by a late
// answer.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kube/meta.hpp"
#include "kube/versions.hpp"

namespace kube {

template <class T>
class Store {
 public:
  using Snapshot = std::shared_ptr<const T>;
  using Listener = std::function<void(const T* before, const T* now)>;  // before null: new; now null: gone
  using IndexFunction = std::function<std::vector<std::string>(const T&)>;

  // Returned by add_index(); lookup() then answers without a walk. Valid as long as the store.
  class Index {
   public:
    // The keys of the objects for which the function gave `value`, in no order.
    std::vector<Key> lookup(const std::string& value) const {
      const auto found = keys_.find(value);
      if (found == keys_.end()) return {};
      return {found->second.begin(), found->second.end()};
    }

   private:
    friend class Store;
    explicit Index(IndexFunction values) : values_(std::move(values)) {}
    void add(const T& object) {
      for (auto& value : values_(object)) keys_[std::move(value)].insert(object.meta.key());
    }
    void drop(const T& object) {
      for (const auto& value : values_(object)) {
        const auto found = keys_.find(value);
        if (found == keys_.end()) continue;
        found->second.erase(object.meta.key());
        if (found->second.empty()) keys_.erase(found);
      }
    }
    IndexFunction values_;
    std::unordered_map<std::string, std::unordered_set<Key>> keys_;
  };

  Store() = default;
  Store(const Store&) = delete;

  Snapshot find(const Key& key) const {
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : found->second;
  }
  std::vector<Snapshot> all() const {
    std::vector<Snapshot> result;
    result.reserve(objects_.size());
    for (const auto& [key, object] : objects_) result.push_back(object);
    return result;
  }
  std::size_t size() const { return objects_.size(); }

  // Listeners are called after the store and its indexes hold the new state, in the order they were added.
  // They may read the store, not write it. Register before run().
  void on_change(Listener listener) { listeners_.push_back(std::move(listener)); }

  // `values` is pure. May be added at any time.
  const Index& add_index(IndexFunction values) {
    indexes_.push_back(std::unique_ptr<Index>(new Index(std::move(values))));
    for (const auto& [key, object] : objects_) indexes_.back()->add(*object);
    return *indexes_.back();
  }

  // The answer to our own write. Taken only if it is newer than what is held, and never for an object already
  // seen deleted. True if taken.
  bool observe(T object) {
    if (deleted_.holds(object.meta.uid)) return false;
    if (const auto held = find(object.meta.key()); held && !supersedes(object.meta, held->meta, false))
      return false;
    put(std::move(object));
    return true;
  }

  // The writer's side
  // ------------------------------------------------------------------------------------------------

  // An ADDED or MODIFIED event.
  void apply(T object) {
    if (const auto held = find(object.meta.key()); held && !supersedes(object.meta, held->meta, true)) return;
    put(std::move(object));
  }

  // A DELETED event; `last` is the object's last state.
  void remove(const Meta& last) {
    deleted_.add(last.uid);
    const auto held = find(last.key());
    // Another uid is a successor that we know of already (by our own create): the event is about its
    // predecessor.
    if (held && (held->meta.uid == last.uid || !newer(held->meta.resource_version, last.resource_version)))
      erase(last.key());
  }

  // A complete list, read at `version`. `unreadable`: keys that were in it but could not be decoded; what is
  // held of them stays. Returns the keys that vanished since the last look (their listeners were called).
  std::vector<Key> replace_all(std::vector<T> objects, const std::string& version,
                               const std::vector<Key>& unreadable = {}) {
    std::unordered_set<Key> listed(unreadable.begin(), unreadable.end());
    for (const auto& object : objects) listed.insert(object.meta.key());
    std::vector<Key> vanished;
    for (const auto& [key, object] : objects_)
      // What we wrote after the list was read can't be in it.
      if (!listed.contains(key) && !newer(object->meta.resource_version, version)) vanished.push_back(key);
    for (const auto& key : vanished) {
      deleted_.add(objects_.at(key)->meta.uid);
      erase(key);
    }
    for (auto& object : objects) {
      const auto held = find(object.meta.key());
      if (held && held->meta.uid == object.meta.uid &&
          held->meta.resource_version == object.meta.resource_version)
        continue;
      apply(std::move(object));
    }
    return vanished;
  }

 private:
  void put(T object) {
    const auto key = object.meta.key();
    auto now = std::make_shared<const T>(std::move(object));
    auto& place = objects_[key];
    const auto before = std::exchange(place, now);
    for (const auto& index : indexes_) {
      if (before) index->drop(*before);
      index->add(*now);
    }
    for (const auto& listener : listeners_) listener(before.get(), now.get());
  }

  void erase(const Key& key) {
    const auto place = objects_.find(key);
    const auto before = place->second;
    objects_.erase(place);
    for (const auto& index : indexes_) index->drop(*before);
    for (const auto& listener : listeners_) listener(before.get(), nullptr);
  }

  std::unordered_map<Key, Snapshot> objects_;
  std::vector<std::unique_ptr<Index>> indexes_;
  std::vector<Listener> listeners_;
  RecentlyDeleted deleted_;
};

}  // namespace kube
