#pragma once
// libcurl's multi handle on an Asio thread: sockets and the timer, nothing of requests.
//
// curl's callbacks only record and arm waits; no curl call is made inside one. One stream_descriptor stands
// for each of curl's sockets; curl owns the descriptor and says REMOVE before it closes it, so it is released
// there. Shared by the transport, every transfer and every wait that is armed, so that none outlives it.

#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <map>
#include <memory>

#include "base/clock.hpp"
#include "http/curl_options.hpp"
#include "http/gate.hpp"

namespace http {

class CurlTransfer;

class CurlDriver : public std::enable_shared_from_this<CurlDriver> {
 public:
  CurlDriver(boost::asio::any_io_executor executor, CurlOptions options);
  CurlDriver(const CurlDriver&) = delete;
  ~CurlDriver();

  const CurlOptions& options() const { return options_; }
  boost::asio::any_io_executor executor() const { return executor_; }
  bool closed() const { return multi_ == nullptr; }

  void add(CurlTransfer& transfer);     // its easy handle is ready to go
  void remove(CurlTransfer& transfer);  // harmless if it is not there

  Gate& places() { return places_; }  // max_in_flight of them; close() closes the gate

  // A request ran out of time: the peer, or the way to it, may be frozen, and connections from which nothing
  // came for `silence` with it. Each is shut down, which ends what is on it at once; a quiet watch resumes.
  void suspect(base::Duration silence);

  // Ends every transfer with a fault and closes all connections.
  void close();

 private:
  struct Socket;

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int on_timer(CURLM*, long timeout_ms, void* self);
  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t fd);

  void arm(const std::shared_ptr<Socket>& socket);
  void wait_for(const std::shared_ptr<Socket>& socket, bool input);
  void act(curl_socket_t fd, int events);
  friend class CurlTransfer;

  boost::asio::any_io_executor executor_;
  CurlOptions options_;
  CURLM* multi_ = nullptr;
  boost::asio::steady_timer timer_;
  unsigned timer_round_ = 0;
  std::map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
  std::map<curl_socket_t, base::SteadyTime> last_input_;  // of connections, not of curl's own wake-up pairs
  std::list<CurlTransfer*> transfers_;
  Gate places_;
};

}  // namespace http
