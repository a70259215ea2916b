#pragma once
// Transport by libcurl's multi interface, driven by the Asio thread that it was made on. One set of
// HTTP/1.1 connections, shared by requests and streams.
//
// Promises: a request's own timeout covers all of it, waiting for a place too; when one runs out,
// connections from which nothing came for as long are shut down with its own (what a frozen peer holds,
// nothing else heals). A signed request is put on the wire at most once: curl's silent second try on another
// connection is refused, since the first may have had its effect. Headers, bodies and keys are never logged.
// Faults: see Transport; the message says what a person can act on (unknown CA, expired certificate, refused,
// no such name). A stop withdraws the request at any await. Await close() before the transport and its
// io_context end: it ends every transfer with a fault.

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "http/curl_options.hpp"
#include "http/transport.hpp"

namespace http {

class CurlDriver;

class CurlTransport final : public Transport {
 public:
  CurlTransport(boost::asio::any_io_executor executor, CurlOptions options);
  ~CurlTransport() override;

  base::Task<base::Result<Response>> send(Request request) override;
  base::Task<base::Result<std::unique_ptr<ByteStream>>> open(Request request) override;
  base::Task<> close();

 private:
  std::shared_ptr<CurlDriver> driver_;
};

}  // namespace http
