#pragma once
// What EC2 shows of our things of one kind, corrected by what we did.
//
// EC2 is eventually consistent: a read may not show yet what a call has done, or may step back in time
// (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). The ledger holds the newest
// view of each thing; after a write of ours, a read that still shows the state from before that write is not
// believed until `visibility` has passed. Anything else that a read shows is believed at once: someone else's
// change. Pure: times come with the calls. The model tests run this same code.
//
// A View has `tags`, `same_state(view)` (alike in what our writes change), and a function id_of(view).

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/object.hpp"
#include "domain/tags.hpp"

namespace domain {

struct Absence {  // of a thing from reads that asked for it by its id
  // When they were sent, the newest last. Reads in quick succession count as one, and only so many are kept.
  std::vector<Time> asked;
};

template <class View>
class BasicLedger {
 public:
  struct Record {
    View view;
    // The newest read that shows it was sent then; of a new thing, the call that made it was answered then.
    // Our other writes don't count: they tell nothing of what else has changed, say whose it is.
    Time seen{};
    Time first_seen{};  // by this process
    Time newest{};      // as `seen`, also when the view is distrusted: older answers tell nothing
  };

  using Absence = domain::Absence;

  explicit BasicLedger(Span visibility) : visibility_(visibility) {}

  // A read sent at `asked`, for the things whose uid tag is one of `uids`.
  void read_by_uid(const std::vector<std::string>& uids, const std::vector<View>& shown, Time asked);
  // ... whose id is one of `ids`. Only these reads count towards absence.
  void read_by_id(const std::vector<std::string>& ids, const std::vector<View>& shown, Time asked);
  // ... that carry our cluster tag: all of ours.
  void read_all(const std::string& cluster, const std::vector<View>& shown, Time asked);

  // Our own writes, answered at `at`. All but the first do nothing for a thing that is not known.
  void made(View view, Time at);
  void tagged(const std::string& id, const Tags& set, const std::vector<std::string>& removed, Time at);
  void released(const std::string& id, Time at);  // given back to EC2; of an interface: deleted

  // Reads, and EC2 itself, may not know yet of our newest write to it.
  bool may_lag(const std::string& id, Time now) const { return now < lags_until(id); }

  // The next decision that needs a fresh view has to look first.
  void distrust(const std::string& id);

  const Record* find(const std::string& id) const;
  const std::map<std::string, Record>& records() const { return records_; }
  std::vector<const Record*> by_uid(const std::string& uid) const;
  std::vector<const Record*> by_name(const std::string& ns, const std::string& name) const;
  // When the newest read by this uid tag was sent; nothing if there was none.
  std::optional<Time> asked_by_uid(const std::string& uid) const;
  std::optional<Absence> absence(const std::string& id) const;
  // Released by this process: it is gone whatever reads show.
  bool was_released(const std::string& id) const { return released_.contains(id); }
  bool released_for(const std::string& uid) const { return released_uids_.contains(uid); }
  // Forgets what was asked for a uid whose object is gone.
  void forget_uid(const std::string& uid) {
    asked_.erase(uid);
    released_uids_.erase(uid);
  }
  void forget_absence(const std::string& id) { absences_.erase(id); }

  friend struct LedgerPeek;  // of the model test, which has to tell states apart

 protected:
  Span visibility() const { return visibility_; }
  Time lags_until(const std::string& id) const {
    const auto write = writes_.find(id);
    return write == writes_.end() ? Time{} : write->second.at + visibility_;
  }
  // A write of ours that changes what is known of a thing.
  template <class Edit>
  void write(const std::string& id, Time at, Edit edit) {
    const auto known = records_.find(id);
    if (known == records_.end()) return;
    View after = known->second.view;
    edit(after);
    wrote(id, View(known->second.view), std::move(after), at);
  }
  // States that the thing can now reach on its own are news again, also if it was in them before.
  template <class Predicate>
  void expect(const std::string& id, Predicate can_become) {
    const auto write = writes_.find(id);
    if (write == writes_.end()) return;
    std::erase_if(write->second.before, [&](const auto& b) { return b.state && can_become(*b.state); });
  }
  // EC2 itself did not know at `at` what is known of the thing, which may be over, and the thing as `without`
  // it: reads from then on that say so are believed, until one shows that EC2 was only late.
  void denied(const std::string& id, View without, Time at) {
    const auto write = writes_.find(id);
    const auto known = records_.find(id);
    if (write != writes_.end() && known != records_.end())
      write->second.denial = Denial{known->second.view, std::move(without), at};
  }
  // What EC2 did not know is over: a read that still shows it is an old one.
  void over(const std::string& id, Time at) {
    const auto write = writes_.find(id);
    if (write == writes_.end() || !write->second.denial) return;
    write->second.before.push_back({std::move(write->second.denial->known), at});
    write->second.denial.reset();
  }

