#pragma once
// Carries out one step over an ENI in EC2, and says how it ended. Nothing here decides.

#include <optional>

#include "app/eni_inventory.hpp"
#include "aws/ec2.hpp"
#include "domain/fold_eni.hpp"

namespace app {

// The EC2 action that a step pays a token for. record_intent pays for the creation that it leads to, so that
// the call follows its intent at once; when it adopts, it leads to no call.
std::optional<aws::Action> action_of(const domain::EniStep& step);

class EniPerformer {
 public:
  EniPerformer(aws::Ec2& ec2, EniInventory& inventory) : ec2_(ec2), inventory_(inventory) {}

  aws::PermitPtr acquire(aws::Action action) { return ec2_.acquire(action); }
  // An effect (domain::is_effect). The EC2 client shields it from a stop once it is on the wire. `token` is
  // the client token of a creation.
  base::Task<domain::EniOutcome> perform(domain::EniStep step, std::string token, aws::PermitPtr permit);

 private:
  base::Task<domain::EniOutcome> create(domain::EniStep step, std::string token, aws::PermitPtr permit);
  base::Task<domain::EniOutcome> attach(domain::EniStep step, aws::PermitPtr permit);

  aws::Ec2& ec2_;
  EniInventory& inventory_;
};

}  // namespace app
