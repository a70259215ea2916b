#include "kube_double/controllers.hpp"

#include "ec2_double/draw.hpp"
#include "kube_double/model.hpp"

namespace kube_double {
namespace {

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";

bool has_finalizer(const json::object& object, std::string_view finalizer) {
  for (const auto& one : array_at(meta_of(object), "finalizers"))
    if (one.is_string() && one.get_string() == finalizer) return true;
  return false;
}

const json::array& owners_of(const json::object& object) {
  return array_at(meta_of(object), "ownerReferences");
}

bool waits_for_dependents(const json::object& object) {
  return deleting(object) && has_finalizer(object, kForeground);
}

bool blocks(const json::object& dependent, std::string_view owner_uid) {
  for (const auto& one : owners_of(dependent)) {
    const auto* block = one.is_object() ? at(one.get_object(), "blockOwnerDeletion") : nullptr;
    if (block != nullptr && block->is_bool() && block->get_bool() &&
        text_at(one.get_object(), "uid") == owner_uid)
      return true;
  }
  return false;
}

Target target_of(const Resource& resource, const json::object& object) {
  return {resource, std::string(namespace_of(object)), std::string(name_of(object)), false};
}

}  // namespace

void Controllers::index(const Place& place, const Object& object, bool there) {
  const std::string uid(uid_of(object->value));
  if (there) {
    by_uid_[uid] = place;
  } else {
    by_uid_.erase(uid);
  }
  for (const auto& one : owners_of(object->value)) {
    if (!one.is_object()) continue;
    const std::string owner(text_at(one.get_object(), "uid"));
    if (there) {
      dependents_[owner].insert(place);
    } else if (const auto known = dependents_.find(owner); known != dependents_.end()) {
      known->second.erase(place);
      if (known->second.empty()) dependents_.erase(known);
    }
  }
}

void Controllers::saw(const Resource& resource, const Change& change) {
  const auto& object = change.object->value;
  const Place place{resource.number, key_of(namespace_of(object), name_of(object))};
  const bool gone = change.type == ChangeType::deleted;
  const bool owners_changed =
      change.type != ChangeType::modified || owners_of(change.before->value) != owners_of(object);
  if (owners_changed) {
    if (change.before) index(place, change.before, false);
    if (!gone) index(place, change.object, true);
    if (!gone && !owners_of(object).empty()) wake(place, change.at);
    // An owner that waits for this one may be free now.
    if (change.before)
      for (const auto& one : owners_of(change.before->value))
        if (one.is_object())
          if (const auto owner = by_uid_.find(text_at(one.get_object(), "uid")); owner != by_uid_.end())
            wake(owner->second, change.at);
  }
  if (!gone && deleting(object)) wake(place, change.at);
  if (!gone) return;
  if (const auto left = dependents_.find(uid_of(object)); left != dependents_.end())
    for (const auto& dependent : left->second) wake(dependent, change.at);
  const auto& namespaces = *model_.catalog_->by_plural("namespaces");
  if (const auto ns = model_.store_.find(namespaces.number, namespace_of(object)); ns && deleting(ns->value))
    wake({namespaces.number, std::string(name_of(ns->value))}, change.at);
}

void Controllers::wake(const Place& place, Time now) {
  if (waiting_.contains(place)) return;
  const auto delay = model_.controller_delay();
  auto at = now;
  if (delay > Span())
    at += Span(
        static_cast<Span::rep>(ec2_double::fraction(model_.draw()) * static_cast<double>(delay.count())));
  waiting_.emplace(place, at);
  due_.emplace(at, place);
}

std::optional<Time> Controllers::next_due() const {
  return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
}

void Controllers::settle(Time now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto [at, place] = *due_.begin();
    due_.erase(due_.begin());
    waiting_.erase(place);
    look(place, at);
  }
}

void Controllers::look(const Place& place, Time now) {
  const auto object = model_.store_.find(place.first, place.second);
  if (!object) return;
  if (!deleting(object->value)) return collect(place, object, now);
  if (model_.catalog_->all()[place.first].kind == "Namespace") return empty_namespace(object, now);
  if (has_finalizer(object->value, kOrphan)) return finish_orphaning(place, object, now);
  if (has_finalizer(object->value, kForeground)) finish_foreground(place, object, now);
}