 private:
  struct Denial {
    View known;
    View without;
    Time since{};
  };
  struct Write {  // ours, that reads may not show yet
    struct Before {
      std::optional<View> state;  // nothing: there was no such thing
      Time until{};               // the write that changed it was answered
    };
    // All that reads may still show: with several writes in short order, more than one.
    std::vector<Before> before;
    Time at{};  // of the newest
    std::optional<Denial> denial;
  };
  struct Filter {  // of a read; nothing: by id
    const char* key = nullptr;
    std::string value;
  };
  std::set<std::string> found_all(const std::vector<View>& shown, Time asked);
  void found(const View& view, Time asked);
  void not_found(const std::string& id, const Filter& filter, Time asked);
  void confirm(const std::string& id, Time asked);
  void put(const std::string& id, Record record);
  void drop(const std::string& id);
  void wrote(const std::string& id, std::optional<View> before, View after, Time at);
  bool hides(const Write& write, const View* shown, const Filter& filter, Time asked) const;

  static constexpr std::size_t kAbsences = 16;

  Span visibility_;
  std::map<std::string, Record> records_;
  std::map<std::string, std::set<std::string>> ids_by_uid_;
  std::map<std::string, Write> writes_;
  std::map<std::string, Time> asked_;
  std::map<std::string, Absence> absences_;
  std::map<std::string, Time> released_;
  std::set<std::string> released_uids_;
};

template <class View>
bool BasicLedger<View>::hides(const Write& write, const View* shown, const Filter& filter, Time asked) const {
  if (asked < write.at) return true;  // the read was sent before the write was answered

  return std::any_of(write.before.begin(), write.before.end(), [&](const auto& b) {
    if (asked >= b.until + visibility_) return false;
    const auto& before = b.state;
    const bool left_out = before && filter.key && tag(before->tags, filter.key) != filter.value;
    return shown ? before && before->same_state(*shown) : !before || left_out;
  });
}

template <class View>
void BasicLedger<View>::found(const View& view, Time asked) {
  const std::string& id = id_of(view);
  if (id.empty()) return;
  if (released_.contains(id)) return;  // ids are never used again: a read that shows it is an old one
  const auto write = writes_.find(id);
  if (write != writes_.end()) {
    auto& denial = write->second.denial;
    const bool answers = denial && asked >= denial->since;
    const bool agrees = answers && denial->without.same_state(view);
    if (!agrees && hides(write->second, &view, {}, asked)) return confirm(id, asked);
    if (answers && denial->known.same_state(view)) denial.reset();
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
template <class View>
void BasicLedger<View>::confirm(const std::string& id, Time asked) {
  const auto known = records_.find(id);
  if (known == records_.end() || asked < writes_.at(id).at || asked < known->second.newest) return;
  known->second.seen = known->second.newest = asked;
}

template <class View>
void BasicLedger<View>::not_found(const std::string& id, const Filter& filter, Time asked) {
  const auto write = writes_.find(id);
  if (write != writes_.end()) {
    if (hides(write->second, nullptr, filter, asked)) {
      if (!filter.key) confirm(id, asked);
      return;
    }
    writes_.erase(write);  // gone, by someone else: whatever shows up later under this id is news
  }
  const auto known = records_.find(id);
  if (known != records_.end() && known->second.newest > asked) return;
  drop(id);
}

template <class View>
void BasicLedger<View>::put(const std::string& id, Record record) {
  drop(id);
  const std::string& uid = tag(record.view.tags, kUidTag);
  if (!uid.empty()) ids_by_uid_[uid].insert(id);
  records_.emplace(id, std::move(record));
}

template <class View>
void BasicLedger<View>::drop(const std::string& id) {
  const auto known = records_.find(id);
  if (known == records_.end()) return;
  const auto ids = ids_by_uid_.find(tag(known->second.view.tags, kUidTag));
  if (ids != ids_by_uid_.end()) {
    ids->second.erase(id);
    if (ids->second.empty()) ids_by_uid_.erase(ids);
  }
  records_.erase(known);
}

template <class View>
std::set<std::string> BasicLedger<View>::found_all(const std::vector<View>& shown, Time asked) {
  std::set<std::string> present;
  for (const auto& view : shown) {
    found(view, asked);
    present.insert(id_of(view));
  }
  return present;
}

template <class View>
void BasicLedger<View>::read_by_uid(const std::vector<std::string>& uids, const std::vector<View>& shown,
                                    Time asked) {
  const std::set<std::string> present = found_all(shown, asked);
  for (const auto& uid : uids) {
    auto& last = asked_[uid];
    last = std::max(last, asked);
    // What we held under this uid and the read does not show: gone, or its tag is. A read by id tells which.
    std::vector<std::string> missing;
    for (const auto* record : by_uid(uid))
      if (!present.contains(id_of(record->view))) missing.push_back(id_of(record->view));
    for (const auto& id : missing) not_found(id, {kUidTag, uid}, asked);
  }
}

template <class View>
void BasicLedger<View>::read_by_id(const std::vector<std::string>& ids, const std::vector<View>& shown,
                                   Time asked) {
  const std::set<std::string> present = found_all(shown, asked);
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

template <class View>
void BasicLedger<View>::read_all(const std::string& cluster, const std::vector<View>& shown, Time asked) {
  const std::set<std::string> present = found_all(shown, asked);
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

template <class View>
void BasicLedger<View>::wrote(const std::string& id, std::optional<View> before, View after, Time at) {
  const auto known = records_.find(id);
  Record record = known == records_.end() ? Record{{}, at, at, at} : known->second;
  record.view = std::move(after);
  auto& write = writes_[id];
  std::erase_if(write.before, [&](const auto& b) { return at >= b.until + visibility_; });
  write.before.push_back({std::move(before), at});
  write.at = at;
  write.denial.reset();
  absences_.erase(id);
  put(id, std::move(record));
}

template <class View>
void BasicLedger<View>::made(View view, Time at) {
  const std::string id = id_of(view);
  wrote(id, std::nullopt, std::move(view), at);
}

template <class View>
void BasicLedger<View>::tagged(const std::string& id, const Tags& set,
                               const std::vector<std::string>& removed, Time at) {
  write(id, at, [&](View& view) {
    for (const auto& [key, value] : set) view.tags[key] = value;
    for (const auto& key : removed) view.tags.erase(key);
  });
}

template <class View>
void BasicLedger<View>::released(const std::string& id, Time at) {
  const auto known = records_.find(id);
  if (known != records_.end()) released_uids_.insert(tag(known->second.view.tags, kUidTag));
  drop(id);
  writes_.erase(id);
  absences_.erase(id);
  released_[id] = at;
}

template <class View>
void BasicLedger<View>::distrust(const std::string& id) {
  const auto known = records_.find(id);
  if (known != records_.end()) known->second.seen = Time{};
}

template <class View>
const typename BasicLedger<View>::Record* BasicLedger<View>::find(const std::string& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

template <class View>
std::vector<const typename BasicLedger<View>::Record*> BasicLedger<View>::by_uid(
    const std::string& uid) const {
  std::vector<const Record*> result;
  const auto ids = ids_by_uid_.find(uid);
  if (ids == ids_by_uid_.end()) return result;
  for (const auto& id : ids->second) result.push_back(&records_.at(id));
  return result;
}

template <class View>
std::vector<const typename BasicLedger<View>::Record*> BasicLedger<View>::by_name(
    const std::string& ns, const std::string& name) const {
  std::vector<const Record*> result;
  for (const auto& [id, record] : records_)
    if (tag(record.view.tags, kNameTag) == name && tag(record.view.tags, kNamespaceTag) == ns)
      result.push_back(&record);
  return result;
}

template <class View>
std::optional<Time> BasicLedger<View>::asked_by_uid(const std::string& uid) const {
  const auto found = asked_.find(uid);
  if (found == asked_.end()) return std::nullopt;
  return found->second;
}

template <class View>
std::optional<Absence> BasicLedger<View>::absence(const std::string& id) const {
  const auto found = absences_.find(id);
  if (found == absences_.end()) return std::nullopt;
  return found->second;
}

}  // namespace domain
