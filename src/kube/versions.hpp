#pragma once
// The rules by which a store decides which of two states of an object is the later one.

#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

#include "kube/meta.hpp"

namespace kube {

// True if `left` is known to be newer than `right`.
bool newer(std::string_view left, std::string_view right);

// Whether `incoming` replaces `held` of the same key. When the versions can't be compared the watch is
// believed
// (`from_watch`: its order is the server's) and an answer to a write is not: the watch will bring it anyway.
bool supersedes(const Meta& incoming, const Meta& held, bool from_watch);

// The uids of the objects last seen deleted. Bounded: an answer to a write that is later than this many
// deletions is not expected.
class RecentlyDeleted {
 public:
  void add(const std::string& uid);
  bool holds(const std::string& uid) const { return uids_.contains(uid); }

 private:
  static constexpr std::size_t kMost = 4096;
  std::unordered_set<std::string> uids_;
  std::deque<std::string> order_;
};

}  // namespace kube
