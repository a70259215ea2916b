#pragma once
// A transport without a network: a function answers each request, at once or after some time of the test's
// clock.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "http/transport.hpp"

namespace fakes {

class FakeTransport final : public http::Transport {
 public:
  struct Reply {
    base::Result<http::Response> result;
    base::Duration after{};
  };
  static constexpr base::Duration kNever = std::chrono::hours(1000);

  explicit FakeTransport(base::Clock& clock) : clock_(clock) {}

  std::function<Reply(const http::Request&)> on_request = [](const http::Request&) {
    return Reply{http::Response{}};
  };
  std::vector<http::Request> requests;  // all that were sent, in order
  int in_flight = 0;
  int withdrawn = 0;  // by a stop or a deadline

  base::Task<base::Result<http::Response>> send(http::Request request) override {
    auto reply = on_request(request);
    requests.push_back(std::move(request));
    struct Flight {
      FakeTransport& transport;
      bool done = false;
      ~Flight() {
        --transport.in_flight;
        if (!done) ++transport.withdrawn;
      }
    } flight{*this};
    ++in_flight;
    co_await clock_.sleep_for(reply.after);
    flight.done = true;
    co_return std::move(reply.result);
  }

  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request) override {
    base::Fault fault;
    fault.message = "the fake transport has no streams";
    co_return fault;
  }

 private:
  base::Clock& clock_;
};

inline FakeTransport::Reply answer(int status, std::string body, http::Headers headers = {}) {
  return {http::Response{status, std::move(headers), std::move(body)}};
}

inline FakeTransport::Reply no_answer(base::FaultKind kind, bool effect_possible) {
  base::Fault fault;
  fault.kind = kind;
  fault.code = "fake";
  fault.message = "no answer";
  fault.effect_possible = effect_possible;
  return {std::move(fault)};
}

inline FakeTransport::Reply after(base::Duration span, FakeTransport::Reply reply) {
  reply.after = span;
  return reply;
}

}  // namespace fakes
