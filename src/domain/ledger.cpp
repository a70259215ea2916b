#include "domain/ledger.hpp"

#include <algorithm>

#include "domain/tags.hpp"

namespace domain {

namespace {

constexpr std::size_t kAbsences = 16;

// Alike in what our writes change. (The answer to an allocation tells less of the rest than a read does.)
bool same_state(const std::optional<AddressView>& a, const std::optional<AddressView>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->association_id == b->association_id && a->tags == b->tags;
}

}  // namespace

bool Ledger::hides(const Write& write, const std::optional<AddressView>& shown, const Filter& filter,
                   Time asked) const {
  if (asked < write.at) return true;  // the read was sent before the write was answered

  return std::any_of(write.before.begin(), write.before.end(), [&](const auto& b) {
    if (asked >= b.until + visibility_) return false;
    const auto& before = b.state;
    const bool left_out = before && filter.key && tag(before->tags, filter.key) != filter.value;
    return shown ? same_state(before, shown) : !before || left_out;
  });
}

void Ledger::found(const AddressView& view, Time asked) {
  const std::string& id = view.allocation_id;
  if (id.empty()) return;
  if (released_.contains(id)) return;  // ids are never used again: a read that shows it is an old one
  const auto write = writes_.find(id);
  if (write != writes_.end()) {
    if (hides(write->second, view, {}, asked)) return confirm(id, asked);
    // Also after a read that shows it as written, or as someone else has changed it since, an older state may
    // come back in the next read, from another of EC2's servers.
    if (asked >= write->second.at + visibility_) writes_.erase(write);
  }
  absences_.erase(id);
  const auto known = records_.find(id);
  if (known != records_.end() && known->second.newest > asked) return;  // an answer that came late
  put(id, Record{view, asked, known == records_.end() ? asked : known->second.first_seen, asked});
}

// A read that shows what was before our write: all that it tells is that nothing else has changed.
void Ledger::confirm(const std::string& id, Time asked) {
  const auto known = records_.find(id);
  if (known == records_.end() || asked < writes_.at(id).at || asked < known->second.newest) return;
  known->second.seen = known->second.newest = asked;
}

void Ledger::not_found(const std::string& id, const Filter& filter, Time asked) {
  const auto write = writes_.find(id);
  if (write != writes_.end()) {
    if (hides(write->second, std::nullopt, filter, asked)) {
      if (!filter.key) confirm(id, asked);
      return;
    }
    writes_.erase(write);  // gone, by someone else: whatever shows up later under this id is news
  }
  const auto known = records_.find(id);
  if (known != records_.end() && known->second.newest > asked) return;
  drop(id);
}

void Ledger::put(const std::string& id, Record record) {
  drop(id);
  const std::string& uid = tag(record.view.tags, kUidTag);
  if (!uid.empty()) ids_by_uid_[uid].insert(id);
  records_.emplace(id, std::move(record));
}

void Ledger::drop(const std::string& id) {
  const auto known = records_.find(id);
  if (known == records_.end()) return;
  const auto ids = ids_by_uid_.find(tag(known->second.view.tags, kUidTag));
  if (ids != ids_by_uid_.end()) {
    ids->second.erase(id);
    if (ids->second.empty()) ids_by_uid_.erase(ids);
  }
  records_.erase(known);
}

void Ledger::read_by_uid(const std::vector<std::string>& uids, const std::vector<AddressView>& shown,
                         Time asked) {
  std::set<std::string> present;
  for (const auto& view : shown) {
    found(view, asked);
    present.insert(view.allocation_id);
  }
  for (const auto& uid : uids) {
    auto& last = asked_[uid];
    last = std::max(last, asked);
    // What we held under this uid and the read does not show: gone, or its tag is. A read by id tells which.
    std::vector<std::string> missing;
    for (const auto* record : by_uid(uid))
      if (!present.contains(record->view.allocation_id)) missing.push_back(record->view.allocation_id);
    for (const auto& id : missing) not_found(id, {kUidTag, uid}, asked);
  }
}

void Ledger::read_by_id(const std::vector<std::string>& ids, const std::vector<AddressView>& shown,
                        Time asked) {
  std::set<std::string> present;
  for (const auto& view : shown) {
    found(view, asked);
    present.insert(view.allocation_id);
  }
  for (const auto& id : ids) {
    if (present.contains(id)) continue;
    not_found(id, {}, asked);
    if (records_.contains(id)) continue;  // hidden by a write of ours
    auto& reads = absences_[id].asked;
    if (!reads.empty() && asked < reads.back() + visibility_ / kAbsences) continue;
    if (reads.size() == kAbsences) reads.erase(reads.begin());
    reads.push_back(asked);
  }
}

void Ledger::read_all(const std::string& cluster, const std::vector<AddressView>& shown, Time asked) {
  std::set<std::string> present;
  for (const auto& view : shown) {
    found(view, asked);
    present.insert(view.allocation_id);
  }
  std::vector<std::string> missing;
  for (const auto& [id, record] : records_)
    if (tag(record.view.tags, kClusterTag) == cluster && !present.contains(id)) missing.push_back(id);
  for (const auto& id : missing) not_found(id, {kClusterTag, cluster}, asked);
  // What is not ours and nobody asked for in a while (the holder of a target, once) is forgotten.
  std::vector<std::string> strange;
  for (const auto& [id, record] : records_)
    if (tag(record.view.tags, kClusterTag) != cluster && record.seen + 10 * visibility_ < asked)
      strange.push_back(id);
  for (const auto& id : strange) drop(id);
  std::erase_if(released_, [&](const auto& entry) { return asked > entry.second + 10 * visibility_; });
}

void Ledger::wrote(const std::string& id, std::optional<AddressView> before, AddressView after, Time at) {
  const auto known = records_.find(id);
  Record record = known == records_.end() ? Record{{}, at, at, at} : known->second;
  record.view = std::move(after);
  auto& write = writes_[id];
  std::erase_if(write.before, [&](const auto& b) { return at >= b.until + visibility_; });
  write.before.push_back({std::move(before), at});
  write.at = at;
  absences_.erase(id);
  put(id, std::move(record));
}

void Ledger::allocated(AddressView view, Time at) {
  const std::string id = view.allocation_id;
  wrote(id, std::nullopt, std::move(view), at);
}

void Ledger::associated(const std::string& id, const std::string& association_id, const std::string& eni,
                        const std::string& private_ip, Time at) {
  const auto known = records_.find(id);
  if (known == records_.end()) return;
  AddressView after = known->second.view;
  const AddressView before = after;
  after.association_id = association_id;
  after.network_interface_id = eni;
  after.private_ip_address = private_ip;
  wrote(id, before, std::move(after), at);
}

void Ledger::disassociated(const std::string& id, Time at) {
  const auto known = records_.find(id);
  if (known == records_.end()) return;
  AddressView after = known->second.view;
  const AddressView before = after;
  after.association_id.clear();
  after.network_interface_id.clear();
  after.private_ip_address.clear();
  wrote(id, before, std::move(after), at);
}

void Ledger::tagged(const std::string& id, const Tags& set, const std::vector<std::string>& removed,
                    Time at) {
  const auto known = records_.find(id);
  if (known == records_.end()) return;
  AddressView after = known->second.view;
  const AddressView before = after;
  for (const auto& [key, value] : set) after.tags[key] = value;
  for (const auto& key : removed) after.tags.erase(key);
  wrote(id, before, std::move(after), at);
}

void Ledger::released(const std::string& id, Time at) {
  const auto known = records_.find(id);
  if (known != records_.end()) released_uids_.insert(tag(known->second.view.tags, kUidTag));
  drop(id);
  writes_.erase(id);
  absences_.erase(id);
  released_[id] = at;
}

void Ledger::distrust(const std::string& id) {
  const auto known = records_.find(id);
  if (known != records_.end()) known->second.seen = Time{};
}

const Ledger::Record* Ledger::find(const std::string& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

std::vector<const Ledger::Record*> Ledger::by_uid(const std::string& uid) const {
  std::vector<const Record*> result;
  const auto ids = ids_by_uid_.find(uid);
  if (ids == ids_by_uid_.end()) return result;
  for (const auto& id : ids->second) result.push_back(&records_.at(id));
  return result;
}

std::vector<const Ledger::Record*> Ledger::by_name(const std::string& ns, const std::string& name) const {
  std::vector<const Record*> result;
  for (const auto& [id, record] : records_)
    if (tag(record.view.tags, kNameTag) == name && tag(record.view.tags, kNamespaceTag) == ns)
      result.push_back(&record);
  return result;
}

std::vector<const Ledger::Record*> Ledger::by_interface(const std::string& eni) const {
  std::vector<const Record*> result;
  for (const auto& [id, record] : records_)
    if (record.view.network_interface_id == eni) result.push_back(&record);
  return result;
}

std::optional<Time> Ledger::asked_by_uid(const std::string& uid) const {
  const auto found = asked_.find(uid);
  if (found == asked_.end()) return std::nullopt;
  return found->second;
}

std::optional<Ledger::Absence> Ledger::absence(const std::string& id) const {
  const auto found = absences_.find(id);
  if (found == absences_.end()) return std::nullopt;
  return found->second;
}

}  // namespace domain
