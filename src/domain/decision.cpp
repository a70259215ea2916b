#include "domain/decision.hpp"

namespace domain {

Step wait(std::string reason, std::string message, std::optional<Time> due) {
  Step step;
  step.kind = StepKind::wait;
  step.reason = std::move(reason);
  step.message = std::move(message);
  step.due = due;
  return step;
}

Step blocked(std::string reason, std::string message, bool stalled, std::optional<Time> due) {
  Step step = wait(std::move(reason), std::move(message), due);
  step.kind = StepKind::blocked;
  step.stalled = stalled;
  return step;
}

Step look_at_addresses(std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = StepKind::look;
  step.look_addresses = true;
  return step;
}

Step look_at_target(std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = StepKind::look;
  step.look_target = true;
  return step;
}

Step act(StepKind kind, const AddressView& address, std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = kind;
  step.address = address;
  return step;
}

std::optional<Step> hold_back(const Decision& d, const Step& wanted, const std::string& subject) {
  const Trouble* trouble = d.world.memory.trouble(wanted.kind);
  if (!trouble || trouble->generation != d.eip.generation || trouble->subject != subject) return std::nullopt;
  if (d.now >= trouble->retry_at) return std::nullopt;
  return blocked(trouble->reason, trouble->message, trouble->stalled, trouble->retry_at);
}

Step or_hold_back(const Decision& d, Step wanted, const std::string& subject) {
  if (auto held = hold_back(d, wanted, subject)) return *held;
  return wanted;
}

Step disassociate(const Decision& d, const AddressView& address, std::string reason, std::string message) {
  return or_hold_back(d, act(StepKind::disassociate, address, std::move(reason), std::move(message)),
                      address.association_id);
}

Step release(const Decision& d, const AddressView& address) {
  return or_hold_back(d, act(StepKind::release, address, "Releasing", "releasing " + address.public_ip),
                      address.allocation_id);
}

}  // namespace domain
