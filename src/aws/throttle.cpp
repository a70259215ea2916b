#include "aws/throttle.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/token_bucket.hpp"

namespace aws {

using base::Duration;
using base::SteadyTime;
using namespace std::chrono_literals;

namespace {

constexpr double kSlowest = 0.1;
constexpr double kRecovery = 0.1;
constexpr Duration kRecoveryStep = 10s;
constexpr Duration kOneRefusal = 1s;  // refusals closer together are one piece of news
// Calls that leave in time may arrive closer together than they left; that much of the refill is held back.
constexpr double kJitterSeconds = 0.25;

Duration scaled(Duration span, double by) {
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(span) * by);
}

double burst(const BucketSize& size) {
  return size.capacity - std::floor(std::min(size.capacity / 10, size.refill_per_second * kJitterSeconds));
}

}  // namespace

// The bucket lives in a time of its own that runs at `pace`: slower time is a slower refill.
struct Throttle::Lane {
  Lane(BucketSize bucket_size, SteadyTime now, prometheus::Counter& waits)
      : size(bucket_size), bucket(burst(size), size.refill_per_second), real(now), own(now), waited(waits) {}

  SteadyTime advance(SteadyTime now) {
    while (pace < 1 && changed + kRecoveryStep <= now) {
      run_to(changed + kRecoveryStep);
      changed += kRecoveryStep;
      pace = std::min(1.0, pace + kRecovery);
    }
    run_to(now);
    return own;
  }

  void run_to(SteadyTime now) {
    if (now <= real) return;
    own += std::chrono::floor<Duration>(std::chrono::duration<double>(now - real) * pace);
    real = now;
  }

  BucketSize size;
  base::TokenBucket bucket;
  double pace = 1;
  SteadyTime changed{};  // when the pace last changed
  SteadyTime refused{};
  SteadyTime real;
  SteadyTime own;
  prometheus::Counter& waited;
};

namespace {

class Token final : public Permit {
 public:
  Token(Action action, base::Clock& clock, std::shared_ptr<Throttle::Lane> lane)
      : action_(action), clock_(clock), lane_(std::move(lane)), taken_(clock.now()) {
    const auto wait = lane_->bucket.take(lane_->advance(taken_));
    due_ = taken_ + scaled(wait, 1 / lane_->pace);
  }
  ~Token() override {
    if (!spent_) lane_->bucket.give_back(lane_->advance(clock_.now()));
  }

  Action action() const override { return action_; }
  Duration wait() const override { return std::max(Duration::zero(), due_ - clock_.now()); }

  void spend() {
    if (spent_) return;
    spent_ = true;
    lane_->waited.Increment(std::chrono::duration<double>(due_ - taken_).count());
  }

 private:
  Action action_;
  base::Clock& clock_;
  std::shared_ptr<Throttle::Lane> lane_;
  SteadyTime taken_;
  SteadyTime due_;
  bool spent_ = false;
};

}  // namespace

std::map<Action, BucketSize> published_buckets() {
  constexpr BucketSize kMutating{50, 5};
  constexpr BucketSize kReading{100, 20};
  constexpr BucketSize kFiltered = kReading;  // since we always filter and page; else 50/10
  constexpr BucketSize kTagging{100, 10};
  constexpr BucketSize kInterface{100, 5};
  return {{Action::allocate_address, kMutating},
          {Action::assign_private_ip_addresses, kInterface},
          {Action::associate_address, kMutating},
          {Action::attach_network_interface, kMutating},
          {Action::create_network_interface, kInterface},
          {Action::create_tags, kTagging},
          {Action::delete_network_interface, kInterface},
          {Action::delete_tags, kTagging},
          {Action::describe_addresses, kReading},
          {Action::describe_instance_types, kReading},
          {Action::describe_instances, kFiltered},
          {Action::describe_network_interfaces, kFiltered},
          {Action::describe_public_ipv4_pools, kReading},
          {Action::describe_security_groups, kFiltered},
          {Action::describe_subnets, kReading},
          {Action::detach_network_interface, kMutating},
          {Action::disassociate_address, kMutating},
          {Action::modify_network_interface_attribute, kInterface},
          {Action::release_address, kMutating},
          {Action::unassign_private_ip_addresses, kInterface},
          {Action::get_caller_identity, kMutating}};
}

Throttle::Throttle(base::Clock& clock, base::Metrics& metrics, ThrottleConfig config) : clock_(clock) {
  const auto defaults = published_buckets();
  for (int i = 0; i < kActions; ++i) {
    const auto action = static_cast<Action>(i);
    const auto set = config.buckets.find(action);
    BucketSize size = set != config.buckets.end() ? set->second : defaults.at(action);
    size.capacity = std::max(1.0, size.capacity * config.factor);
    size.refill_per_second *= config.factor;
    if (!(size.refill_per_second > 0)) throw std::invalid_argument("a rate limit must let something through");
    auto& waits = metrics.counter("aws_ec2_rate_limit_wait_seconds_total",
                                  "Seconds that AWS calls waited for our own rate limit",
                                  {{"action", std::string(name_of(action))}});
    lanes_[static_cast<std::size_t>(i)] = std::make_shared<Lane>(size, clock.now(), waits);
  }
}

PermitPtr Throttle::acquire(Action action) {
  return std::make_unique<Token>(action, clock_, lanes_[static_cast<std::size_t>(action)]);
}

void Throttle::spend(Permit& permit) {
  if (auto* token = dynamic_cast<Token*>(&permit)) token->spend();
}

void Throttle::refused(Action action) {
  auto& lane = *lanes_[static_cast<std::size_t>(action)];
  const auto now = clock_.now();
  lane.bucket.drain(lane.advance(now));
  if (lane.refused != SteadyTime{} && now - lane.refused < kOneRefusal) return;
  lane.pace = std::max(kSlowest, lane.pace / 2);
  lane.refused = lane.changed = now;
}

double Throttle::refill_per_second(Action action) const {
  auto& lane = *lanes_[static_cast<std::size_t>(action)];
  lane.advance(clock_.now());
  return lane.size.refill_per_second * lane.pace;
}

}  // namespace aws
