#pragma once
// Keeps us below EC2's rate limits: one token bucket per action, as EC2 itself keeps them per account, region
// and action; a burst is smaller by what a quarter of a second refills, since calls bunch up on their way.
//
// Promises: acquire() never waits; it tells how long to wait, and counts it once the permit is spent. A
// permit that is destroyed unspent gives its token back. When EC2 refuses a call for its rate, someone else
// in the account uses the same bucket: ours is emptied, and its refill halved (at most once a second, down to
// a tenth); each ten seconds without a refusal give a tenth of the full refill back. Permits may outlive the
// Throttle, not the Clock.
//
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html

#include <array>
#include <map>
#include <memory>

#include "aws/ec2.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"

namespace aws {

struct BucketSize {
  double capacity = 0;
  double refill_per_second = 0;
};

// The sizes that EC2 publishes. STS publishes none; GetCallerIdentity's is our own.
std::map<Action, BucketSize> published_buckets();

struct ThrottleConfig {
  std::map<Action, BucketSize> buckets = published_buckets();
  double factor = 1.0;  // our share of every bucket; the account's other clients draw from the same ones
};

class Throttle {
 public:
  Throttle(base::Clock& clock, base::Metrics& metrics, ThrottleConfig config = {});

  PermitPtr acquire(Action action);
  // The token is used: the call goes out now. A permit of another maker (a test's) is left alone.
  static void spend(Permit& permit);
  // EC2 refused a call of this action for its rate.
  void refused(Action action);
  double refill_per_second(Action action) const;  // as it is now

  struct Lane;  // one action's bucket

 private:
  base::Clock& clock_;
  std::array<std::shared_ptr<Lane>, kActions> lanes_;
};

}  // namespace aws
