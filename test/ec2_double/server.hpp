#pragma once
// The double over HTTP, on the real clock: EC2 and STS at POST /, instance metadata under /latest/, and the
// control interface under /_double/ (control.hpp). One thread; connections are kept alive and do not wait for
// each other.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "ec2_double/double.hpp"

namespace ec2_double {

class Server {
 public:
  // Listens on the loopback interface; port 0 takes a free one. Throws boost::system::system_error if it
  // can't. Serves while the context runs; an exception out of that run is a bug of the double.
  Server(boost::asio::io_context& context, unsigned short port, World initial);

  unsigned short port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  const World initial_;
  Double ec2_;
};

}  // namespace ec2_double
