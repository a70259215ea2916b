#include "ec2_double/client_token.hpp"

#include <algorithm>

namespace ec2_double {
namespace {

constexpr std::size_t kLongest = 64;

std::string key_of(const Call& call, const std::string& token) {
  return call.params.text("Action") + ':' + token;
}

std::string meaning_of(const Call& call) {
  return call.params.canonical({"ClientToken", "DryRun"});
}

}  // namespace

std::optional<std::string> made_before(const Call& call) {
  const auto token = call.params.text("ClientToken");
  const bool ascii = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (token.size() > kLongest || !ascii)
    throw Error{"InvalidClientToken", "The specified client token is not valid."};
  const auto used = call.world.client_tokens.find(key_of(call, token));
  if (token.empty() || used == call.world.client_tokens.end()) return std::nullopt;
  if (used->second.parameters != meaning_of(call))
    throw Error{"IdempotentParameterMismatch",
                "The client token '" + token + "' was used before with other parameters."};
  return used->second.resource_id;
}

void remember_token(Call& call, const std::string& resource_id) {
  const auto token = call.params.text("ClientToken");
  if (!token.empty()) call.world.client_tokens[key_of(call, token)] = {meaning_of(call), resource_id};
}

}  // namespace ec2_double
