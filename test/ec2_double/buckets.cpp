#include "ec2_double/buckets.hpp"

#include <algorithm>

namespace ec2_double {
namespace {

struct Size {
  double capacity;
  double refill_per_second;
};

constexpr std::string_view kUnbounded = "/unfiltered and unpaged";

// Those whose list of everything has a bucket of its own.
bool has_unbounded_bucket(std::string_view action) {
  return action == "DescribeInstances" || action == "DescribeNetworkInterfaces" ||
         action == "DescribeSecurityGroups";
}

// Whether ids count as a filter is not published: they do not here, which is the stricter reading.
bool unbounded(std::string_view action, const Params& params) {
  return has_unbounded_bucket(action) && params.structures("Filter").empty() && !params.has("MaxResults");
}

bool non_mutating(std::string_view action) {
  return action.starts_with("Describe") || action.starts_with("Get") || action.starts_with("List") ||
         action.starts_with("Search");
}

Size size_of(std::string_view action) {
  static const std::map<std::string_view, Size> kOwn{
      {"AssignIpv6Addresses", {100, 5}},
      {"AssignPrivateIpAddresses", {100, 5}},
      {"CreateNetworkInterface", {100, 5}},
      {"CreateTags", {100, 10}},
      {"DeleteNetworkInterface", {100, 5}},
      {"DeleteTags", {100, 10}},
      {"ModifyNetworkInterfaceAttribute", {100, 5}},
      {"UnassignPrivateIpAddresses", {100, 5}},
  };
  if (const auto own = kOwn.find(action); own != kOwn.end()) return own->second;
  if (action.ends_with(kUnbounded)) return {50, 10};
  if (non_mutating(action)) return {100, 20};
  return {50, 5};
}

}  // namespace

bool Buckets::take(std::string_view action, const Params& params, double factor, Time now) {
  if (factor <= 0) return true;
  std::string key(action);
  if (unbounded(action, params)) key += kUnbounded;
  const auto size = size_of(key);
  auto [place, is_new] = levels_.try_emplace(key);
  auto& level = place->second;
  if (is_new) level = all_drained_ ? Level{0, *all_drained_} : Level{size.capacity * factor, now};
  const std::chrono::duration<double> passed = std::max(now - level.filled, Span{});
  level.tokens =
      std::min(size.capacity * factor, level.tokens + passed.count() * size.refill_per_second * factor);
  level.filled = std::max(level.filled, now);
  if (level.tokens < 1) return false;
  level.tokens -= 1;
  return true;
}

void Buckets::drain(std::string_view action, Time now) {
  if (action.empty()) {
    levels_.clear();
    all_drained_ = now;
    return;
  }
  levels_[std::string(action)] = {0, now};
  if (has_unbounded_bucket(action)) levels_[std::string(action) + std::string(kUnbounded)] = {0, now};
}

}  // namespace ec2_double
