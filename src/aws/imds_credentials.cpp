#include "aws/imds_credentials.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "aws/ec2_xml.hpp"
#include "base/time_text.hpp"

namespace aws {
namespace {

using base::FaultKind;

constexpr std::string_view kRoles = "/latest/meta-data/iam/security-credentials/";

std::string field(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

bool valid_role_name(const std::string& name) {
  if (name.empty() || name.size() > 200 || name == "." || name == "..") return false;  // no step in a path
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("_+=,.@-").find(c) != std::string_view::npos;
    if (!plain) return false;
  }
  return true;
}

}  // namespace

base::Result<Credentials> read_role_credentials(std::string_view json) {
  boost::system::error_code error;
  const auto document = boost::json::parse(json, error);
  if (error || !document.is_object())
    return credentials_fault("instance metadata's credentials are no JSON object", FaultKind::unavailable);
  const auto& object = document.get_object();
  const std::string code = field(object, "Code");
  if (!code.empty() && code != "Success")
    return credentials_fault("instance metadata has no credentials: " + printable(code),
                             FaultKind::unavailable);
  Credentials found;
  found.access_key_id = field(object, "AccessKeyId");
  found.secret_access_key = field(object, "SecretAccessKey");
  found.session_token = field(object, "Token");
  found.expires = base::parse_rfc3339(field(object, "Expiration"));
  found.statically_stable = true;
  if (found.access_key_id.empty() || found.secret_access_key.empty() || found.session_token.empty() ||
      !found.expires)
    return credentials_fault("instance metadata's credentials are incomplete", FaultKind::unavailable);
  return found;
}

base::Task<base::Result<Found>> ImdsCredentials::find() {
  const std::string where = "instance metadata (" + imds_.config().endpoint;
  if (imds_.config().disabled)
    co_return Found{{}, "instance metadata (switched off by AWS_EC2_METADATA_DISABLED)"};
  const auto roles = co_await imds_.get(std::string(kRoles));
  if (!roles) {
    if (roles.error().kind == FaultKind::not_found) co_return Found{{}, where + " has no role)"};
    // An HTTP answer shows that the service is there: its trouble is no reason to look elsewhere.
    if (roles.error().code.starts_with("HTTP 5")) co_return roles.error();
    co_return Found{{}, "instance metadata (" + roles.error().message + ")"};
  }
  const std::string role = roles->substr(0, roles->find_first_of("\r\n"));
  if (!valid_role_name(role)) co_return Found{{}, where + " names no role)"};
  const auto json = co_await imds_.get(std::string(kRoles) + role);
  if (!json) co_return json.error();
  auto credentials = read_role_credentials(*json);
  if (!credentials) co_return credentials.error();
  credentials->source = "instance metadata (role " + role + ")";
  co_return Found{std::move(*credentials), {}};
}

}  // namespace aws
