#pragma once
// The states of a watch, without the watch: what to ask the server next. Pure; the time is an argument.
//
//   listing ──last page──► watching ──any end──► watching (resumed from the last version seen)
//    │  ▲ ▲                  │
//    │  │ └──────────────────┘ version too old (410, as the answer or as an ERROR event), or the kind is gone
//    (404) └──┘ page failed: that page again; page token too old (410): all again, in one page
//
// After a failure the next step waits: 0.8 s doubling to 30 s, half of it jitter, forgotten after 120 quiet
// seconds (as kube-rs does). A clean end proves nothing and is resumed at once, unless the watch was short
// and empty. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "base/fault.hpp"

namespace kube {

struct WatchBackoff {
  std::chrono::milliseconds base{800};
  std::chrono::milliseconds cap{30'000};
  std::chrono::seconds quiet{120};               // without failure, after which earlier ones are forgotten
  std::chrono::milliseconds short_watch{1'000};  // ended sooner and brought nothing: a failure
};

class WatchCore {
 public:
  struct List {
    std::string continue_token;  // empty: the first page
    bool whole = false;          // without a limit
  };
  struct Watch {
    std::string resource_version;
  };
  using Step = std::variant<List, Watch>;

  explicit WatchCore(WatchBackoff backoff = {}) : backoff_(backoff) {}

  const Step& next() const { return step_; }
  std::optional<base::SteadyTime> not_before() const { return not_before_; }  // of the next step

  // Inputs. `draw` is uniform in [0, 1).
  void page_came(std::string resource_version, std::string continue_token);
  void page_failed(const base::Fault& fault, base::SteadyTime now, double draw);
  void watch_opened(base::SteadyTime now);
  void watch_refused(const base::Fault& fault, base::SteadyTime now, double draw);
  void saw(std::string resource_version);                                         // an event or a bookmark
  void watch_error(const base::Fault& fault, base::SteadyTime now, double draw);  // an ERROR event
  void watch_ended(base::SteadyTime now, double draw);                            // clean
  void watch_cut(base::SteadyTime now, double draw);  // a fault, a broken line, or silence

  int failures() const { return failures_; }

 private:
  void retry_later(base::SteadyTime now, double draw);
  void retry_later(const base::Fault& fault, base::SteadyTime now, double draw);

  WatchBackoff backoff_;
  Step step_ = List{};
  std::optional<base::SteadyTime> not_before_;
  int failures_ = 0;
  std::optional<base::SteadyTime> last_failure_;
  base::SteadyTime opened_{};
  bool brought_something_ = false;
};

}  // namespace kube
