#include "domain/ownership.hpp"

namespace domain {

Time held_since(const std::vector<Condition>& conditions, const Words& words) {
  const Condition* held = find_condition(conditions, words.held);
  return held && held->status ? held->last_transition : Time::min();
}

std::optional<Pause> check_account(const Moment& at, const Evidence& evidence, const Named& named,
                                   const Words& words) {
  const bool account =
      !named.account_id.empty() && !evidence.account_id.empty() && named.account_id != evidence.account_id;
  const bool region = !named.region.empty() && named.region != at.settings.region;
  if (!account && !region) return std::nullopt;
  return blocked("AccountMismatch",
                 std::string("the ") + words.thing + " was made in account " + named.account_id +
                     ", region " + named.region + "; the operator works in account " + evidence.account_id +
                     ", region " + at.settings.region + ": nothing is changed until they agree",
                 true);
}

Pause await_listing(const Evidence& evidence, const Named& named) {
  Pause pause = wait("Starting", "what belongs to the cluster is read first");
  if (!evidence.unread_reason.empty()) pause = wait(evidence.unread_reason, evidence.unread_message);
  pause.stalled = evidence.unread_stalled && named.id.empty();
  return pause;
}

std::optional<Pause> await_intent(const Moment& at, const Evidence& evidence, const Recollection& memory,
                                  const std::optional<Time>& recorded_at, const Words& words) {
  if (!recorded_at || memory.intent_void == recorded_at) return std::nullopt;
  if (memory.intent_unused == recorded_at) return std::nullopt;  // no call was made
  const Time settled = *recorded_at + at.settings.settle;
  if (evidence.asked && *evidence.asked >= settled) return std::nullopt;
  const std::string message =
      "an earlier call was not answered; what it made would show within the settle time";
  if (at.now >= settled) return look(words.awaiting, message);
  const Time next = evidence.asked ? next_look(*recorded_at, *evidence.asked) : at.now;
  if (next <= at.now) return look(words.awaiting, message);
  return wait(words.awaiting, message, std::min(next, settled));
}

bool intent_pending(const Recollection& memory, const std::optional<Time>& recorded_at,
                    const Settings& settings, Time now) {
  return recorded_at && memory.intent_void != recorded_at && now < *recorded_at + settings.settle;
}

Time next_look(Time since, Time last) {
  return last + std::clamp(last - since, Span(1s), Span(15s));
}

std::optional<Time> next_look_for_unknown(const std::optional<Time>& since, Time seen,
                                          const Settings& settings, Time now) {
  if (!since || now >= *since + settings.settle) return std::nullopt;
  return next_look(*since, std::max(*since, seen));
}

Time name_intent(const Recollection& memory, const std::optional<Time>& before, Time now) {
  Time name = now;
  if (before) name = std::max(name, *before + 1us);
  if (memory.intent_void) name = std::max(name, *memory.intent_void + 1us);
  return name;
}

std::optional<Pause> await_absence(const Moment& at, const Evidence& evidence, const Recollection& memory,
                                   const Named& named, const Words& words) {
  if (named.id.empty() || evidence.released) return std::nullopt;
  const std::string message = std::string(words.thing) + " " + named.text + " is not seen in EC2";
  if (!evidence.absence || evidence.absence->asked.empty()) return look(words.not_seen, message);
  // A young thing is not gone, EC2 just does not show it everywhere yet: only later reads count.
  const Time grown = named.since == Time::min() ? named.since : named.since + at.settings.settle;
  const auto& reads = evidence.absence->asked;
  const auto first = std::lower_bound(reads.begin(), reads.end(), grown);
  const bool missed =
      reads.end() - first >= at.settings.gone_reads && reads.back() - *first >= at.settings.gone_after();
  // Two witnesses: the call that was to give it back did not know it, and a read does not show it.
  const bool unknown =
      memory.release_not_found == named.id && memory.release_not_found_at >= grown && first != reads.end();
  if (unknown || missed) return std::nullopt;
  const Time next = reads.back() + at.settings.gone_after() / (at.settings.gone_reads - 1);
  if (next <= at.now) return look(words.not_seen, message);
  return wait(words.not_seen, message, next);
}

std::optional<Pause> check_loss(const Moment& at, const Evidence& evidence, const Named& named,
                                const Words& words) {
  if (evidence.many_vanished)
    return blocked(words.many_vanished,
                   "more than half of all vanished together; none is replaced until it is clear why "
                   "(credentials of another account or region?)",
                   true, at.now + at.settings.gone_after());
  if (!named.account_id.empty() && evidence.account_id.empty())
    return blocked("AccountUnknown",
                   std::string(words.thing) + " " + named.text +
                       " is not seen, and it is not known in which account: STS GetCallerIdentity has to "
                       "answer first",
                   true, at.now + at.settings.gone_after());
  return std::nullopt;
}

std::optional<Pause> check_contention(const Moment& at, const Recollection& memory, bool repair,
                                      const Words& words) {
  if (!repair || memory.repairs < 2) return std::nullopt;
  const Time next = memory.repaired_at + at.settings.settle / 4 * (1 << std::min(memory.repairs - 2, 5));
  if (next <= at.now) return std::nullopt;
  return blocked(
      "Contended",
      std::string("another party keeps moving the ") + words.thing + "; the next repair is held back", true,
      next);
}

}  // namespace domain
