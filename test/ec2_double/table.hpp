#pragma once
// Resources of one kind by id, with what each was before: EC2 is eventually consistent, so a read may see a
// resource as it was a while ago, and a later read may see it older than an earlier one did.
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ec2_double {

using Time = std::chrono::system_clock::time_point;
using Span = Time::duration;

// What one call sees: each resource as it was up to `delay` ago, drawn from the seed, the call and the id.
class View {
 public:
  View(Time now, Span delay, std::uint64_t draw) : now_(now), delay_(delay), draw_(draw) {}
  Time as_of(std::string_view id) const;

 private:
  Time now_;
  Span delay_;
  std::uint64_t draw_;
};

// When the row changes by itself, see settle(); nothing for rows that do not. Kinds of rows that do have an
// overload.
template <class T>
std::optional<Time> next_change(const T&) {
  return std::nullopt;
}

// T has a member `id`. Copyable: a world is a value.
template <class T>
class Table {
 public:
  // As it is; nullptr if there is none.
  const T* latest(std::string_view id) const {
    const auto found = rows_.find(id);
    return found == rows_.end() || !found->second.back().value ? nullptr : &*found->second.back().value;
  }
  // As the view sees it.
  const T* seen(std::string_view id, const View& view) const {
    const auto found = rows_.find(id);
    return found == rows_.end() ? nullptr : seen_in(found->second, view.as_of(id));
  }
  std::vector<const T*> all() const {
    std::vector<const T*> found;
    for (const auto& [id, history] : rows_)
      if (history.back().value) found.push_back(&*history.back().value);
    return found;
  }
  std::vector<const T*> all_seen(const View& view) const {
    std::vector<const T*> found;
    for (const auto& [id, history] : rows_)
      if (const auto* value = seen_in(history, view.as_of(id))) found.push_back(value);
    return found;
  }

  // The row that is the next to change by itself, and when; nothing if none does.
  std::optional<std::pair<Time, std::string>> next_due() const {
    return due_.empty() ? std::nullopt : std::optional(*due_.begin());
  }

  void put(T value, Time now) {
    auto& history = rows_[value.id];
    unschedule(history);
    if (const auto due = next_change(value)) due_.emplace(*due, value.id);
    history.push_back({now, std::move(value)});
    forget(history, now);
  }
  void erase(std::string_view id, Time now) {
    const auto found = rows_.find(id);
    if (found == rows_.end()) return;
    unschedule(found->second);
    found->second.push_back({now, std::nullopt});
    forget(found->second, now);
  }

 private:
  struct Version {
    Time since;
    std::optional<T> value;  // none: it did not exist
  };
  using History = std::deque<Version>;
  static constexpr auto kMemory = std::chrono::minutes(10);

  static const T* seen_in(const History& history, Time at) {
    for (auto version = history.rbegin(); version != history.rend(); ++version)
      if (version->since <= at) return version->value ? &*version->value : nullptr;
    return nullptr;
  }
  void unschedule(const History& history) {
    if (history.empty() || !history.back().value) return;
    const T& value = *history.back().value;
    if (const auto due = next_change(value)) due_.erase({*due, value.id});
  }
  // Keeps one version that is older than any view looks back.
  static void forget(History& history, Time now) {
    while (history.size() > 1 && history[1].since <= now - kMemory) history.pop_front();
  }

  std::map<std::string, History, std::less<>> rows_;
  std::set<std::pair<Time, std::string>> due_;
};

}  // namespace ec2_double
