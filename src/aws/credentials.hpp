#pragma once
// Who we are to AWS: the values, the port that the channel asks, and the port of each place they may come
// from.
//
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;  // never in a log or a fault
  std::string session_token;      // nor this; empty for long-term keys
  std::optional<base::WallTime> expires;
  // Usable past their end while their source can't be asked (instance metadata does so itself in an outage).
  bool statically_stable = false;
  std::string source;  // for a person: where they came from, without any secret

  bool same_keys(const Credentials& other) const {
    return access_key_id == other.access_key_id && secret_access_key == other.secret_access_key &&
           session_token == other.session_token;
  }
};

// What the channel asks before each call.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Usually at once; may ask the network. Faults have no effect on AWS.
  virtual base::Task<base::Result<Credentials>> get() = 0;
  // AWS refused what get() returned: ask for new ones, if there may be any.
  virtual void invalidate() = 0;
};

// What one place had to say.
struct Found {
  std::optional<Credentials> credentials;
  std::string why_not;  // when there are none: "environment (AWS_ACCESS_KEY_ID is not set)"
};

// One place that credentials may come from. Not being set up there is no fault: the next place is asked. A
// fault means set up, but broken: no other place is asked, since another identity would surprise.
class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  virtual base::Task<base::Result<Found>> find() = 0;
};

// `text` without the secrets of `credentials`.
std::string redact(std::string text, const Credentials& credentials);
// A fault for credentials that are set up wrongly, or can't be had. Its code is kNoCredentials.
inline constexpr std::string_view kNoCredentials = "Credentials";
base::Fault credentials_fault(std::string message, base::FaultKind kind = base::FaultKind::denied);

}  // namespace aws
