#include "aws/channel.hpp"

#include <algorithm>
#include <charconv>
#include <random>

#include "aws/clock_skew.hpp"
#include "aws/error_codes.hpp"
#include "base/scope.hpp"

namespace aws {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

// The transport's own time-out comes first, since it can tell whether the request was sent; this one is for
// certainty.
constexpr milliseconds kGrace{500};

double random_draw() {
  static thread_local std::mt19937 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

bool worth_another_read(const Fault& fault) {
  return fault.kind == FaultKind::throttled || fault.kind == FaultKind::unavailable ||
         fault.kind == FaultKind::timed_out;
}

// x-amz-retry-after in milliseconds, else Retry-After in seconds.
std::optional<milliseconds> asked_wait(const http::Response& response) {
  for (const auto& [name, unit] :
       {std::pair<std::string_view, milliseconds>{"x-amz-retry-after", 1ms}, {"retry-after", 1s}}) {
    const auto text = response.header(name);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!text.empty() && error == std::errc() && end == text.data() + text.size())
      return unit * std::min(value, 86'400'000u);
  }
  return std::nullopt;
}

}  // namespace

struct Channel::Attempt {
  Result<http::Response> response;
  base::SteadyTime sent{};
  base::SteadyTime done{};
  base::WallTime begun{};
  base::WallTime ended{};
};

struct Channel::Meter {
  explicit Meter(base::Metrics& metrics) : all(metrics) {
    static const std::vector<double> kBuckets{0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};
    for (int i = 0; i < kActions; ++i) {
      const auto action = static_cast<Action>(i);
      const base::Labels labels{{"action", std::string(name_of(action))}};
      requests(action, "ok");
      requests(action, "RequestLimitExceeded");
      seconds.push_back(&metrics.histogram("aws_ec2_request_duration_seconds",
                                           "Time from sending an AWS request to its answer", labels,
                                           kBuckets));
      throttled.push_back(
          &metrics.counter("aws_ec2_throttled_total", "AWS requests refused for their rate", labels));
    }
  }
  prometheus::Counter& requests(Action action, const std::string& code) {
    return all.counter("aws_ec2_requests_total", "AWS requests by action and outcome",
                       {{"action", std::string(name_of(action))}, {"code", code}});
  }
  void count(Action action, const Attempt& attempt, const std::string& code) {
    requests(action, code).Increment();
    seconds[static_cast<std::size_t>(action)]->Observe(
        std::chrono::duration<double>(attempt.done - attempt.sent).count());
  }

  base::Metrics& all;
  std::vector<prometheus::Histogram*> seconds;
  std::vector<prometheus::Counter*> throttled;
};

std::string user_agent() {
  return "k8s-aws-operator/" OPERATOR_VERSION;
}

Channel::Channel(http::Transport& transport, CredentialSource& credentials, Throttle& throttle,
                 base::Clock& clock, base::Logger& logger, base::Metrics& metrics, ChannelConfig config)
    : transport_(transport),
      credentials_(credentials),
      throttle_(throttle),
      clock_(clock),
      logger_(logger),
      config_(std::move(config)),
      meter_(std::make_unique<Meter>(metrics)) {
  if (!config_.draw) config_.draw = random_draw;
}

Channel::~Channel() = default;

