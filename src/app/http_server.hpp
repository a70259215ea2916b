#pragma once
// A small HTTP server for GETs by probes and scrapers: /metrics, /healthz, /readyz.

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/options.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace app {

struct Page {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpServer {
 public:
  using Handler = std::function<Page()>;

  // Paths that are not in `pages` are 404. Faults with one line when the address can't be listened on.
  static base::Result<std::unique_ptr<HttpServer>> listen(boost::asio::any_io_executor executor,
                                                          const ListenAddress& address,
                                                          std::map<std::string, Handler> pages);
  ~HttpServer();

  // Serves until stopped; connections under way are then closed and joined.
  base::Task<> run();
  unsigned short port() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace app
