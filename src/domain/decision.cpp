#include "domain/decision.hpp"

namespace domain {
namespace {

constexpr Words kWords{
    .thing = "address",
    .held = "Allocated",
    .getting = "Allocating",
    .giving_up = "Releasing",
    .gone = "Released",
    .awaiting = "AwaitingAllocation",
    .not_seen = "AddressNotSeen",
    .not_ours = "AddressNotOurs",
    .many_vanished = "ManyAddressesVanished",
    .giving_up_spare = "ReleasingSpare",
};

}  // namespace

std::vector<const Ledger::Record*> tagged_addresses(const Eip& eip, const EipWorld& world) {
  return tagged_as(eip, eip.status.allocation_id, world.addresses,
                   [](const AddressView& address) { return address.associated(); });
}

Decision decision_over(const Eip& eip, const EipWorld& world, const Settings& settings, Time now) {
  const auto& status = eip.status;
  return {{{settings, now, world.looked},
           eip,
           world,
           kWords,
           {status.allocation_id, status.public_ip_address + " (" + status.allocation_id + ")", status.region,
            status.account_id, held_since(status.conditions, kWords)},
           world.addresses,
           tagged_addresses(eip, world)}};
}

Step look_at_target(std::string reason, std::string message) {
  Step step = wait(std::move(reason), std::move(message));
  step.kind = StepKind::look;
  step.look_target = true;
  return step;
}

Step disassociate(const Decision& d, const AddressView& address, std::string reason, std::string message) {
  return d.or_hold_back(Step::on(StepKind::disassociate, address, std::move(reason), std::move(message)),
                        address.association_id);
}

Step release(const Decision& d, const AddressView& address) {
  return d.or_hold_back(Step::on(StepKind::release, address, "Releasing", "releasing " + address.public_ip),
                        address.allocation_id);
}

}  // namespace domain
