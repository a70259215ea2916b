#pragma once
// Faults by rule: which calls one is for, and what it does to them. The first rule that fits decides.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/table.hpp"

namespace ec2_double {

struct Rule {
  enum class Do {
    latency,       // answer after `latency`
    hang,          // take effect, never answer
    reset_before,  // cut the connection, no effect
    reset_after,   // take effect, then cut the connection
    truncate,      // take effect, cut the connection in the middle of the body
    garble,        // take effect, answer bytes that are no XML
    error,         // no effect, answer `code`
    error_after,   // take effect, answer `code`
    throttle,      // no effect, RequestLimitExceeded
    expire,        // no effect: the credentials have expired (RequestExpired)
    skew,          // the server's clock is off by `skew`: Date header, and the check of X-Amz-Date
  };
  std::string id;      // given by Rules
  std::string action;  // empty: any
  Do act = Do::error;
  std::uint64_t nth = 1;    // the first of the fitting calls that it is for, from 1
  std::uint64_t times = 1;  // for how many; 0: all from then on
  double probability = 1;   // of those
  Span latency{};
  Span skew{};
  std::string code = "InternalError";
  std::string message = "An internal error has occurred";
  int status = 500;

  std::uint64_t seen = 0;  // calls that fitted
  std::uint64_t hits = 0;  // calls that it did something to
};

std::string_view name_of(Rule::Do act);  // "reset_before"
std::optional<Rule::Do> do_of(std::string_view name);

class Rules {
 public:
  std::string add(Rule rule);  // its id
  void remove(std::string_view id);
  void clear();
  // Counts the call with every rule that fits its action; the first that applies. `draw`: in [0, 1).
  const Rule* match(std::string_view action, double draw);
  const std::vector<Rule>& all() const { return rules_; }

 private:
  std::vector<Rule> rules_;
  std::uint64_t next_ = 1;
};

}  // namespace ec2_double
