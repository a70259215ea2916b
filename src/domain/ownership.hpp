#pragma once
// The rules over the one thing in EC2 that an object of any kind stands for: whether it is there, whose it
// is, how it is taken over, missed, and given up (docs/decisions/0004-intent-before-effect.md,
// 0005-ownership.md, 0006-eventual-consistency.md).
//
// Each rule returns a pause or a step, or nothing: go on with the next rule. The templates take the decision
// at hand, of any kind; see DecisionOf for what a kind brings along.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "domain/basic_ledger.hpp"
#include "domain/condition.hpp"
#include "domain/memory.hpp"
#include "domain/settings.hpp"

namespace domain {

// How a kind calls its thing and what it says of it; the reasons are of docs/reasons.md.
struct Words {
  const char* thing;
  const char* held;     // the condition that says that there is one
  const char* getting;  // reasons
  const char* giving_up;
  const char* gone;
  const char* awaiting;
  const char* not_seen;
  const char* not_ours;
  const char* many_vanished;
  const char* giving_up_spare;
};

// A look at EC2 that a decision asked for.
struct Looked {
  Time began{};  // before its first read was sent
  Time ended{};  // when its last answer came
};

// What is known of EC2 beside the things themselves.
struct Evidence {
  std::optional<Time> asked;       // when the newest read by our uid tag (and the status's id) was sent
  std::optional<Absence> absence;  // of the thing that the status names
  // The thing that status names (or, if it names none, one with our uid tag) was released by this process.
  bool released = false;
  bool claimed_by_older = false;  // an older object's status names the same thing
  bool many_vanished = false;     // more than half of all things of the kind are missing at once
  std::string account_id;         // empty: not known
  // Not all of ours has been read yet in this process, and what kept it from being read, if anything.
  bool not_listed = false;
  std::string unread_reason;
  std::string unread_message;
  bool unread_stalled = false;
  std::optional<Looked> looked;  // by this run, last
};

// The point in time of a decision, and what the settings make of it.
struct Moment {
  const Settings& settings;
  Time now;
  std::optional<Looked> looked{};

  // Of a read sent at `asked`. What the run itself asked for stays fresh for as long from when all of it was
  // answered: else an EC2 that is slow to answer would be asked again and again, and nothing be done.
  bool fresh(const std::optional<Time>& asked) const {
    if (!asked) return false;
    const bool just_looked = looked && *asked >= looked->began && looked->ended + settings.fresh >= now;
    return just_looked || *asked + settings.fresh >= now;
  }
};

// A thing as the status names it.
struct Named {
  std::string id;  // empty: it names none
  std::string text;
  std::string region;
  std::string account_id;
  Time since;  // when the status began to say that it is there; Time::min(): it does not
};

Time held_since(const std::vector<Condition>& conditions, const Words& words);

// Everything one decision needs at hand.
// ObjectT is an Object with spec and status; its status has intent, tag_keys and conditions.
// WorldT is an Evidence with memory, and restorable: things tagged with this cluster, namespace and name
// whose uid is of no live object; also if the status names them. StepT can be made of a Pause; its kinds have
// settled, add_finalizer, take_over, set_tags, remove_tags, remove_finalizer. ViewT is what the ledger holds.
template <class ObjectT, class WorldT, class StepT, class ViewT>
struct DecisionOf : Moment {
  using Step = StepT;
  using Kind = typename StepT::Kind;
  using Record = typename BasicLedger<ViewT>::Record;

  const ObjectT& object;
  const WorldT& world;
  const Words& words;
  Named named;
  const std::vector<Record>& found;   // with our uid tag, or named by the status
  std::vector<const Record*> tagged;  // with our uid tag, the one to keep first

  Tags ownership() const { return ownership_tags(settings.cluster, object.ns, object.name, object.uid); }

