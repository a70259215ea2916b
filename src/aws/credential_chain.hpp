#pragma once
// Where the channel's credentials come from: the places are asked in order, and what was found is kept and
// renewed.

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "aws/credentials.hpp"
#include "aws/environment.hpp"
#include "aws/imds.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/notify.hpp"
#include "http/transport.hpp"

namespace base {
class TaskScope;
}

namespace aws {

// The first place that has credentials. Faults: that of a broken place; denied, naming all places, when none
// has any.
class CredentialChain final : public CredentialProvider {
 public:
  explicit CredentialChain(std::vector<std::unique_ptr<CredentialProvider>> places)
      : places_(std::move(places)) {}
  base::Task<base::Result<Found>> find() override;

 private:
  std::vector<std::unique_ptr<CredentialProvider>> places_;
};

struct CredentialCacheConfig {
  std::chrono::minutes ahead{10};          // renewed this long before their end, in the background,
  std::chrono::seconds last_call{60};      // and waited for when no more than this is left;
                                           // at most a quarter and an eighth of their life
  std::chrono::seconds after_failure{60};  // the next try while we still have some
  std::chrono::seconds after_first{
      5};  // the next try when we have none: until then the last fault is repeated
  std::chrono::seconds least_age{10};    // younger ones are not renewed on invalidate(): it would not help
  std::chrono::minutes stable_least{5};  // past their end, statically stable ones are renewed
  std::chrono::minutes stable_most{15};  // after a time between these two
};

// Keeps credentials and renews them ahead of their end.
// Promises: one renewal at a time, joined by all who wait for it; a caller that is stopped does not disturb
// it. While what we have is good, its callers do not wait and a failed renewal is one line in the log.
// Statically stable credentials are used past their end while no new ones can be had. Faults: those of the
// provider. After stop(): unavailable.
class CredentialCache final : public CredentialSource {
 public:
  CredentialCache(boost::asio::any_io_executor executor, base::Clock& clock, base::Logger& logger,
                  base::Metrics& metrics, std::unique_ptr<CredentialProvider> provider,
                  CredentialCacheConfig config = {});
  ~CredentialCache() override;

  base::Task<base::Result<Credentials>> get() override;
  void invalidate() override;
  base::Task<> stop();  // ends a renewal under way; before destruction

 private:
  base::Task<> renew(std::shared_ptr<void> at_end);
  void take(Credentials credentials);
  void failed(base::Fault fault);
  bool good() const;  // may be used now
  bool renewal_due() const;

  base::Clock& clock_;
  base::Logger& logger_;
  CredentialCacheConfig config_;
  std::unique_ptr<CredentialProvider> provider_;
  prometheus::Counter& renewed_;
  prometheus::Counter& failures_;
  base::Notify changed_;
  std::optional<Credentials> held_;
  base::Fault last_fault_;
  base::Duration ahead_{};
  base::Duration last_call_{};
  base::SteadyTime taken_{};
  base::SteadyTime not_before_{};  // of the next renewal
  bool refused_ = false;           // AWS did not accept what we hold
  bool renewing_ = false;
  std::unique_ptr<base::TaskScope> scope_;
};

// The usual chain: environment, web identity, instance metadata. `imds` outlives it.
std::unique_ptr<CredentialProvider> default_credentials(const Environment& environment, ReadFile read_file,
                                                        http::Transport& transport, base::Clock& clock,
                                                        Imds& imds, std::string sts_endpoint);

}  // namespace aws
