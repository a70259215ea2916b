#pragma once
// A double as the transport of tests in one process: what a server and a network would do, without them.
//
// Promises: a request takes effect when it is sent, with the clock's wall time as the double's; what the
// double wants to wait is slept on the clock, within the request's own timeout. Faults are those of
// http::CurlTransport in the same case, and say that an effect is possible even where a rule kept it from
// happening: the client can't know. A stop withdraws the request, not its effect. There are no streams.

#include "base/clock.hpp"
#include "ec2_double/double.hpp"
#include "http/transport.hpp"

namespace ec2_double {

// The request as it reaches the double: with the headers that signing adds. The signature itself is not
// checked, so there is none.
Request signed_request(const http::Request& request, Time now);
// What the client gets of an answer that did not hang, after its latency.
base::Result<http::Response> response_of(const Answer& answer);

class DoubleTransport final : public http::Transport {
 public:
  DoubleTransport(Double& ec2, base::Clock& clock) : ec2_(ec2), clock_(clock) {}

  base::Task<base::Result<http::Response>> send(http::Request request) override;
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request) override;

 private:
  Double& ec2_;
  base::Clock& clock_;
};

}  // namespace ec2_double
