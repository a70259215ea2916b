#include "ec2_double/double.hpp"

#include <cstdio>

#include "ec2_double/actions.hpp"
#include "ec2_double/authenticate.hpp"
#include "ec2_double/draw.hpp"
#include "ec2_double/effects.hpp"
#include "ec2_double/envelope.hpp"

namespace ec2_double {
namespace {

using Do = Rule::Do;

Service service_of(const std::string& action) {
  static const Actions kSts = sts_actions();
  return kSts.contains(action) ? Service::sts : Service::ec2;
}

std::string request_id_of(std::uint64_t draw) {
  const auto high = mix(draw), low = mix(high);
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xFFFF), static_cast<unsigned>(high & 0xFFF),
                static_cast<unsigned>(low >> 48 & 0xFFF),
                static_cast<unsigned long long>(low & 0xFFFF'FFFF'FFFF));
  return text;
}

// The answer of a rule that keeps the action from running.
std::optional<Error> refusal_of(const Rule& rule, Service service) {
  switch (rule.act) {
    case Do::error:
      return Error{rule.code, rule.message, rule.status};
    case Do::throttle:
      return Error{"RequestLimitExceeded", "Request limit exceeded.", 503};
    case Do::expire:
      if (service == Service::sts)
        return Error{"ExpiredTokenException", "The security token included in the request is expired", 403};
      return Error{"RequestExpired", "Request has expired.", 400};
    default:
      return std::nullopt;
  }
}

}  // namespace

// One call on its way through.
struct Double::Passage {
  const Request& request;
  const Params& params;
  const std::string& action;
  Service service;
  Time now;
  Time server_clock;
  std::uint64_t draw;
  std::string request_id;
};

Answer Double::handle(const Request& request, Time now) {
  settle(world, now);
  const Params params(request.body);
  const auto action = params.text("Action");
  const auto number = ++served_;
  const auto draw = mix(world.seed ^ mix(number));
  const Rule* rule = rules.match(action, fraction(mix(draw)));
  const bool skewed = rule && rule->act == Do::skew;
  const Passage passage{.request = request,
                        .params = params,
                        .action = action,
                        .service = service_of(action),
                        .now = now,
                        .server_clock = skewed ? now + rule->skew : now,
                        .draw = draw,
                        .request_id = request_id_of(draw)};
  LoggedCall logged;
  logged.number = number;
  logged.at = now;
  logged.action = action;
  logged.parameters = params.all();
  if (const auto scope = scope_of(request)) logged.access_key_id = scope->access_key_id;
  if (rule) logged.fault = name_of(rule->act);

  Answer answer;
  answer.headers = {{"Date", http_date(passage.server_clock)},
                    {"Content-Type", "text/xml;charset=UTF-8"},
                    {"x-amzn-RequestId", passage.request_id}};
  const auto refusal = rule ? refusal_of(*rule, passage.service) : std::nullopt;
  if (refusal) {
    refuse(passage, *refusal, answer, logged);
  } else if (!rule || rule->act != Do::reset_before) {
    run(passage, answer, logged);
  }
  if (rule) spoil(passage, *rule, answer, logged);
  logged.status = answer.fate == Answer::Fate::answered ? answer.status : 0;
  calls.push_back(std::move(logged));
  if (calls.size() > kLoggedCalls) calls.pop_front();
  return answer;
}

void Double::refuse(const Passage& passage, const Error& error, Answer& answer, LoggedCall& logged) {
  answer.status = error.status;
  answer.body = error_text(passage.service, error, passage.request_id);
  logged.error = error.code;
}

void Double::run(const Passage& passage, Answer& answer, LoggedCall& logged) {
  const auto& [request, params, action, service, now, server_clock, draw, request_id] = passage;
  try {
    if (action.empty()) throw Error{"MissingAction", "The request is missing an action"};
    if (action != "AssumeRoleWithWebIdentity")  // it is how one gets credentials
      authenticate(request, world, service == Service::sts ? "sts" : "ec2", server_clock);
    const auto found = all_actions().find(action);
    if (found == all_actions().end())
      throw Error{"InvalidAction", "The action " + action + " is not valid for this web service."};
    if (!buckets.take(action, params, world.settings.rate_limits, now))
      throw Error{"RequestLimitExceeded", "Request limit exceeded.", 503};
    const bool dry = service == Service::ec2 && params.flag("DryRun");
    std::optional<World> copy;
    if (dry) copy = world;
    Envelope envelope(service, action, request_id);
    Call call{.world = dry ? *copy : world,
              .params = params,
              .now = now,
              .view = View(now, world.settings.visibility, draw),
              .answer = envelope.result()};
    found->second(call);
    if (dry) throw Error{"DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412};
    answer.body = envelope.text();
    logged.effect = true;
  } catch (const Error& error) {
    refuse(passage, error, answer, logged);
  }
}

void Double::spoil(const Passage& passage, const Rule& rule, Answer& answer, LoggedCall& logged) {
  answer.latency = rule.latency;
  switch (rule.act) {
    case Do::hang:
      answer.fate = Answer::Fate::hang;
      break;
    case Do::reset_before:
    case Do::reset_after:
      answer.fate = Answer::Fate::cut;
      break;
    case Do::truncate:
      answer.cut_in_body = true;
      answer.body.resize(answer.body.size() / 2);
      break;
    case Do::garble:
      answer.body = "\x15\x03\x03 <<& \xFF\xFE";
      break;
    case Do::error_after:
      refuse(passage, {rule.code, rule.message, rule.status}, answer, logged);
      break;
    default:
      break;
  }
}

}  // namespace ec2_double
