#include "domain/decide_eni.hpp"

#include <algorithm>

#include "domain/eni_decision.hpp"

namespace domain {
namespace {

// An interface with this tag is not the VPC CNI's to use for pods
// (https://github.com/aws/amazon-vpc-cni-k8s, "ENI tags related to allocation").
constexpr const char* kNoManageTag = "node.k8s.amazonaws.com/no_manage";

bool pauses(const EniStep& step) {
  return step.kind == EniStepKind::wait || step.kind == EniStepKind::blocked;
}

// Of two rules that can't go on now: what a person must mend comes first, then what is wrong, then what takes
// its time.
void hold(std::optional<EniStep>& held, EniStep step) {
  const auto weight = [](const EniStep& s) { return 2 * s.stalled + (s.kind == EniStepKind::blocked); };
  if (!held) {
    held = std::move(step);
    return;
  }
  std::optional<Time> due = held->due;
  if (!due || (step.due && *step.due < *due)) due = step.due;
  if (weight(step) > weight(*held)) held = std::move(step);
  held->due = due;
}

}  // namespace

const InterfaceLedger::Record* own_interface(const Eni& eni, const EniWorld& world) {
  const auto tagged = tagged_interfaces(eni, world);
  return tagged.empty() ? nullptr : tagged.front();
}

std::vector<std::string> addresses_in_order(const EniStatus& status, const InterfaceView& view) {
  std::vector<std::string> primary;
  std::vector<std::string> known;
  std::vector<std::string> news;
  for (const auto& address : view.addresses) {
    const auto& before = status.private_ip_addresses;
    const bool listed = std::find(before.begin(), before.end(), address.ip) != before.end();
    (address.primary ? primary : listed ? known : news).push_back(address.ip);
  }
  std::sort(known.begin(), known.end(), [&](const auto& a, const auto& b) {
    const auto& before = status.private_ip_addresses;
    return std::find(before.begin(), before.end(), a) < std::find(before.begin(), before.end(), b);
  });
  std::sort(news.begin(), news.end(), ipv4_less);
  primary.insert(primary.end(), known.begin(), known.end());
  primary.insert(primary.end(), news.begin(), news.end());
  return primary;
}

Tags wanted_interface_tags(const Settings& settings, const Eni& eni) {
  Tags defaults = settings.default_tags;
  defaults[kNoManageTag] = "true";
  return wanted_tags(defaults, eni.spec.tags, ownership_tags(settings.cluster, eni.ns, eni.name, eni.uid));
}

EniStep decide_eni(const Eni& eni, const EniWorld& world, const Settings& settings, Time now) {
  const EniDecision d = decision_over(eni, world, settings, now);
  if (auto step = begin(d)) return *step;
  if (eni.deleting) return decide_eni_deletion(d);
  if (d.tagged.empty()) return decide_creation(d);

  const InterfaceLedger::Record& mine = *d.tagged.front();
  if (mine.view.off_limits())
    return blocked("InUseByService",
                   "network interface " + mine.view.id + " is managed by an AWS service and is not touched",
                   true, now + settings.settle);
  std::optional<EniStep> held;
  for (const auto rule : {decide_attachment, decide_addresses, decide_groups, decide_description}) {
    auto step = rule(d, mine);
    if (!step) continue;
    if (!pauses(*step)) return *step;
    hold(held, std::move(*step));
  }
  std::optional<Time> due = intent_due(d);
  if (auto step = decide_spares(d, due, [&](const auto& spare) { return give_up(d, spare); })) return *step;
  std::optional<Pause> tag_trouble;
  if (auto step = decide_tags(d, mine, wanted_interface_tags(settings, eni), tag_trouble)) return *step;
  if (const auto next = next_look_for_unknown(world.memory.attachment_unknown_at, mine.seen, settings, now)) {
    if (*next <= now)
      return look("Detaching", "EC2 did not know the attachment that was to be ended; it may show later");
    due = std::min(due.value_or(*next), *next);
  }
  return rest<EniDecision>(std::move(held), std::move(tag_trouble), due);
}

}  // namespace domain
