#pragma once
// Bearer tokens. A token is a secret: it goes into a request header and nowhere else.
// https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace kube {

// A port, since a token may come from a constant, a file that rotates, or (later) a program that is run.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // The token to send now. A fault names where it should have come from.
  virtual base::Task<base::Result<std::string>> token() = 0;
  // The server said 401: what comes next from token() is read afresh.
  virtual void rejected() = 0;
};

class FixedToken final : public TokenSource {
 public:
  explicit FixedToken(std::string token) : token_(std::move(token)) {}
  base::Task<base::Result<std::string>> token() override;
  void rejected() override {}

 private:
  std::string token_;
};

// A file that someone rotates (the kubelet, at 80 % of the token's life). Read again at most every 60 s, and
// at once after a 401. When a new read fails the last good token stays in use: it may still be valid.
class TokenFile final : public TokenSource {
 public:
  TokenFile(std::string path, base::Clock& clock) : path_(std::move(path)), clock_(clock) {}
  base::Task<base::Result<std::string>> token() override;
  void rejected() override { read_at_.reset(); }

 private:
  std::string path_;
  base::Clock& clock_;
  std::string token_;
  std::optional<base::SteadyTime> read_at_;
};

}  // namespace kube
