#include "kube_double/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ec2_double/draw.hpp"

namespace kube_double {
namespace {

using Do = Rule::Do;

constexpr std::array<std::pair<std::string_view, Do>, 18> kNames{{
    {"latency", Do::latency},
    {"late", Do::late},
    {"hang", Do::hang},
    {"cut_before", Do::cut_before},
    {"cut_after", Do::cut_after},
    {"error", Do::error},
    {"error_after", Do::error_after},
    {"conflict", Do::conflict},
    {"throttle", Do::throttle},
    {"unauthorized", Do::unauthorized},
    {"forbidden", Do::forbidden},
    {"garble", Do::garble},
    {"stale", Do::stale},
    {"end", Do::end},
    {"cut", Do::cut},
    {"expire", Do::expire},
    {"repeat", Do::repeat},
    {"lag", Do::lag},
}};

bool fits(const Rule& rule, const Asked& asked, bool open_watch) {
  if (of_watches(rule.act) != open_watch) return false;
  if (!rule.client.empty() && rule.client != asked.client) return false;
  if (rule.verb.empty() ? asked.verb == "watch" && !open_watch : rule.verb != asked.verb) return false;
  if (rule.resource.empty()) return true;
  const auto slash = rule.resource.find('/');
  if (std::string_view(rule.resource).substr(0, slash) != asked.resource) return false;
  return slash == std::string::npos || std::string_view(rule.resource).substr(slash + 1) == asked.subresource;
}

// Counts it too.
bool applies(Rule& rule, std::uint64_t seed) {
  ++rule.seen;
  const bool in_turn = rule.seen >= rule.nth && (rule.times == 0 || rule.seen - rule.nth < rule.times);
  if (!in_turn) return false;
  return ec2_double::fraction(ec2_double::mix(seed ^ ec2_double::hash(rule.id))) < rule.probability;
}

}  // namespace

std::string_view name_of(Do act) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const auto& row) { return row.second == act; })
      ->first;
}

bool of_watches(Do act) {
  return act >= Do::end;
}

std::string Rules::add(Rule rule) {
  rule.id = "rule-" + std::to_string(next_++);
  rules_.push_back(std::move(rule));
  return rules_.back().id;
}

void Rules::remove(std::string_view id) {
  std::erase_if(rules_, [&](const Rule& rule) { return rule.id == id; });
}

void Rules::clear() {
  rules_.clear();
}

const Rule* Rules::match(const Asked& asked, std::uint64_t seed) {
  Rule* first = nullptr;
  for (auto& rule : rules_)
    if (fits(rule, asked, false) && applies(rule, seed) && first == nullptr) first = &rule;
  if (first != nullptr) ++first->hits;
  return first;
}

std::vector<Rule> Rules::match_watch(const Asked& asked, std::uint64_t seed) {
  std::vector<Rule> all;
  for (auto& rule : rules_) {
    if (!fits(rule, asked, true) || !applies(rule, seed)) continue;
    ++rule.hits;
    all.push_back(rule);
  }
  return all;
}

}  // namespace kube_double
