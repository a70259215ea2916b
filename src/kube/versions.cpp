#include "kube/versions.hpp"

#include <algorithm>

namespace kube {
namespace {

bool integer(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right) {
  if (!integer(left) || !integer(right)) return std::nullopt;
  // Of any size, so no conversion: without leading zeros the longer number is the greater.
  const auto strip = [](std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  };
  strip(left);
  strip(right);
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

bool newer(std::string_view left, std::string_view right) {
  const auto order = compare_versions(left, right);
  return order && *order == std::strong_ordering::greater;
}

bool supersedes(const Meta& incoming, const Meta& held, bool from_watch) {
  const auto order = compare_versions(incoming.resource_version, held.resource_version);
  if (!order) return from_watch;
  if (*order == std::strong_ordering::equal) return from_watch && incoming.uid != held.uid;
  return *order == std::strong_ordering::greater;
}

void RecentlyDeleted::add(const std::string& uid) {
  if (uid.empty() || !uids_.insert(uid).second) return;
  order_.push_back(uid);
  if (order_.size() <= kMost) return;
  uids_.erase(order_.front());
  order_.pop_front();
}

}  // namespace kube
