#include "ec2_double/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ec2_double {
namespace {

constexpr std::array<std::pair<std::string_view, Rule::Do>, 11> kNames{{
    {"latency", Rule::Do::latency},
    {"hang", Rule::Do::hang},
    {"reset_before", Rule::Do::reset_before},
    {"reset_after", Rule::Do::reset_after},
    {"truncate", Rule::Do::truncate},
    {"garble", Rule::Do::garble},
    {"error", Rule::Do::error},
    {"error_after", Rule::Do::error_after},
    {"throttle", Rule::Do::throttle},
    {"expire", Rule::Do::expire},
    {"skew", Rule::Do::skew},
}};

bool applies(const Rule& rule, double draw) {
  const bool in_turn = rule.seen >= rule.nth && (rule.times == 0 || rule.seen - rule.nth < rule.times);
  return in_turn && draw < rule.probability;
}

}  // namespace

std::string_view name_of(Rule::Do act) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const auto& row) { return row.second == act; })
      ->first;
}

std::optional<Rule::Do> do_of(std::string_view name) {
  for (const auto& [known, act] : kNames)
    if (known == name) return act;
  return std::nullopt;
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

const Rule* Rules::match(std::string_view action, double draw) {
  Rule* first = nullptr;
  for (auto& rule : rules_) {
    if (!rule.action.empty() && rule.action != action) continue;
    ++rule.seen;
    if (!first && applies(rule, draw)) first = &rule;
  }
  if (first) ++first->hits;
  return first;
}

}  // namespace ec2_double
