#include "things.hpp"

namespace model {

domain::Tags tags_of(Owner owner, const domain::Tags& object) {
  if (owner == Owner::nobody) return {};
  domain::Tags tags = object;
  if (owner == Owner::no_uid) tags.erase(domain::kUidTag);
  if (owner == Owner::other) tags[domain::kUidTag] = kOtherUid;
  if (owner == Owner::earlier) tags[domain::kUidTag] = kEarlierUid;
  return tags;
}

Owner owner_of(const domain::Tags& tags) {
  const std::string& uid = domain::tag(tags, domain::kUidTag);
  if (uid == kUid) return Owner::object;
  if (uid == kOtherUid) return Owner::other;
  if (uid == kEarlierUid) return Owner::earlier;
  return tags.contains(domain::kClusterTag) ? Owner::no_uid : Owner::nobody;
}

}  // namespace model
