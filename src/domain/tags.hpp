#pragma once
// Whose is an address: the ownership tags; and which tags are ours to set or remove.

#include <string>
#include <vector>

#include "domain/object.hpp"

namespace domain {

inline constexpr const char* kTagPrefix = "aws.k8s.logmein.com/";
inline constexpr const char* kClusterTag = "aws.k8s.logmein.com/cluster";
inline constexpr const char* kNamespaceTag = "aws.k8s.logmein.com/namespace";
inline constexpr const char* kNameTag = "aws.k8s.logmein.com/name";
inline constexpr const char* kUidTag = "aws.k8s.logmein.com/uid";

// The value, or empty.
const std::string& tag(const Tags& tags, const std::string& key);

// True if any tag under our prefix differs from those of `ownership`: another object, or another cluster's
// operator, has claimed the thing. One that merely lost a tag is not claimed.
bool claimed(const Tags& tags, const Tags& ownership);

Tags ownership_tags(const std::string& cluster, const std::string& ns, const std::string& name,
                    const std::string& uid);

// Spec tags win over default tags of the same key; ownership tags win over all.
Tags wanted_tags(const Tags& defaults, const Tags& spec, const Tags& ownership);

// The keys that status.tagKeys is to list, in order: those that the thing has as they are wanted, and of the
// earlier ones those that it still has. The ownership tags are not among them.
std::vector<std::string> tag_keys(const Tags& have, const Tags& wanted,
                                  const std::vector<std::string>& earlier);

struct TagChange {
  Tags set;                         // missing or different
  std::vector<std::string> remove;  // set by us earlier, no longer wanted, still there
  bool empty() const { return set.empty() && remove.empty(); }
};

// Keys that others set are in neither list.
TagChange tag_change(const Tags& have, const Tags& wanted, const std::vector<std::string>& set_earlier);

}  // namespace domain
