#include "app/eni_performer.hpp"

#include "app/ec2_views.hpp"
#include "app/outcome.hpp"

namespace app {

using domain::EniOutcome;
using domain::EniStep;
using domain::EniStepKind;

std::optional<aws::Action> action_of(const EniStep& step) {
  switch (step.kind) {
    case EniStepKind::record_intent:
      return step.intent ? std::optional(aws::Action::create_network_interface) : std::nullopt;
    case EniStepKind::create:
      return aws::Action::create_network_interface;
    case EniStepKind::attach:
      return aws::Action::attach_network_interface;
    case EniStepKind::detach:
      return aws::Action::detach_network_interface;
    case EniStepKind::modify_groups:
    case EniStepKind::modify_description:
      return aws::Action::modify_network_interface_attribute;
    case EniStepKind::assign_addresses:
      return aws::Action::assign_private_ip_addresses;
    case EniStepKind::unassign_addresses:
      return aws::Action::unassign_private_ip_addresses;
    case EniStepKind::delete_interface:
      return aws::Action::delete_network_interface;
    case EniStepKind::take_over:
    case EniStepKind::set_tags:
      return aws::Action::create_tags;
    case EniStepKind::remove_tags:
      return aws::Action::delete_tags;
    default:
      return std::nullopt;
  }
}

base::Task<EniOutcome> EniPerformer::create(EniStep step, std::string token, aws::PermitPtr permit) {
  const domain::EniIntent& intent = *step.intent;
  aws::CreateNetworkInterfaceRequest request;
  request.subnet_id = intent.subnet_id;
  request.description = intent.description;
  request.groups.assign(intent.security_group_ids.begin(), intent.security_group_ids.end());
  request.secondary_private_ip_address_count = intent.secondary_private_ip_address_count;
  request.tags = intent.tags;
  request.client_token = std::move(token);
  const auto created = co_await ec2_.create_network_interface(std::move(permit), std::move(request));
  EniOutcome outcome = outcome_of<EniOutcome>(created);
  if (!created) co_return outcome;
  outcome.interface = view_of(*created);
  outcome.interface.tags = intent.tags;
  co_return outcome;
}

// Until the ledger knows that it is taken, the device index is held for this call: those of other ENIs that
// are decided meanwhile choose another one.
base::Task<EniOutcome> EniPerformer::attach(EniStep step, aws::PermitPtr permit) {
  const auto place = inventory_.hold_index(step.host.instance_id, step.device_index);
  aws::AttachNetworkInterfaceRequest request{step.interface.id, step.host.instance_id, step.device_index};
  const auto attachment = co_await ec2_.attach_network_interface(std::move(permit), std::move(request));
  EniOutcome outcome = outcome_of<EniOutcome>(attachment);
  if (attachment) outcome.attachment_id = *attachment;
  co_return outcome;
}

base::Task<EniOutcome> EniPerformer::perform(EniStep step, std::string token, aws::PermitPtr permit) {
  const domain::InterfaceView& interface = step.interface;
  switch (step.kind) {
    case EniStepKind::create: {
      auto outcome = co_await create(std::move(step), std::move(token), std::move(permit));
      co_return outcome;
    }
    case EniStepKind::attach: {
      auto outcome = co_await attach(std::move(step), std::move(permit));
      co_return outcome;
    }
    case EniStepKind::detach: {
      const auto result = co_await ec2_.detach_network_interface(std::move(permit), interface.attachment_id);
      co_return outcome_of<EniOutcome>(result);
    }
    case EniStepKind::modify_groups: {
      std::vector<std::string> groups(step.security_group_ids.begin(), step.security_group_ids.end());
      const auto result = co_await ec2_.modify_groups(std::move(permit), interface.id, std::move(groups));
      co_return outcome_of<EniOutcome>(result);
    }
    case EniStepKind::modify_description: {
      const auto result = co_await ec2_.modify_description(std::move(permit), interface.id, step.description);
      co_return outcome_of<EniOutcome>(result);
    }
    case EniStepKind::assign_addresses: {
      auto assigned = co_await ec2_.assign_private_ip_addresses(std::move(permit), interface.id, step.count);
      EniOutcome outcome = outcome_of<EniOutcome>(assigned);
      if (assigned) outcome.private_ips = std::move(*assigned);
      co_return outcome;
    }
    case EniStepKind::unassign_addresses: {
      const auto result =
          co_await ec2_.unassign_private_ip_addresses(std::move(permit), interface.id, step.private_ips);
      co_return outcome_of<EniOutcome>(result);
    }
    case EniStepKind::delete_interface: {
      const auto result = co_await ec2_.delete_network_interface(std::move(permit), interface.id);
      co_return outcome_of<EniOutcome>(result);
    }
    case EniStepKind::take_over:
    case EniStepKind::set_tags: {
      const auto result = co_await ec2_.create_tags(std::move(permit), interface.id, step.tags.set);
      co_return outcome_of<EniOutcome>(result);
    }
    case EniStepKind::remove_tags: {
      const auto result = co_await ec2_.delete_tags(std::move(permit), interface.id, step.tags.remove);
      co_return outcome_of<EniOutcome>(result);
    }
    default:
      co_return EniOutcome{};
  }
}

}  // namespace app
