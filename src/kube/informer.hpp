#pragma once
// A store that follows the API server: list, watch, resume, relist. Thin over the Watcher, which knows no
// types.
//
// Owns its store. run() goes until it is stopped; nothing else ends it. Readers: store().

#include <string>
#include <utility>
#include <vector>

#include "kube/kind.hpp"
#include "kube/store.hpp"
#include "kube/watcher.hpp"

namespace kube {

template <class T>
class Informer final : private WatchSink {
 public:
  // `ns` empty: all namespaces. `options` as for the watcher.
  Informer(Kind<T> kind, std::string ns, Api& api, Tools tools, WatcherOptions options = {})
      : kind_(std::move(kind)),
        watcher_(kind_, std::move(ns), api, std::move(tools), *this, std::move(options)) {}

  base::Task<> run() { return watcher_.run(); }

  Store<T>& store() { return store_; }
  const Store<T>& store() const { return store_; }
  const Kind<T>& kind() const { return kind_; }

  bool synced() const { return watcher_.synced(); }              // a first complete list is in the store
  base::Task<> wait_synced() { return watcher_.wait_synced(); }  // a stop unwinds the caller
  // What keeps it from following the server now; nothing when all is well.
  const std::optional<base::Fault>& last_fault() const { return watcher_.last_fault(); }
  base::SteadyTime last_contact() const { return watcher_.last_contact(); }  // last byte from the server

 private:
  void list_began() override {
    listed_.clear();
    unreadable_.clear();
  }
  std::optional<base::Fault> listed(std::string_view json) override {
    auto object = kind_.decode(json);
    if (!object) return object.error();
    listed_.push_back(std::move(*object));
    return std::nullopt;
  }
  void listed_unreadable(Key key) override { unreadable_.push_back(std::move(key)); }
  void list_ended(const std::string& version) override {
    store_.replace_all(std::exchange(listed_, {}), version, std::exchange(unreadable_, {}));
  }
  std::optional<base::Fault> applied(std::string_view json) override {
    auto object = kind_.decode(json);
    if (!object) return object.error();
    store_.apply(std::move(*object));
    return std::nullopt;
  }
  void removed(const Meta& last) override { store_.remove(last); }

  Kind<T> kind_;
  Store<T> store_;
  std::vector<T> listed_;
  std::vector<Key> unreadable_;
  Watcher watcher_;
};

}  // namespace kube
