#include "aws/credentials.hpp"

namespace aws {
namespace {

void hide(std::string& text, const std::string& secret) {
  if (secret.size() < 4) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
    text.replace(at, secret.size(), "***");
}

}  // namespace

std::string redact(std::string text, const Credentials& credentials) {
  hide(text, credentials.secret_access_key);
  hide(text, credentials.session_token);
  return text;
}

base::Fault credentials_fault(std::string message, base::FaultKind kind) {
  return {.kind = kind,
          .code = std::string(kNoCredentials),
          .message = std::move(message),
          .effect_possible = false,
          .retry_after = {}};
}

}  // namespace aws
