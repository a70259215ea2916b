#pragma once
// One open watch: the changes after a version, as lines of JSON, and what rules do to them.

#include <optional>
#include <string>

#include "http/transport.hpp"
#include "kube_double/server.hpp"

namespace kube_double {

class WatchStream final : public http::ByteStream {
 public:
  // Waits on this clock and executor; what time it is says the server's clock.
  WatchStream(Server& server, WatchOrder order, base::Clock& clock, boost::asio::any_io_executor executor);
  ~WatchStream() override;

  int status() const override { return 200; }
  const http::Headers& headers() const override { return headers_; }
  base::Task<base::Result<std::optional<std::string>>> next() override;

 private:
  std::string lines(Time now);  // all that is to be seen now and was not given yet
  void show(std::string& into, std::string_view type, const Object& object);
  Time seen_at(const Change& change);
  Time next_bookmark(Time now) const;
  Time wake_at() const;
  base::Task<> wait(Time until);

  Server& server_;
  base::Clock& clock_;
  base::Notify changed_;
  std::list<base::Notify*>::iterator place_;  // among the watchers
  WatchOrder order_;
  http::Headers headers_{{"content-type", "application/json"}};
  Version shown_;  // all changes up to it were given
  Time last_seen_at_{};
  std::optional<Time> pending_;  // when the next change that lags is seen
  Time ends_;                    // in good order
  std::optional<Time> cut_;
  Time bookmark_;
  bool last_bookmark_ = false;
  std::uint64_t count_ = 0;      // events given
  std::uint64_t end_after_ = 0;  // 0: no such bound
  std::uint64_t cut_after_ = 0;
  Span lag_{};
  bool repeat_ = false;
  bool over_ = false;
  bool torn_ = false;
};

}  // namespace kube_double
