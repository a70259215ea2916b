#include "aws/web_identity.hpp"

#include <cctype>

#include "aws/ec2_xml.hpp"
#include "aws/error_codes.hpp"
#include "aws/query.hpp"
#include "base/time_text.hpp"

namespace aws {
namespace {

using base::FaultKind;

// 2 to 64 of letters, digits and _+=,.@-
bool valid_session_name(const std::string& name) {
  if (name.size() < 2 || name.size() > 64) return false;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
        std::string_view("_+=,.@-").find(c) == std::string_view::npos)
      return false;
  return true;
}

// STS may fail to fetch the cluster's keys for a moment, and then says that the token is invalid.
bool may_pass(const base::Fault& fault) {
  return fault.kind == FaultKind::unavailable || fault.kind == FaultKind::timed_out ||
         fault.kind == FaultKind::throttled || fault.code == "InvalidIdentityToken";
}

}  // namespace

base::Task<base::Result<Found>> WebIdentity::find() {
  const std::string path = environment_.get("AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string role = environment_.get("AWS_ROLE_ARN");
  if (path.empty()) co_return Found{{}, "web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set)"};
  if (role.empty()) co_return credentials_fault("AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not");
  std::string session = environment_.get("AWS_ROLE_SESSION_NAME");
  if (session.empty()) session = "k8s-aws-operator";
  if (!valid_session_name(session))
    co_return credentials_fault("AWS_ROLE_SESSION_NAME must be 2 to 64 letters, digits or _+=,.@-");
  const std::string what = "web identity (AWS_ROLE_ARN=" + printable(role, 200) + ")";

  base::Result<Credentials> found = base::Fault{};
  for (int attempt = 1;; ++attempt) {
    const auto token = read_file_(path);
    if (!token) co_return credentials_fault("AWS_WEB_IDENTITY_TOKEN_FILE: " + token.error().message);
    // STS takes 4 to 20000 characters; an empty file is a mount that is not ready.
    if (token->size() < 4 || token->size() > 20'000)
      co_return credentials_fault("AWS_WEB_IDENTITY_TOKEN_FILE: " + path + " holds no token");
    found = co_await exchange(role, session, *token);
    if (found || attempt >= config_.attempts || !may_pass(found.error())) break;
    co_await clock_.sleep_for(base::next_delay(config_.backoff, attempt, 0.5));
  }
  if (!found) co_return found.error().within(what);
  found->source = what;
  co_return Found{std::move(*found), {}};
}

base::Task<base::Result<Credentials>> WebIdentity::exchange(std::string role_arn, std::string session_name,
                                                            std::string token) {
  http::Request request;
  request.method = "POST";
  request.url = config_.sts_endpoint;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = query::assume_role_with_web_identity(role_arn, session_name, token);
  request.timeout = config_.timeout;
  auto response = co_await transport_.send(std::move(request));
  const Credentials secret{.access_key_id = {},
                           .secret_access_key = form_encode(token),
                           .session_token = token,
                           .expires = {},
                           .statically_stable = false,
                           .source = {}};
  if (!response) {
    auto fault = response.error();
    fault.message = redact(fault.message, secret);
    fault.effect_possible = false;  // none that matters: a session that nobody uses
    co_return fault;
  }
  if (response->status != 200) {
    auto fault = fault_of("sts", "AssumeRoleWithWebIdentity", response->status, response->body);
    fault.message = redact(fault.message, secret);
    fault.effect_possible = false;
    co_return fault;
  }
  const auto role = read_assumed_role(response->body);
  if (!role) co_return role.error();
  Credentials credentials;
  credentials.access_key_id = role->access_key_id;
  credentials.secret_access_key = role->secret_access_key;
  credentials.session_token = role->session_token;
  credentials.expires = base::parse_rfc3339(role->expiration);
  if (!credentials.expires)
    credentials.expires = clock_.wall_now() + std::chrono::minutes(15);  // STS's shortest
  co_return credentials;
}

}  // namespace aws
