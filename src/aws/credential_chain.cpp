#include "aws/credential_chain.hpp"

#include <algorithm>
#include <random>

#include "aws/environment_credentials.hpp"
#include "aws/imds_credentials.hpp"
#include "aws/web_identity.hpp"
#include "base/scope.hpp"
#include "base/time_text.hpp"

namespace aws {

using base::Duration;
using base::Result;
using base::Task;

Task<Result<Found>> CredentialChain::find() {
  std::string tried;
  for (const auto& place : places_) {
    auto found = co_await place->find();
    if (!found) co_return found.error();
    if (found->credentials) co_return std::move(*found);
    tried += (tried.empty() ? "" : ", ") + found->why_not;
  }
  co_return credentials_fault("no AWS credentials found; tried " + tried);
}

CredentialCache::CredentialCache(boost::asio::any_io_executor executor, base::Clock& clock,
                                 base::Logger& logger, base::Metrics& metrics,
                                 std::unique_ptr<CredentialProvider> provider, CredentialCacheConfig config)
    : clock_(clock),
      logger_(logger),
      config_(config),
      provider_(std::move(provider)),
      renewed_(metrics.counter("aws_credentials_renewals_total", "Times that AWS credentials were fetched",
                               {{"outcome", "ok"}})),
      failures_(metrics.counter("aws_credentials_renewals_total", "Times that AWS credentials were fetched",
                                {{"outcome", "failed"}})),
      changed_(executor),
      scope_(std::make_unique<base::TaskScope>(executor)) {}

CredentialCache::~CredentialCache() = default;

bool CredentialCache::good() const {
  if (!held_) return false;
  if (!held_->expires || held_->statically_stable) return true;
  return clock_.wall_now() < *held_->expires;
}

bool CredentialCache::renewal_due() const {
  if (!held_ || refused_) return true;
  return held_->expires &&
         clock_.wall_now() >= *held_->expires - std::chrono::duration_cast<base::WallTime::duration>(ahead_);
}

Task<Result<Credentials>> CredentialCache::get() {
  if (!renewal_due()) co_return *held_;
  if (scope_->stopped()) {
    if (good()) co_return *held_;
    co_return credentials_fault("the credentials' keeper is stopped", base::FaultKind::unavailable);
  }
  if (!renewing_ && clock_.now() >= not_before_) {
    renewing_ = true;
    // A parameter of the task, so that it runs also when a stop comes before the task's first step.
    scope_->spawn(renew(std::shared_ptr<void>(nullptr, [this](void*) {
      renewing_ = false;
      changed_.notify_all();
    })));
  }
  const bool last_call =
      !held_ || refused_ ||
      (held_->expires &&
       clock_.wall_now() >=
           *held_->expires - std::chrono::duration_cast<base::WallTime::duration>(last_call_));
  if (last_call) {
    while (renewing_) co_await changed_.wait();
  }
  if (good()) co_return *held_;
  co_return last_fault_;
}

void CredentialCache::invalidate() {
  if (!held_ || clock_.now() - taken_ < config_.least_age) return;
  refused_ = true;
  not_before_ = std::min(not_before_, clock_.now());
}

Task<> CredentialCache::renew(std::shared_ptr<void> at_end) {
  last_fault_ = credentials_fault("the look for AWS credentials was stopped", base::FaultKind::unavailable);
  auto found = co_await provider_->find();
  if (found && found->credentials) {
    take(std::move(*found->credentials));
  } else if (found) {
    failed(credentials_fault("no AWS credentials found; tried " + found->why_not));
  } else {
    failed(found.error());
  }
  at_end.reset();
}

void CredentialCache::take(Credentials credentials) {
  const auto wall = clock_.wall_now();
  if (credentials.expires && *credentials.expires <= wall && held_ && held_->statically_stable) {
    failed(credentials_fault("instance metadata still gives credentials that have expired",
                             base::FaultKind::unavailable));
    return;
  }
  renewed_.Increment();
  taken_ = clock_.now();
  refused_ = false;
  not_before_ = {};
  ahead_ = last_call_ = {};
  if (credentials.expires) {
    const Duration life = std::max<Duration>(Duration::zero(), *credentials.expires - wall);
    ahead_ = std::min<Duration>(config_.ahead, life / 4);
    last_call_ = std::min<Duration>(config_.last_call, life / 8);
    // A source may give the same ones again until shortly before their end: no use in asking at each call.
    not_before_ = taken_ + std::min<Duration>(config_.after_failure, life / 8);
  }
  logger_.info("AWS credentials found",
               {{"source", credentials.source},
                {"expires", credentials.expires ? base::rfc3339(*credentials.expires) : "never"}});
  held_ = std::move(credentials);
  if (!good()) last_fault_ = credentials_fault("the AWS credentials from " + held_->source + " have expired");
}

void CredentialCache::failed(base::Fault fault) {
  failures_.Increment();
  fault.effect_possible = false;
  const auto now = clock_.now();
  refused_ = false;  // asked and got nothing better: the next refusal may ask again
  if (!held_) {
    not_before_ = now + config_.after_first;
  } else if (held_->statically_stable && held_->expires && clock_.wall_now() >= *held_->expires) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    const auto least = std::chrono::duration_cast<std::chrono::seconds>(config_.stable_least).count();
    const auto most = std::chrono::duration_cast<std::chrono::seconds>(config_.stable_most).count();
    not_before_ = now + std::chrono::seconds(std::uniform_int_distribution<long>(least, most)(random));
  } else {
    not_before_ = now + (good() ? config_.after_failure : config_.after_first);
  }
  logger_.warn("AWS credentials not renewed",
               {{"error", fault.text()}, {"still_usable", good() ? "yes" : "no"}});
  last_fault_ = std::move(fault);
}

Task<> CredentialCache::stop() {
  scope_->stop();
  co_await scope_->join();
}

std::unique_ptr<CredentialProvider> default_credentials(const Environment& environment, ReadFile read_file,
                                                        http::Transport& transport, base::Clock& clock,
                                                        Imds& imds, std::string sts_endpoint) {
  std::vector<std::unique_ptr<CredentialProvider>> places;
  places.push_back(std::make_unique<EnvironmentCredentials>(environment));
  places.push_back(std::make_unique<WebIdentity>(environment, std::move(read_file), transport, clock,
                                                 WebIdentityConfig{.sts_endpoint = std::move(sts_endpoint)}));
  places.push_back(std::make_unique<ImdsCredentials>(imds));
  return std::make_unique<CredentialChain>(std::move(places));
}

}  // namespace aws