Object Controllers::owner_of(const json::object& reference, std::string_view ns) const {
  const auto found = by_uid_.find(text_at(reference, "uid"));
  if (found == by_uid_.end()) return nullptr;
  const auto owner = model_.store_.find(found->second.first, found->second.second);
  // An owner in another namespace is none.
  const auto owners_ns = namespace_of(owner->value);
  return owners_ns.empty() || owners_ns == ns ? owner : nullptr;
}

// As attemptToDeleteItem in kubernetes/pkg/controller/garbagecollector.
void Controllers::collect(const Place& place, const Object& object, Time now) {
  const auto& references = owners_of(object->value);
  if (references.empty()) return;
  json::array solid;
  bool waiting = false;
  for (const auto& one : references) {
    const auto owner = one.is_object() ? owner_of(one.get_object(), namespace_of(object->value)) : nullptr;
    if (!owner) continue;
    if (waits_for_dependents(owner->value)) {
      waiting = true;
    } else {
      solid.push_back(one);
    }
  }
  if (solid.size() == references.size()) return;
  const auto target = target_of(model_.catalog_->all()[place.first], object->value);
  if (!solid.empty()) {
    auto changed = object->value;
    meta_of(changed)["ownerReferences"] = std::move(solid);
    model_.write(target, object, std::move(changed), now);
    return;
  }
  DeleteOptions options;
  options.uid = uid_of(object->value);
  const bool has_dependents = dependents_.contains(uid_of(object->value));
  options.propagation = Propagation::background;
  if (has_finalizer(object->value, kOrphan)) options.propagation = Propagation::orphan;
  if (has_finalizer(object->value, kForeground) || (waiting && has_dependents))
    options.propagation = Propagation::foreground;
  model_.remove(target, options, now);
}

void Controllers::finish_orphaning(const Place& place, const Object& owner, Time now) {
  const auto uid = uid_of(owner->value);
  if (const auto known = dependents_.find(uid); known != dependents_.end()) {
    const auto places = known->second;
    for (const auto& dependent : places) {
      const auto object = model_.store_.find(dependent.first, dependent.second);
      auto changed = object->value;
      json::array others;
      for (const auto& one : owners_of(object->value))
        if (!one.is_object() || text_at(one.get_object(), "uid") != uid) others.push_back(one);
      meta_of(changed)["ownerReferences"] = std::move(others);
      model_.write(target_of(model_.catalog_->all()[dependent.first], object->value), object,
                   std::move(changed), now);
    }
  }
  auto changed = owner->value;
  auto finalizers = finalizers_of(changed);
  std::erase(finalizers, kOrphan);
  set_finalizers(changed, finalizers);
  model_.write(target_of(model_.catalog_->all()[place.first], owner->value), owner, std::move(changed), now);
}

void Controllers::finish_foreground(const Place& place, const Object& owner, Time now) {
  const auto uid = uid_of(owner->value);
  bool blocked = false;
  if (const auto known = dependents_.find(uid); known != dependents_.end())
    for (const auto& dependent : known->second) {
      const auto object = model_.store_.find(dependent.first, dependent.second);
      if (!deleting(object->value)) wake(dependent, now);
      blocked = blocked || blocks(object->value, uid);
    }
  if (blocked) return;
  auto changed = owner->value;
  auto finalizers = finalizers_of(changed);
  std::erase(finalizers, kForeground);
  set_finalizers(changed, finalizers);
  model_.write(target_of(model_.catalog_->all()[place.first], owner->value), owner, std::move(changed), now);
}

void Controllers::empty_namespace(const Object& ns, Time now) {
  const auto prefix = std::string(name_of(ns->value)) + '/';
  bool empty = true;
  for (const auto& resource : model_.catalog_->all()) {
    if (!resource.namespaced) continue;
    const auto& rows = model_.store_.rows(resource.number);
    std::vector<Object> content;
    for (auto row = rows.lower_bound(prefix); row != rows.end() && row->first.starts_with(prefix); ++row)
      content.push_back(row->second);
    for (const auto& object : content) {
      const bool left = deleting(object->value) ||
                        model_.remove(target_of(resource, object->value), DeleteOptions(), now).left;
      empty = empty && !left;
    }
  }
  const auto& namespaces = *model_.catalog_->by_plural("namespaces");
  const auto latest = model_.store_.find(namespaces.number, name_of(ns->value));
  if (empty && finalizers_of(latest->value).empty()) model_.erase(namespaces, name_of(ns->value), now);
}

}  // namespace kube_double
