#pragma once
// What is known of the thing in EC2 that an object stands for, seen beside the other objects of its kind: the
// domain::Evidence of every kind. Reads memory only: the store that the watch fills, and the inventory.
//
// A kind K has Object, Value, World, Inventory, value(object), thing(status) and found(world).

#include <tuple>

#include "app/outcome.hpp"
#include "domain/ownership.hpp"
#include "kube/store.hpp"

namespace app {

template <class K>
class ThingObserver {
 public:
  using Object = typename K::Object;
  using Value = typename K::Value;

  ThingObserver(kube::Store<Object>& objects, const typename K::Inventory& inventory,
                const domain::Settings& settings)
      : objects_(objects),
        inventory_(inventory),
        settings_(settings),
        by_thing_(objects.add_index([](const Object& object) {
          const std::string& id = K::thing(K::value(object).status);
          return id.empty() ? std::vector<std::string>{} : std::vector{id};
        })),
        by_uid_(objects.add_index([](const Object& object) { return std::vector{object.meta.uid}; })) {}

  // An object with this uid is there.
  bool lives(const std::string& uid) const { return !by_uid_.lookup(uid).empty(); }

  // The ids that statuses name.
  std::vector<std::string> things() const {
    std::vector<std::string> ids;
    for (const auto& object : objects_.all())
      if (const auto& id = K::thing(K::value(*object).status); !id.empty()) ids.push_back(id);
    return ids;
  }

  // Fills all of the world that is Evidence, the things found and those restorable.
  void observe(const Value& value, typename K::World& world) const {
    const auto& ledger = inventory_.ledger();
    world.account_id = inventory_.account_id();
    world.not_listed = !inventory_.listed();
    if (world.not_listed && inventory_.unread()) {
      const domain::Answer answer = answer_of(*inventory_.unread());
      world.unread_reason = answer.reason;
      world.unread_message = answer.message;
      world.unread_stalled = answer.stalled;
    }
    auto& found = K::found(world);
    world.asked = ledger.asked_by_uid(value.uid);
    for (const auto* record : ledger.by_uid(value.uid)) found.push_back(*record);
    const std::string& id = K::thing(value.status);
    if (!id.empty()) {
      const auto* named = ledger.find(id);
      if (named && domain::tag(named->view.tags, domain::kUidTag) != value.uid) found.push_back(*named);
      if (!named) {
        world.absence = ledger.absence(id);
        if (world.absence) world.many_vanished = many_vanished();
      }
      world.claimed_by_older = claimed_by_older(value);
    }
    world.released = id.empty() ? ledger.released_for(value.uid) : ledger.was_released(id);
    if (!ledger.by_uid(value.uid).empty()) return;
    for (const auto* record : ledger.by_name(value.ns, value.name)) {
      const auto& tags = record->view.tags;
      if (domain::tag(tags, domain::kClusterTag) == settings_.cluster &&
          !lives(domain::tag(tags, domain::kUidTag)))
        world.restorable.push_back(*record);
    }
  }

 private:
  bool claimed_by_older(const Value& value) const {
    for (const auto& key : by_thing_.lookup(K::thing(value.status))) {
      const auto object = objects_.find(key);
      if (!object) continue;
      const Value& other = K::value(*object);
      if (other.uid != value.uid && std::tie(other.created, other.uid) < std::tie(value.created, value.uid))
        return true;
    }
    return false;
  }

  bool many_vanished() const {
    int all = 0;
    int missing = 0;
    for (const auto& object : objects_.all()) {
      const Value& value = K::value(*object);
      const std::string& id = K::thing(value.status);
      if (id.empty() || value.deleting) continue;
      ++all;
      if (inventory_.ledger().absence(id)) ++missing;
    }
    return missing > 3 && missing * 2 > all;
  }

  kube::Store<Object>& objects_;
  const typename K::Inventory& inventory_;
  const domain::Settings& settings_;
  const typename kube::Store<Object>::Index& by_thing_;
  const typename kube::Store<Object>::Index& by_uid_;
};

}  // namespace app
