#include <cstdio>
#include <ctime>

#include "ec2_double/actions.hpp"

namespace ec2_double {
namespace {

Error refused(const std::string& why) {
  return {"ValidationError", why};
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
void get_caller_identity(Call& call) {
  put(call.answer, "Arn", "arn:aws:iam::" + call.world.account_id + ":user/test");
  put(call.answer, "UserId", "AIDATEST");
  put(call.answer, "Account", call.world.account_id);
}

std::string utc(Time at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string hex(std::uint64_t number) {
  char digits[20];
  std::snprintf(digits, sizeof digits, "%016llX", static_cast<unsigned long long>(number));
  return digits;
}

bool is_session_name(const std::string& name) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-";
  return name.size() >= 2 && name.size() <= 64 && name.find_first_not_of(kAlphabet) == std::string::npos;
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
// Any role may be assumed with any token.
void assume_role_with_web_identity(Call& call) {
  const auto role = call.params.required("RoleArn");
  const auto name = call.params.required("RoleSessionName");
  const auto token = call.params.required("WebIdentityToken");
  const int seconds = call.params.number("DurationSeconds").value_or(3600);
  if (!role.starts_with("arn:")) throw refused("RoleArn is no ARN");
  if (!is_session_name(name)) throw refused("RoleSessionName is malformed");
  if (token.size() < 4 || token.size() > 20'000) throw refused("WebIdentityToken has a wrong length");
  if (seconds < 900 || seconds > 43'200) throw refused("DurationSeconds is out of range");

  auto& world = call.world;
  const auto access_key_id = "ASIA" + hex(world.draw());
  const auto expires = call.now + std::chrono::seconds(seconds);
  world.sessions[access_key_id] = expires;
  const auto role_name = role.substr(role.rfind('/') + 1);
  auto credentials = call.answer.append_child("Credentials");
  put(credentials, "AccessKeyId", access_key_id);
  put(credentials, "SecretAccessKey", "secret" + hex(world.draw()));
  put(credentials, "SessionToken", "session" + hex(world.draw()));
  put(credentials, "Expiration", utc(expires));
  auto user = call.answer.append_child("AssumedRoleUser");
  put(user, "AssumedRoleId", "AROATEST:" + name);
  put(user, "Arn", "arn:aws:sts::" + world.account_id + ":assumed-role/" + role_name + "/" + name);
}

}  // namespace

Actions sts_actions() {
  return {{"AssumeRoleWithWebIdentity", assume_role_with_web_identity},
          {"GetCallerIdentity", get_caller_identity}};
}

}  // namespace ec2_double
