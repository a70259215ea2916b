#pragma once
// The keys that need work: each at most once, each in one hand only, each not before its time. Pure; times
// are arguments. The rules are client-go's (util/workqueue: dirty, processing) with kube-rs's "the earlier
// time wins".

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/clock.hpp"
#include "kube/meta.hpp"

namespace kube {

struct QueueBackoff {  // of one key that keeps failing: base * 2^(failures-1), at most cap
  std::chrono::milliseconds base{200};
  std::chrono::milliseconds cap{300'000};
};

class QueueCore {
 public:
  struct Taken {
    Key key;
    base::Duration waited{};  // from when it was due until now
  };

  explicit QueueCore(QueueBackoff backoff = {}) : backoff_(backoff) {}

  // Wants `key` worked on, not before `at` (now or earlier: at once, in order of arrival). A key already
  // waiting keeps the earlier time. A key in hand is queued again when it is done. True if this made an entry
  // or an earlier time.
  bool add(const Key& key, base::SteadyTime at, base::SteadyTime now);

  // The next due key, now in hand until done().
  std::optional<Taken> take(base::SteadyTime now);
  void done(const Key& key, base::SteadyTime now);

  // One more failure of `key` in a row; returns how long to wait before the next try.
  base::Duration failed(const Key& key);
  void forget(const Key& key);  // it went well: failures start from zero
  int failures(const Key& key) const;

  std::size_t depth(base::SteadyTime now);  // due and not in hand
  std::size_t in_hand() const { return in_hand_.size(); }
  std::size_t delayed() const { return delayed_.size(); }
  bool knows(const Key& key) const { return waiting_.contains(key) || in_hand_.contains(key); }
  std::optional<base::SteadyTime> next_due() const;               // of the delayed ones
  std::optional<base::SteadyTime> longest_in_hand_since() const;  // when the oldest in hand was taken
  base::Duration unfinished(base::SteadyTime now) const;          // sum over all in hand

 private:
  struct Waiting {
    base::SteadyTime at;
    std::optional<std::list<Key>::iterator> ready;  // else in delayed_
    std::multimap<base::SteadyTime, Key>::iterator delayed;
  };
  struct InHand {
    base::SteadyTime since;
    std::optional<base::SteadyTime> again;  // added while in hand
  };

  void wait(const Key& key, base::SteadyTime at, base::SteadyTime now);
  void ripen(base::SteadyTime now);

  QueueBackoff backoff_;
  std::list<Key> ready_;
  std::multimap<base::SteadyTime, Key> delayed_;
  std::unordered_map<Key, Waiting> waiting_;
  std::unordered_map<Key, InHand> in_hand_;
  std::unordered_map<Key, int> failures_;
};

}  // namespace kube
