#include "aws/imds.hpp"

#include "aws/ec2_xml.hpp"

namespace aws {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;
using namespace std::chrono_literals;

constexpr auto kTokenLife = 21'600s;  // the longest that is allowed
constexpr auto kVersion1Life = 5min;

Fault imds_fault(FaultKind kind, std::string code, std::string message) {
  return {.kind = kind,
          .code = std::move(code),
          .message = std::move(message),
          .effect_possible = false,
          .retry_after = {}};
}

Fault status_fault(int status) {
  const std::string code = "HTTP " + std::to_string(status);
  if (status == 404) return imds_fault(FaultKind::not_found, code, "instance metadata has nothing there");
  if (status == 429 || status >= 500)
    return imds_fault(FaultKind::unavailable, code, "instance metadata answers " + code);
  return imds_fault(FaultKind::denied, code, "instance metadata answers " + code);
}

bool may_pass(const Fault& fault) {
  return fault.kind == FaultKind::unavailable || fault.kind == FaultKind::timed_out;
}

}  // namespace

Result<ImdsConfig> imds_config(const Environment& environment) {
  ImdsConfig config;
  config.disabled = environment.is_true("AWS_EC2_METADATA_DISABLED");
  config.v1_disabled = environment.is_true("AWS_EC2_METADATA_V1_DISABLED");
  std::string endpoint = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  std::string mode = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  for (char& c : mode)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (!mode.empty() && mode != "ipv4" && mode != "ipv6")
    return imds_fault(FaultKind::invalid, "Configuration",
                      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE must be IPv4 or IPv6");
  if (endpoint.empty()) {
    if (mode == "ipv6") config.endpoint = "http://[fd00:ec2::254]";
    return config;
  }
  if (!endpoint.starts_with("http://") && !endpoint.starts_with("https://"))
    return imds_fault(FaultKind::invalid, "Configuration",
                      "AWS_EC2_METADATA_SERVICE_ENDPOINT must begin with http:// or https://");
  while (endpoint.ends_with('/')) endpoint.pop_back();
  config.endpoint = std::move(endpoint);
  return config;
}

Task<Result<std::string>> Imds::token() {
  if (token_ && clock_.now() < token_until_) co_return *token_;
  http::Request request;
  request.method = "PUT";
  request.url = config_.endpoint + "/latest/api/token";
  request.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", std::to_string(kTokenLife.count())}};
  request.timeout = config_.timeout;
  auto response = co_await transport_.send(std::move(request));
  const auto now = clock_.now();
  bool version1 = false;
  if (response) {
    if (response->status == 200 && !response->body.empty() &&
        response->body.find_first_of("\r\n ") == std::string::npos) {
      token_ = std::move(response->body);
      token_until_ = now + kTokenLife - 1min;
      co_return *token_;
    }
    version1 = response->status == 403 || response->status == 404 || response->status == 405;
    if (!version1) co_return status_fault(response->status == 200 ? 502 : response->status);
  } else {
    // With a hop limit of 1 the answer never reaches a pod. Without any connection version 1 would not help.
    version1 = response.error().kind == FaultKind::timed_out;
    if (!version1) {
      auto fault = response.error();
      fault.effect_possible = false;
      co_return fault;
    }
  }
  if (config_.v1_disabled)
    co_return imds_fault(
        FaultKind::denied, "IMDS",
        "instance metadata gave no session token, and AWS_EC2_METADATA_V1_DISABLED forbids version 1");
  token_ = "";
  token_until_ = now + kVersion1Life;
  co_return *token_;
}

Task<Result<std::string>> Imds::get(std::string path) {
  if (config_.disabled)
    co_return imds_fault(FaultKind::denied, "IMDS",
                         "instance metadata is switched off by AWS_EC2_METADATA_DISABLED");
  bool new_token = false;
  Fault last;
  for (int attempt = 1; attempt <= config_.attempts; ++attempt) {
    auto session = co_await token();
    if (!session) {
      last = session.error();
    } else {
      http::Request request;
      request.url = config_.endpoint + path;
      if (!session->empty()) request.headers = {{"X-aws-ec2-metadata-token", *session}};
      request.timeout = config_.timeout;
      auto response = co_await transport_.send(std::move(request));
      if (response && response->status == 200) co_return std::move(response->body);
      if (response && response->status == 401 && !new_token) {
        token_.reset();
        new_token = true;
        --attempt;
        continue;
      }
      if (response) {
        last = status_fault(response->status);
      } else {
        last = response.error();
        last.effect_possible = false;
      }
      // No connection at all: there is no such service here, and asking again would only delay the start.
      if (!response && last.kind == FaultKind::timed_out && session->empty()) break;
    }
    if (!may_pass(last) || attempt == config_.attempts) break;
    if (last.code.rfind("HTTP", 0) != 0 && !token_) break;
    co_await clock_.sleep_for(200ms * attempt);
  }
  co_return std::move(last).within(config_.endpoint);
}

}  // namespace aws
