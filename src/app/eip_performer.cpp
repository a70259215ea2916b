#include "app/eip_performer.hpp"

#include "app/outcome.hpp"

namespace app {

aws::Action action_of(const domain::Step& step) {
  switch (step.kind) {
    case domain::StepKind::associate:
      return aws::Action::associate_address;
    case domain::StepKind::disassociate:
      return aws::Action::disassociate_address;
    case domain::StepKind::release:
      return aws::Action::release_address;
    case domain::StepKind::take_over:
    case domain::StepKind::set_tags:
      return aws::Action::create_tags;
    case domain::StepKind::remove_tags:
      return aws::Action::delete_tags;
    default:
      return aws::Action::allocate_address;
  }
}

base::Task<domain::Outcome> EipPerformer::perform(domain::Step step, aws::PermitPtr permit) {
  const domain::AddressView& address = step.address;
  switch (step.kind) {
    case domain::StepKind::allocate: {
      aws::AllocateRequest request{step.intent->public_ip_address, step.intent->public_ipv4_pool,
                                   step.tags.set};
      const auto allocated = co_await ec2_.allocate(std::move(permit), std::move(request));
      domain::Outcome outcome = outcome_of<domain::Outcome>(allocated);
      if (!step.intent->public_ip_address.empty() && outcome.conflict) {
        outcome.reason = "AddressNotAvailable";  // somebody has it
        outcome.stalled = true;
        // What an earlier call may have got back is looked for before it is asked for again: it is not ours.
        outcome.refused = step.intent->recovery;
      }
      if (!allocated) co_return outcome;
      outcome.address.allocation_id = allocated->allocation_id;
      outcome.address.public_ip = allocated->public_ip;
      outcome.address.public_ipv4_pool = allocated->public_ipv4_pool;
      outcome.address.network_border_group = allocated->network_border_group;
      outcome.address.tags = step.tags.set;
      if (outcome.address.public_ip.empty()) {
        // EC2 does not answer with the address when it is of a pool that the user owns. What the read shows
        // is newer than the ledger's own entry, so nothing is lost if it fails: a later look tells.
        const std::vector<std::string> ids{outcome.address.allocation_id};
        const auto seen = co_await ec2_.addresses("allocation-id", ids);
        if (seen && !seen->items.empty()) outcome.address.public_ip = seen->items.front().public_ip;
      }
      co_return outcome;
    }
    case domain::StepKind::associate: {
      aws::AssociateRequest request{address.allocation_id, step.target.network_interface_id,
                                    step.target.private_ip_address, address.associated()};
      const auto association = co_await ec2_.associate(std::move(permit), std::move(request));
      domain::Outcome outcome = outcome_of<domain::Outcome>(association);
      if (association) outcome.association_id = *association;
      co_return outcome;
    }
    case domain::StepKind::disassociate: {
      const auto result = co_await ec2_.disassociate(std::move(permit), address.association_id);
      co_return outcome_of<domain::Outcome>(result);
    }
    case domain::StepKind::release: {
      const auto result =
          co_await ec2_.release(std::move(permit), address.allocation_id, address.network_border_group);
      co_return outcome_of<domain::Outcome>(result);
    }
    case domain::StepKind::take_over:
    case domain::StepKind::set_tags: {
      const auto result = co_await ec2_.create_tags(std::move(permit), address.allocation_id, step.tags.set);
      co_return outcome_of<domain::Outcome>(result);
    }
    case domain::StepKind::remove_tags: {
      const auto result =
          co_await ec2_.delete_tags(std::move(permit), address.allocation_id, step.tags.remove);
      co_return outcome_of<domain::Outcome>(result);
    }
    default:
      co_return domain::Outcome{};
  }
}

}  // namespace app
