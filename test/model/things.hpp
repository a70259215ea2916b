#pragma once
// Things in EC2, of any kind: what is true of them, what reads may still show, and what the operator's
// process could know of whose they are.

#include <algorithm>
#include <vector>

#include "domain/tags.hpp"
#include "pace.hpp"

namespace model {

// Whose tags a thing carries.
enum class Owner : char {
  object,   // all of this object's
  no_uid,   // this object's, but the uid tag was removed by hand
  other,    // the uid tag names another living object
  earlier,  // the uid tag names an earlier object of this name, which a backup brought back
  nobody,   // none: of version 1.4.1, or a stranger's
};

inline unsigned bit(Owner owner) {
  return 1u << static_cast<unsigned>(owner);
}

// Those of `object`, the ownership tags of this object, as far as the owner has them.
domain::Tags tags_of(Owner owner, const domain::Tags& object);
Owner owner_of(const domain::Tags& tags);

// What the present process could know of whose a thing is.
struct Told {
  bool ours = false;
  int at = -1;          // the tick of the newest read or answer that told so
  int written = -1;     // our making or tag write: for a while reads may still show what was before it ...
  bool made = false;    // ... which was nothing at all,
  unsigned before = 0;  // ... or the tags of one of these owners, a bit each; and that is no news
};

template <class Version>
struct Past {
  Version version;
  int until = 0;  // the tick in which it stopped being true
};

// Version is what EC2 says of a thing at one moment; it has exists and owner.
template <class Version>
struct Thing {
  Version now;
  std::vector<Past<Version>> past;  // reads may still show these
  // Our tags went on in the very moment in which someone else's did. EC2 has no conditional write: nobody can
  // know, and what becomes of the thing is nobody's fault.
  bool contested = false;
  Told told;

  // The versions that a read of tick `at` may show, the true one first and the oldest last.
  std::vector<Version> showable(int delay, int at) const {
    std::vector<Version> versions{now};
    for (auto p = past.rbegin(); p != past.rend(); ++p) {
      const bool known = std::find(versions.begin(), versions.end(), p->version) != versions.end();
      if (at - p->until < delay && !known) versions.push_back(p->version);
    }
    return versions;
  }

  void forget_past(int delay, int at) {
    std::erase_if(past, [&](const auto& p) { return at - p.until >= delay; });
  }

  // Makes `version` the truth; what was before may still be shown.
  void change(Version version, int at) {
    if (now == version) return;
    std::erase_if(past, [&](const auto& p) { return p.version == now || p.version == version; });
    past.push_back({now, at});
    now = version;
  }

  // What a read showed of it, as far as it tells whose it is.
  void tell(const Version& shown, int asked) {
    // Someone's tags, once shown, stay shown: who takes a thing away by hand during a restart of the
    // operator, while its first reads step back over just that, is not helped.
    if (shown == now && (shown.owner == Owner::other || shown.owner == Owner::no_uid))
      std::erase_if(past, [&](const auto& p) { return p.version.exists && p.version.owner != shown.owner; });
    // Just after our own write, what was before it is what a lagging read shows: nobody can tell that from a
    // hand that undid it.
    const bool lag = told.written >= 0 && asked >= told.written && asked < told.written + kSettle;
    if (asked < told.at || (!shown.exists && !(lag && told.made))) return;
    told.at = asked;
    if (shown.exists && !(lag && (told.before & bit(shown.owner)))) told.ours = shown.owner == Owner::object;
  }

  // Our tags were answered to be on it; `before` was its owner as far as we knew.
  void tell_taken(Owner before, int at) {
    const bool again = told.written >= 0 && at - told.written < kSettle;
    told = {true, told.at, at, told.made, bit(before) | (again ? told.before : 0)};
  }
};

// Every combination that one read of this tick may show; the truth first, the most outdated last.
template <class Version, class T>
std::vector<std::vector<Version>> reads_of(const std::vector<T>& things, int delay, int at) {
  std::vector<std::vector<Version>> all{{}};
  for (const auto& thing : things) {
    std::vector<std::vector<Version>> longer;
    for (const Version& version : thing.showable(delay, at))
      for (const auto& shown : all) {
        longer.push_back(shown);
        longer.back().push_back(version);
      }
    all = std::move(longer);
  }
  return all;
}

// EC2's answers.
template <class Outcome>
Outcome failure(const char* reason) {
  Outcome outcome;
  outcome.ok = false;
  outcome.reason = outcome.message = reason;
  return outcome;
}

template <class Outcome>
Outcome not_found() {
  auto outcome = failure<Outcome>("NotFound");
  outcome.not_found = outcome.refused = true;
  return outcome;
}

template <class Outcome>
Outcome conflict(const char* reason) {
  auto outcome = failure<Outcome>(reason);
  outcome.conflict = true;
  return outcome;
}

template <class Outcome>
Outcome unanswered() {
  auto outcome = failure<Outcome>("EC2Unavailable");
  outcome.effect_possible = true;
  return outcome;
}

}  // namespace model
