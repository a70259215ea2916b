#pragma once
// Follows one resource: lists it in pages, watches it from there, resumes after each end, lists again when
// its version has become too old. The decisions are WatchCore's; this is the loop that feeds it. Knows no
// types: a WatchSink (Informer<T>) decodes.
//
// Promises: the sink sees a complete list between list_began and list_ended, then every change since, in
// order, each at least once (the sink's store sorts out repeats). An object that can't be decoded is logged
// once, counted (kube_undecodable_objects_total{kind}) and left out. What keeps the watcher from following
// (no permission, kind not installed, no server) is last_fault(), and one log line per change of it, not per
// try. A silent connection is given up after `idle_deadline`. A stop unwinds run() and ends the transfer.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/notify.hpp"
#include "kube/api.hpp"
#include "kube/watch_core.hpp"

namespace kube {

class WatchSink {
 public:
  virtual ~WatchSink() = default;
  virtual void list_began() = 0;                                         // also when a list is started over
  virtual std::optional<base::Fault> listed(std::string_view json) = 0;  // a fault: could not be decoded
  virtual void listed_unreadable(Key key) = 0;
  virtual void list_ended(const std::string& version) = 0;
  virtual std::optional<base::Fault> applied(std::string_view json) = 0;
  virtual void removed(const Meta& last) = 0;
};

struct WatcherOptions {
  int page_limit = 500;
  std::chrono::seconds watch_timeout{290};  // asked of the server, below the 5 min at which balancers cut
  // Bookmarks come about every minute, so 150 s of silence is a dead connection; if it is not, resuming costs
  // nothing.
  std::chrono::seconds idle_deadline{150};
  Selectors selectors;
  WatchBackoff backoff;
};

class Watcher {
 public:
  Watcher(Resource resource, std::string ns, Api& api, Tools tools, WatchSink& sink, WatcherOptions options);

  base::Task<> run();

  bool synced() const { return synced_; }
  base::Task<> wait_synced();
  const std::optional<base::Fault>& last_fault() const { return last_fault_; }
  base::SteadyTime last_contact() const { return last_contact_; }

 private:
  base::Task<> list(WatchCore::List page);
  base::Task<> watch(WatchCore::Watch from);
  std::optional<base::Fault> take_page(std::string body);
  bool take_line(std::string_view line);  // false: the stream is of no more use
  void cut(std::string_view why);
  void failed(base::Fault fault);
  void healthy();
  void undecodable(const Meta& identity, const base::Fault& fault);

  Resource resource_;
  std::string ns_;
  Api& api_;
  Tools tools_;
  WatchSink& sink_;
  WatcherOptions options_;
  WatchCore core_;
  base::Notify synced_changed_;
  bool synced_ = false;
  std::optional<base::Fault> last_fault_;
  base::SteadyTime last_contact_{};
  std::set<std::string> logged_undecodable_;
  prometheus::Counter& undecodable_;
  prometheus::Counter& relists_;
  prometheus::Counter& cuts_;
};

}  // namespace kube
