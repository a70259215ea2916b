#include "domain/tags.hpp"

#include <set>

namespace domain {

const std::string& tag(const Tags& tags, const std::string& key) {
  static const std::string none;
  const auto found = tags.find(key);
  return found == tags.end() ? none : found->second;
}

bool claimed(const Tags& tags, const Tags& ownership) {
  for (auto own = tags.lower_bound(kTagPrefix); own != tags.end() && own->first.starts_with(kTagPrefix);
       ++own)
    if (tag(ownership, own->first) != own->second) return true;
  return false;
}

Tags ownership_tags(const std::string& cluster, const std::string& ns, const std::string& name,
                    const std::string& uid) {
  return {{kClusterTag, cluster}, {kNamespaceTag, ns}, {kNameTag, name}, {kUidTag, uid}};
}

Tags wanted_tags(const Tags& defaults, const Tags& spec, const Tags& ownership) {
  Tags wanted = ownership;
  wanted.insert(spec.begin(), spec.end());  // insert keeps what is there: the stronger source goes first
  wanted.insert(defaults.begin(), defaults.end());
  return wanted;
}

std::vector<std::string> tag_keys(const Tags& have, const Tags& wanted,
                                  const std::vector<std::string>& earlier) {
  std::set<std::string> keys;
  for (const auto& [key, value] : wanted) {
    const auto found = have.find(key);
    if (found != have.end() && found->second == value && !key.starts_with(kTagPrefix)) keys.insert(key);
  }
  for (const auto& key : earlier)
    if (have.contains(key)) keys.insert(key);
  return {keys.begin(), keys.end()};
}

TagChange tag_change(const Tags& have, const Tags& wanted, const std::vector<std::string>& set_earlier) {
  TagChange change;
  for (const auto& [key, value] : wanted) {
    const auto found = have.find(key);
    if (found == have.end() || found->second != value) change.set.emplace(key, value);
  }
  for (const auto& key : set_earlier)
    if (!wanted.contains(key) && have.contains(key)) change.remove.push_back(key);
  return change;
}

}  // namespace domain