  // The same effect failed a moment ago: not again at once, unless the object was edited or it is about
  // something else.
  std::optional<Pause> hold_back(Kind kind, const std::string& subject) const {
    const auto* trouble = world.memory.trouble(kind);
    if (!trouble || trouble->generation != object.generation || trouble->subject != subject)
      return std::nullopt;
    if (now >= trouble->retry_at) return std::nullopt;
    return blocked(trouble->reason, trouble->message, trouble->stalled, trouble->retry_at);
  }
  Step or_hold_back(Step wanted, const std::string& subject) const {
    if (auto held = hold_back(wanted.kind, subject)) return *held;
    return wanted;
  }
};

// The things with the uid tag of `object`: the one named by the status, else one that is in use, else the
// lowest id comes first.
template <class Record, class InUse>
std::vector<const Record*> tagged_as(const Object& object, const std::string& named,
                                     const std::vector<Record>& found, InUse in_use) {
  std::vector<const Record*> tagged;
  for (const auto& record : found)
    if (tag(record.view.tags, kUidTag) == object.uid) tagged.push_back(&record);
  std::sort(tagged.begin(), tagged.end(), [&](const Record* a, const Record* b) {
    const auto rank = [&](const Record* r) {
      return std::make_tuple(id_of(r->view) != named, !in_use(r->view), std::string_view(id_of(r->view)));
    };
    return rank(a) < rank(b);
  });
  return tagged;
}

// Nothing is changed in another account or region than that of the thing.
std::optional<Pause> check_account(const Moment& at, const Evidence& evidence, const Named& named,
                                   const Words& words);
// Things of an earlier life of the object, or named by its status, are known only when all was read.
Pause await_listing(const Evidence& evidence, const Named& named);
// An intent whose call may have had its effect, with nothing seen of it yet. Nothing: it is settled that
// there is none.
std::optional<Pause> await_intent(const Moment& at, const Evidence& evidence, const Recollection& memory,
                                  const std::optional<Time>& recorded_at, const Words& words);
// Of what should show soon: looks at growing distances since it began, 1 s, 2 s, 4 s, ...
Time next_look(Time since, Time last);
// The next look for what EC2 did not know at `since`, when it was to be ended: it may only not have shown
// yet. Nothing: it would have shown by now.
std::optional<Time> next_look_for_unknown(const std::optional<Time>& since, Time seen,
                                          const Settings& settings, Time now);
// True while the call that an intent announced may still have an effect that nobody has seen.
bool intent_pending(const Recollection& memory, const std::optional<Time>& recorded_at,
                    const Settings& settings, Time now);
// When the next intent is recorded. It is its name, too: never the same as that of the one before.
Time name_intent(const Recollection& memory, const std::optional<Time>& before, Time now);
// The thing that status names is not seen. Nothing: it is settled that it is gone.
std::optional<Pause> await_absence(const Moment& at, const Evidence& evidence, const Recollection& memory,
                                   const Named& named, const Words& words);
// It is gone. Nothing: it may be replaced.
std::optional<Pause> check_loss(const Moment& at, const Evidence& evidence, const Named& named,
                                const Words& words);
// Someone keeps undoing our repairs: wait longer each time.
std::optional<Pause> check_contention(const Moment& at, const Recollection& memory, bool repair,
                                      const Words& words);

template <class Intent>
std::optional<Time> recorded_at(const std::optional<Intent>& intent) {
  return intent ? std::optional(intent->recorded_at) : std::nullopt;
}

template <class D>
std::optional<Pause> await_intent(const D& d) {
  return await_intent(d, d.world, d.world.memory, recorded_at(d.object.status.intent), d.words);
}

template <class D>
std::optional<Pause> await_absence(const D& d) {
  return await_absence(d, d.world, d.world.memory, d.named, d.words);
}

template <class D>
std::optional<Pause> check_loss(const D& d) {
  return check_loss(d, d.world, d.named, d.words);
}

template <class D>
std::optional<Pause> check_contention(const D& d, bool repair) {
  return check_contention(d, d.world.memory, repair, d.words);
}

// When the intent in status need not be waited for any more; nothing if it need not be now.
template <class D>
std::optional<Time> intent_due(const D& d) {
  const auto at = recorded_at(d.object.status.intent);
  if (!intent_pending(d.world.memory, at, d.settings, d.now)) return std::nullopt;
  return *at + d.settings.settle;
}

// What comes first for every object: the finalizer, the right account, and a look for what it may have had
// before this process.
template <class D>
std::optional<typename D::Step> begin(const D& d) {
  if (!d.object.has_finalizer) {
    typename D::Step step = wait("", "");
    step.kind = d.object.deleting ? D::Kind::settled : D::Kind::add_finalizer;
    return step;
  }
  if (auto pause = check_account(d, d.world, d.named, d.words)) return *pause;
  if (!d.tagged.empty()) return std::nullopt;
  if (d.world.not_listed) return await_listing(d.world, d.named);
  if (d.world.asked || d.world.released || d.world.memory.untouched) return std::nullopt;
  return look(d.object.deleting ? d.words.giving_up : d.words.getting, "looking for what this object has");
}

// What comes last: nothing is left to do but what is held up. Trouble with tags makes the object no less
// ready.
template <class D>
typename D::Step rest(std::optional<typename D::Step> held, std::optional<Pause> tag_trouble,
                      const std::optional<Time>& due) {
  typename D::Step step = wait("", "");
  if (held)
    step = std::move(*held);
  else if (tag_trouble)
    step = std::move(*tag_trouble);
  if (!held) step.kind = D::Kind::settled;
  if (due && (!step.due || *due < *step.due)) step.due = due;
  return step;
}

template <class D>
bool restorable(const D& d, const std::string& id) {
  const auto& all = d.world.restorable;
  return std::any_of(all.begin(), all.end(), [&](const auto& record) { return id_of(record.view) == id; });
}

// What stands in the way of a thing that status names, carries no uid tag of ours, and is seen. Nothing: take
// it. (What else the kind knows against it, it asks first.)
template <class D>
std::optional<std::string> claimed_by_other(const D& d, const typename D::Record& record) {
  if (claimed(record.view.tags, d.ownership()) && !restorable(d, id_of(record.view)))
    return "its " + std::string(kTagPrefix) + " tags name another owner";
  if (d.world.claimed_by_older) return "an older object of this kind holds it";
  return std::nullopt;
}

template <class D>
const typename D::Record* named_by_status(const D& d) {
  for (const auto& record : d.found)
    if (!d.named.id.empty() && id_of(record.view) == d.named.id) return &record;
  return nullptr;
}

// Our tags go on before anything else is done with a thing that does not carry them.
template <class D>
typename D::Step take_over(const D& d, const typename D::Record& record, std::string message) {
  if (!d.fresh(record.seen))
    return look("Adopting", "looking at " + text_of(record.view) + " before adopting it");
  auto step = D::Step::on(D::Kind::take_over, record.view, "Adopting", std::move(message));
  step.tags.set = d.ownership();
  return d.or_hold_back(std::move(step), id_of(record.view));
}

// The thing that status names is seen without our uid tag: `against` says why it is not taken over.
template <class D>
typename D::Step take_or_refuse(const D& d, const typename D::Record& named,
                                const std::optional<std::string>& against) {
  if (!against) return take_over(d, named, "taking over " + text_of(named.view));
  if (!d.fresh(named.seen)) return look(d.words.not_ours, "looking at " + text_of(named.view));
  return blocked(d.words.not_ours,
                 std::string(d.words.thing) + " " + text_of(named.view) + " (" + id_of(named.view) +
                     ") that status names is not this object's: " + *against,
                 true);
}

// The object is being deleted, and nothing with its uid tag is seen.
template <class D, class Against>
typename D::Step let_go(const D& d, Against against) {
  if (const auto* named = named_by_status(d)) {
    if (!against(*named)) return take_over(d, *named, "taking over " + text_of(named->view));
    // Not ours to give up: the object goes, the thing stays.
    if (!d.fresh(named->seen)) return look(d.words.giving_up, "looking at " + text_of(named->view));
  } else if (auto pause = await_absence(d)) {
    return *pause;
  }
  if (auto pause = await_intent(d)) return *pause;
  if (!d.world.released && !d.fresh(d.world.asked))
    return look(d.words.giving_up, "looking for what is left of this object before it goes");
  typename D::Step step = wait(d.words.gone, "");
  step.kind = D::Kind::remove_finalizer;
  return step;
}

// A second thing of ours: given up once it is sure that it is one. `give_up` says how, of one that was just
// looked at; `due` is when the next one may be.
template <class D, class GiveUp>
std::optional<typename D::Step> decide_spares(const D& d, std::optional<Time>& due, GiveUp give_up) {
  for (std::size_t i = 1; i < d.tagged.size(); ++i) {
    const auto& spare = *d.tagged[i];
    if (spare.view.off_limits()) continue;
    const Time since = spare.first_seen + d.settings.settle;
    if (d.now < since) {
      due = due ? std::min(*due, since) : since;
      continue;
    }
    if (!d.fresh(spare.seen))
      return look(d.words.giving_up_spare, "looking at the second one, " + text_of(spare.view));
    typename D::Step step = give_up(spare);
    if (step.kind == D::Kind::blocked || step.kind == D::Kind::wait) {
      if (step.due) due = due ? std::min(*due, *step.due) : step.due;
      continue;
    }
    step.spare = true;
    return step;
  }
  return std::nullopt;
}

// The tags of what is ours, against those that are wanted. Trouble with them stands in the way of nothing
// else.
template <class D>
std::optional<typename D::Step> decide_tags(const D& d, const typename D::Record& record, const Tags& wanted,
                                            std::optional<Pause>& trouble) {
  const TagChange change = tag_change(record.view.tags, wanted, d.object.status.tag_keys);
  if (change.empty()) return std::nullopt;
  const auto kind = change.set.empty() ? D::Kind::remove_tags : D::Kind::set_tags;
  trouble = d.hold_back(kind, id_of(record.view));
  if (trouble) return std::nullopt;
  if (!d.fresh(record.seen)) return look("SettingTags", "looking at the tags");
  auto step = D::Step::on(kind, record.view, "SettingTags", "bringing the tags in line");
  step.tags = change;
  return step;
}

}  // namespace domain
