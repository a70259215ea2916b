#include "kube_double/store.hpp"

#include <algorithm>

namespace kube_double {
namespace {

Object stored(json::object object, Version version) {
  meta_of(object)["resourceVersion"] = std::to_string(version);
  return std::make_shared<const Stored>(std::move(object), version);
}

}  // namespace

std::string key_of(std::string_view ns, std::string_view name) {
  std::string key(ns);
  if (!key.empty()) key += '/';
  key += name;
  return key;
}

Object Store::find(std::size_t resource, std::string_view key) const {
  const auto& rows = shelves_[resource].rows;
  const auto found = rows.find(key);
  return found == rows.end() ? nullptr : found->second;
}

Store::Rows Store::as_of(std::size_t resource, Version version) const {
  const auto& shelf = shelves_[resource];
  Rows rows = shelf.rows;
  for (auto change = shelf.log.rbegin(); change != shelf.log.rend() && change->version > version; ++change) {
    const auto& object = change->object->value;
    const auto key = key_of(namespace_of(object), name_of(object));
    if (change->before) {
      rows[key] = change->before;
    } else {
      rows.erase(key);
    }
  }
  return rows;
}

Version Store::version_at(Time time) const {
  const auto later = std::upper_bound(moments_.begin(), moments_.end(), time,
                                      [](Time asked, const Moment& moment) { return asked < moment.at; });
  return later == moments_.begin() ? compacted_ : std::prev(later)->version;
}

std::deque<Change>::const_iterator Store::after(std::size_t resource, Version version) const {
  const auto& log = shelves_[resource].log;
  return std::upper_bound(log.begin(), log.end(), version,
                          [](Version asked, const Change& change) { return asked < change.version; });
}

const Change& Store::append(Shelf& shelf, Change change) {
  moments_.push_back({change.version, change.at});
  return shelf.log.emplace_back(std::move(change));
}

const Change& Store::put(std::size_t resource, const std::string& key, json::object object, Time now) {
  auto& shelf = shelves_[resource];
  auto& row = shelf.rows[key];
  auto before = std::move(row);
  row = stored(std::move(object), ++newest_);
  const auto type = before ? ChangeType::modified : ChangeType::added;
  return append(shelf, {newest_, now, type, row, std::move(before)});
}

const Change& Store::erase(std::size_t resource, std::string_view key, Time now) {
  auto& shelf = shelves_[resource];
  const auto row = shelf.rows.find(key);
  const auto before = row->second;
  shelf.rows.erase(row);
  ++newest_;
  return append(shelf, {newest_, now, ChangeType::deleted, stored(before->value, newest_), before});
}

void Store::compact(Version up_to) {
  if (up_to <= compacted_) return;
  compacted_ = up_to;
  for (auto& shelf : shelves_)
    while (!shelf.log.empty() && shelf.log.front().version <= up_to) shelf.log.pop_front();
  while (!moments_.empty() && moments_.front().version <= up_to) moments_.pop_front();
}

void Store::forget(Time up_to) {
  if (!moments_.empty() && moments_.front().at <= up_to) compact(version_at(up_to));
}

}  // namespace kube_double
