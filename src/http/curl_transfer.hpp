#pragma once
// One request on its way: an easy handle, what came back so far, and the wait for more. Freed on every way
// out; its destructor takes the handle from the driver first.

#include <curl/curl.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/curl_driver.hpp"
#include "http/message.hpp"

namespace http {

class CurlTransfer {
 public:
  // Takes over a place that the driver gave. `limit`: most bytes of body held here.
  CurlTransfer(std::shared_ptr<CurlDriver> driver, Request request, std::size_t limit);
  CurlTransfer(const CurlTransfer&) = delete;
  ~CurlTransfer();

  CURL* easy() const { return easy_; }
  void start() { driver_->add(*this); }

  // Called by the driver.
  void finished(CURLcode code);
  void closed();

  // Returns when something came or `deadline` has passed; ask the state below. A stop unwinds.
  base::Task<> wait(base::SteadyTime deadline);
  bool done() const { return done_; }
  bool headers_complete() const { return headers_complete_; }
  std::string& body() { return body_; }
  Headers& headers() { return headers_; }
  int status() const { return status_; }

  // After done(): nothing if all went well. `too_large` says which bound was passed.
  std::optional<base::Fault> fault(std::string_view too_large) const;
  // After a deadline: the fault, and connections suspected.
  base::Fault timed_out();

 private:
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_before_send(void* self, char*, char*, int, int);

  void set_up();
  void set_tls();
  void set_target();
  void set_body();
  void add_header(const std::string& line);

  std::shared_ptr<CurlDriver> driver_;
  Request request_;
  std::size_t limit_;
  std::string place_;  // host:port, for messages
  CURL* easy_ = nullptr;
  curl_slist* sent_headers_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  char error_[CURL_ERROR_SIZE] = {};
  boost::asio::steady_timer changed_;
  int tries_ = 0;  // how often curl was about to put it on the wire
  int status_ = 0;
  bool headers_complete_ = false;
  bool done_ = false;
  bool overflow_ = false;
  bool closed_ = false;
  CURLcode code_ = CURLE_OK;
  Headers headers_;
  std::string body_;
};

}  // namespace http
