#pragma once
// Faults by rule: which requests one is for, and what it does to them. Of the rules that fit a request the
// first decides; on a watch all that fit act together.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube_double/object.hpp"

namespace kube_double {

struct Rule {
  enum class Do {
    // Any request but a watch, and the opening of a watch.
    latency,       // take effect, answer after `latency`
    late,          // take effect only after `latency`, even if nobody waits for the answer any more
    hang,          // take effect, never answer
    cut_before,    // cut the connection, no effect
    cut_after,     // take effect, then cut the connection
    error,         // no effect, answer `code` and `reason`
    error_after,   // take effect, answer `code` and `reason`
    conflict,      // no effect, 409: the object has been modified
    throttle,      // no effect, 429 with Retry-After
    unauthorized,  // no effect, 401
    forbidden,     // no effect, 403
    garble,        // take effect, answer 200 with bytes that are no JSON
    stale,         // a list shows the state of up to `latency` ago, where the API allows it: see `any_list`
    // A watch that is open.
    end,     // ends in good order, `latency` after its opening or after `events` events, whatever comes first
    cut,     // the same, but the connection is cut
    expire,  // an ERROR event with 410 at once
    repeat,  // every event comes twice
    lag,     // each event comes up to `latency` after it happened, never before an earlier one
  };
  std::string id;      // given by Rules
  std::string client;  // name of the transport; empty: any
  std::string verb;  // get, list, watch, create, update, patch, delete; empty: any, but not a watch's opening
  std::string resource;  // "eips", "eips/status" (the subresource alone); empty: any
  Do act = Do::error;
  std::uint64_t nth = 1;     // the first of the fitting requests that it is for, from 1
  std::uint64_t times = 1;   // for how many; 0: all from then on
  double probability = 1;    // of those
  Span latency{};            // also of the answers of other acts
  std::uint64_t events = 0;  // 0: only the time counts
  int code = 500;            // with error and error_after: 500, 502, 503, 504, ...
  std::string reason = "InternalError";
  std::string message = "an internal error has occurred";
  std::chrono::seconds retry_after{1};  // of throttle
  // A list that asks for no version is never stale on a real server; one with resourceVersion=0 may be. True:
  // be stale nevertheless, as after a restore of etcd.
  bool any_list = false;

  std::uint64_t seen = 0;  // requests that fitted
  std::uint64_t hits = 0;  // requests that it did something to
};

std::string_view name_of(Rule::Do act);  // "cut_before"
bool of_watches(Rule::Do act);           // acts on a watch that is open

// What a rule is matched with.
struct Asked {
  std::string_view client;
  std::string_view verb;
  std::string_view resource;
  std::string_view subresource;
};

class Rules {
 public:
  std::string add(Rule rule);  // its id
  void remove(std::string_view id);
  void clear();
  // Counts the request with every rule that fits; the first that applies. `seed`: another one for each
  // request.
  const Rule* match(const Asked& asked, std::uint64_t seed);
  // The same for an open watch: all that apply.
  std::vector<Rule> match_watch(const Asked& asked, std::uint64_t seed);
  const std::vector<Rule>& all() const { return rules_; }

 private:
  std::vector<Rule> rules_;
  std::uint64_t next_ = 1;
};

}  // namespace kube_double
