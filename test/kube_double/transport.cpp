#include "kube_double/transport.hpp"

#include <curl/curl.h>

#include "http/curl_faults.hpp"
#include "kube_double/watch_stream.hpp"

namespace kube_double {
namespace {

using base::Result;
using base::Task;

base::Fault fault(int curl_code) {
  return http::fault_of({.code = curl_code,
                         .place = "the double",
                         .detail = {},
                         .verify_result = 0,
                         .os_error = 0,
                         .maybe_sent = true});
}

http::Headers headers_of(const Answer& answer) {
  http::Headers headers{{"content-type", answer.content_type}};
  if (answer.retry_after) headers.emplace_back("retry-after", std::to_string(answer.retry_after->count()));
  return headers;
}

// An answer that is no watch, read as a stream.
class Body final : public http::ByteStream {
 public:
  explicit Body(Answer answer) : answer_(std::move(answer)), headers_(headers_of(answer_)) {}
  int status() const override { return answer_.status; }
  const http::Headers& headers() const override { return headers_; }
  Task<Result<std::optional<std::string>>> next() override {
    std::optional<std::string> bytes;
    if (!answer_.body.empty()) bytes = std::exchange(answer_.body, {});
    co_return bytes;
  }

 private:
  Answer answer_;
  http::Headers headers_;
};

}  // namespace

Result<http::Response> response_of(const Answer& answer) {
  if (answer.fate == Answer::Fate::cut) return fault(CURLE_GOT_NOTHING);
  if (answer.watch)
    return base::Fault{base::FaultKind::invalid, "a stream", "a watch is opened as a stream", false, {}};
  return http::Response{answer.status, headers_of(answer), answer.body};
}

std::unique_ptr<http::ByteStream> stream_of(Server& server, Answer answer, base::Clock& clock,
                                            boost::asio::any_io_executor executor) {
  if (answer.watch)
    return std::make_unique<WatchStream>(server, std::move(*answer.watch), clock, std::move(executor));
  return std::make_unique<Body>(std::move(answer));
}

Task<Result<Answer>> ServerTransport::exchange(http::Request request) {
  Request asked{client_, request.method, request.url, {}, std::move(request.body)};
  for (const auto& [name, value] : request.headers)
    if (name == "Content-Type" || name == "content-type") asked.content_type = value;
  auto answer = server_.handle(asked);
  if (answer.fate == Answer::Fate::hang || answer.latency >= request.timeout) {
    co_await server_.clock().sleep_for(request.timeout);
    co_return fault(CURLE_OPERATION_TIMEDOUT);
  }
  if (answer.latency > Span()) co_await server_.clock().sleep_for(answer.latency);
  if (answer.later) {
    server_.settle();
    const auto ran = answer.later;
    answer = *ran;
  }
  if (answer.fate == Answer::Fate::cut) co_return fault(CURLE_GOT_NOTHING);
  co_return answer;
}

Task<Result<http::Response>> ServerTransport::send(http::Request request) {
  auto answer = co_await exchange(std::move(request));
  if (!answer) co_return std::move(answer).error();
  co_return response_of(*answer);
}

Task<Result<std::unique_ptr<http::ByteStream>>> ServerTransport::open(http::Request request) {
  auto answer = co_await exchange(std::move(request));
  if (!answer) co_return std::move(answer).error();
  co_return stream_of(server_, std::move(*answer), server_.clock(), server_.executor());
}

}  // namespace kube_double
