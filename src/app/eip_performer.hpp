#pragma once
// Carries out one step over an EIP in EC2, and says how it ended. Nothing here decides.

#include "aws/ec2.hpp"
#include "domain/fold.hpp"

namespace app {

// The EC2 action that a step pays a token for. record_intent pays for the allocation that it leads to, so
// that the call follows its intent at once.
aws::Action action_of(const domain::Step& step);

class EipPerformer {
 public:
  explicit EipPerformer(aws::Ec2& ec2) : ec2_(ec2) {}

  aws::PermitPtr acquire(aws::Action action) { return ec2_.acquire(action); }
  // An effect (domain::is_effect). The EC2 client shields it from a stop once it is on the wire.
  base::Task<domain::Outcome> perform(domain::Step step, aws::PermitPtr permit);

 private:
  aws::Ec2& ec2_;
};

}  // namespace app
