#pragma once
// Sends one serialised call to EC2 or STS and brings back its body or a fault. Outside in: retry, throttle,
// credentials, metering, transport (which signs).
//
// Promises: every attempt pays a token and is counted. Reads are tried up to three times on throttled,
// unavailable and timed_out, with growing random waits. Calls with an effect are sent once; only an answer
// that surely had none, "I do not know these credentials", is followed by one more try, if there are other
// credentials to try with. Such a call is shielded from a stop from the moment it may be on the wire, for at
// most the mutation deadline. Faults: as error_codes.hpp has them, the transport's own, timed_out at the
// deadline (effect possible), and those of the credential source (no effect). Secrets of the request do not
// show in them. A stop unwinds a read anywhere; a call with an effect before it is sent, or after its answer
// was returned.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

#include <functional>
#include <string>

#include "aws/credentials.hpp"
#include "aws/ec2.hpp"
#include "aws/throttle.hpp"
#include "base/backoff.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "http/transport.hpp"

namespace aws {

// "k8s-aws-operator/VERSION", for the options of the transport. It is no header of our requests: curl 7.88
// signs every header that it is given, and a signed User-Agent is refused (by moto; AWS's own SDKs never sign
// it, since proxies change it). It must not hold "region/": emulators take that for the region.
std::string user_agent();

struct ChannelConfig {
  std::string region;        // signed with
  std::string ec2_endpoint;  // URLs, see endpoints_for()
  std::string sts_endpoint;
  std::chrono::milliseconds read_deadline{20'000};  // of one attempt; a page of 1000 interfaces takes seconds
  // Of one call with an effect on the wire, and so of a stop. Less than the margin of a lost lease.
  std::chrono::milliseconds mutation_deadline{15'000};
  int attempts = 3;  // of a read, the first included
  base::Backoff backoff{std::chrono::milliseconds(500), std::chrono::milliseconds(20'000)};
  std::function<double()> draw;  // uniform in [0, 1), for the jitter; none: a random one
};

struct Call {
  Action action = Action::describe_addresses;
  std::string body;
  PermitPtr permit;  // for the first attempt; none: one is acquired
};

struct Answer {
  std::string body;
  base::SteadyTime sent{};  // when the attempt that was answered went out
};

class Channel {
 public:
  Channel(http::Transport& transport, CredentialSource& credentials, Throttle& throttle, base::Clock& clock,
          base::Logger& logger, base::Metrics& metrics, ChannelConfig config);
  ~Channel();

  base::Task<base::Result<Answer>> send(Call call);

 private:
  struct Attempt;
  struct Meter;

  base::Task<Attempt> attempt(Action action, std::string body, Credentials credentials);
  base::Result<Answer> judge(Action action, const Attempt& attempt, const Credentials& credentials);
  base::Task<base::Result<bool>> other_credentials(Credentials used);
  std::chrono::milliseconds delay(const base::Fault& fault, int failures) const;

  http::Transport& transport_;
  CredentialSource& credentials_;
  Throttle& throttle_;
  base::Clock& clock_;
  base::Logger& logger_;
  ChannelConfig config_;
  std::unique_ptr<Meter> meter_;
};

}  // namespace aws