Task<Result<Answer>> Channel::send(Call call) {
  const bool effect = has_effect(call.action);
  const int attempts = effect ? 1 : config_.attempts;
  const std::string name(name_of(call.action));
  int failures = 0;
  bool changed_credentials = false;
  while (true) {
    PermitPtr permit = std::move(call.permit);
    if (!permit) permit = throttle_.acquire(call.action);
    co_await clock_.sleep_for(permit->wait());
    const auto credentials = co_await credentials_.get();
    if (!credentials) {
      auto fault = credentials.error();
      fault.effect_possible = false;
      co_return std::move(fault).within(name);
    }
    Throttle::spend(*permit);
    permit.reset();
    Attempt attempt;
    if (effect) {
      attempt = co_await base::shielded(this->attempt(call.action, call.body, *credentials));
    } else {
      attempt = co_await this->attempt(call.action, call.body, *credentials);
    }
    auto answer = judge(call.action, attempt, *credentials);
    if (answer) co_return answer;
    Fault fault = answer.error();
    if (credentials_refused(fault)) {
      std::string advice;
      if (attempt.response) advice = skew_advice(clock_skew(*attempt.response, attempt.begun, attempt.ended));
      if (advice.empty() && !changed_credentials) {
        changed_credentials = true;
        const auto other = co_await other_credentials(*credentials);
        if (other && *other) continue;
        if (!other) advice = "and new ones can't be had: " + other.error().text();
      }
      fault.message += "; the credentials are those of " + credentials->source;
      if (!advice.empty()) fault.message += "; " + advice;
      co_return fault;
    }
    ++failures;
    if (failures >= attempts || !worth_another_read(fault)) co_return fault;
    logger_.debug("AWS request is tried again", {{"action", name}, {"error", fault.text()}});
    co_await clock_.sleep_for(delay(fault, failures));
  }
}

Task<Channel::Attempt> Channel::attempt(Action action, std::string body, Credentials credentials) {
  const auto deadline = has_effect(action) ? config_.mutation_deadline : config_.read_deadline;
  const std::string service(service_of(action));
  http::Request request;
  request.method = "POST";
  request.url = service == "sts" ? config_.sts_endpoint : config_.ec2_endpoint;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = std::move(body);
  request.timeout = std::max(deadline / 2, deadline - kGrace);
  request.signature = http::AwsSignature{.region = config_.region,
                                         .service = service,
                                         .access_key_id = credentials.access_key_id,
                                         .secret_access_key = credentials.secret_access_key,
                                         .session_token = credentials.session_token};
  Attempt done;
  done.sent = clock_.now();
  done.begun = clock_.wall_now();
  auto response =
      co_await base::with_deadline(clock_, done.sent + deadline, transport_.send(std::move(request)));
  done.done = clock_.now();
  done.ended = clock_.wall_now();
  if (response) {
    done.response = std::move(*response);
  } else {
    Fault fault;
    fault.kind = FaultKind::timed_out;
    fault.code = "Deadline";
    fault.message = "no answer within " + std::to_string(deadline.count()) + " ms";
    fault.effect_possible = true;
    done.response = std::move(fault);
  }
  co_return done;
}

Result<Answer> Channel::judge(Action action, const Attempt& attempt, const Credentials& credentials) {
  const std::string name(name_of(action));
  if (attempt.response && attempt.response->status >= 200 && attempt.response->status < 300) {
    meter_->count(action, attempt, "ok");
    return Answer{attempt.response->body, attempt.sent};
  }
  Fault fault;
  if (attempt.response) {
    fault = fault_of(service_of(action), name, attempt.response->status, attempt.response->body);
    fault.retry_after = asked_wait(*attempt.response);
  } else {
    fault = attempt.response.error();
    fault = std::move(fault).within(name);
  }
  fault.message = redact(std::move(fault.message), credentials);
  if (fault.kind == FaultKind::throttled) {
    throttle_.refused(action);
    meter_->throttled[static_cast<std::size_t>(action)]->Increment();
  }
  meter_->count(action, attempt, label_of(fault));
  return fault;
}

// True when there are other credentials than those that were refused.
Task<Result<bool>> Channel::other_credentials(Credentials used) {
  auto now = co_await credentials_.get();
  if (now && now->same_keys(used)) {
    credentials_.invalidate();
    now = co_await credentials_.get();
  }
  if (!now) co_return now.error();
  co_return !now->same_keys(used);
}

milliseconds Channel::delay(const Fault& fault, int failures) const {
  const auto own = base::next_delay(config_.backoff, failures, config_.draw());
  // The server's wish counts, within reason.
  return fault.retry_after ? std::max(own, std::min(*fault.retry_after, own + milliseconds(5'000))) : own;
}

}  // namespace aws
