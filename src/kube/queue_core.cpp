#include "kube/queue_core.hpp"

#include <algorithm>

namespace kube {

bool QueueCore::add(const Key& key, base::SteadyTime at, base::SteadyTime now) {
  if (const auto hand = in_hand_.find(key); hand != in_hand_.end()) {
    auto& again = hand->second.again;
    if (again && *again <= at) return false;
    again = at;
    return true;
  }
  const auto place = waiting_.find(key);
  if (place == waiting_.end()) {
    wait(key, at, now);
    return true;
  }
  auto& waiting = place->second;
  if (waiting.ready || waiting.at <= at) return false;
  delayed_.erase(waiting.delayed);
  waiting_.erase(place);
  wait(key, at, now);
  return true;
}

void QueueCore::wait(const Key& key, base::SteadyTime at, base::SteadyTime now) {
  auto& waiting = waiting_[key];
  waiting.at = std::max(at, now);
  if (at <= now) {
    waiting.ready = ready_.insert(ready_.end(), key);
  } else {
    waiting.delayed = delayed_.emplace(at, key);
  }
}

void QueueCore::ripen(base::SteadyTime now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    auto& key = delayed_.begin()->second;
    waiting_.at(key).ready = ready_.insert(ready_.end(), key);
    delayed_.erase(delayed_.begin());
  }
}

std::optional<QueueCore::Taken> QueueCore::take(base::SteadyTime now) {
  ripen(now);
  if (ready_.empty()) return std::nullopt;
  Taken taken{std::move(ready_.front()), {}};
  ready_.pop_front();
  const auto place = waiting_.find(taken.key);
  taken.waited = now - place->second.at;
  waiting_.erase(place);
  in_hand_.emplace(taken.key, InHand{now, std::nullopt});
  return taken;
}

void QueueCore::done(const Key& key, base::SteadyTime now) {
  const auto hand = in_hand_.find(key);
  if (hand == in_hand_.end()) return;
  const auto again = hand->second.again;
  in_hand_.erase(hand);
  if (again) wait(key, *again, now);
}

base::Duration QueueCore::failed(const Key& key) {
  const int doublings = std::min(failures_[key]++, 30);
  return std::chrono::milliseconds(
      std::min<std::int64_t>(backoff_.cap.count(), backoff_.base.count() << doublings));
}

void QueueCore::forget(const Key& key) {
  failures_.erase(key);
}

int QueueCore::failures(const Key& key) const {
  const auto found = failures_.find(key);
  return found == failures_.end() ? 0 : found->second;
}

std::size_t QueueCore::depth(base::SteadyTime now) {
  ripen(now);
  return ready_.size();
}

std::optional<base::SteadyTime> QueueCore::next_due() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->first;
}

std::optional<base::SteadyTime> QueueCore::longest_in_hand_since() const {
  std::optional<base::SteadyTime> oldest;
  for (const auto& [key, hand] : in_hand_)
    if (!oldest || hand.since < *oldest) oldest = hand.since;
  return oldest;
}

base::Duration QueueCore::unfinished(base::SteadyTime now) const {
  base::Duration sum{};
  for (const auto& [key, hand] : in_hand_) sum += now - hand.since;
  return sum;
}

}  // namespace kube
