#pragma once
// The server as the transport of tests in one process: what a network would do, without one.
//
// Promises: a request takes effect when it is sent (unless a rule makes it late); what is to be waited is
// slept on the clock, within the request's own timeout. Faults are those of http::CurlTransport in the same
// case, and say that an effect is possible even where a rule kept it from happening: the client can't know. A
// stop withdraws the request, not its effect. `client` names it for rules and in Server::requests; several
// transports may share a server.

#include <string>

#include "http/transport.hpp"
#include "kube_double/server.hpp"

namespace kube_double {

// What the client gets of an answer that did not hang, after its latency.
base::Result<http::Response> response_of(const Answer& answer);
// The same as a stream, as a rule a watch: it waits on this clock and executor.
std::unique_ptr<http::ByteStream> stream_of(Server& server, Answer answer, base::Clock& clock,
                                            boost::asio::any_io_executor executor);

class ServerTransport final : public http::Transport {
 public:
  ServerTransport(Server& server, std::string client) : server_(server), client_(std::move(client)) {}

  base::Task<base::Result<http::Response>> send(http::Request request) override;
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request) override;

 private:
  base::Task<base::Result<Answer>> exchange(http::Request request);

  Server& server_;
  std::string client_;
};

}  // namespace kube_double
