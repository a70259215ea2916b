#pragma once
// Who is about to need a fresh view of what: one read then serves all of them.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/object.hpp"

namespace app {

class Awaited {
 public:
  void add(const std::string& id) { ++counts_[id]; }
  void done(const std::string& id) {
    const auto found = counts_.find(id);
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
  }
  // `id`, and the others whose view was asked for (asked_of(id), an optional time) before `soon`.
  template <class AskedOf>
  std::vector<std::string> with(const std::string& id, domain::Time soon, AskedOf asked_of) const {
    std::vector<std::string> ids{id};
    for (const auto& [other, count] : counts_) {
      const std::optional<domain::Time> asked = asked_of(other);
      if (other != id && (!asked || *asked < soon)) ids.push_back(other);
    }
    return ids;
  }

 private:
  std::map<std::string, int> counts_;
};

}  // namespace app
