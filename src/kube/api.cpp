#include "kube/api.hpp"

#include <algorithm>

#include "base/scope.hpp"
#include "http/url.hpp"
#include "kube/status.hpp"

namespace kube {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;

// As client-go labels it: with the port if the URL has one.
std::string host_of(std::string_view server) {
  if (const auto at = server.find("://"); at != std::string_view::npos) server.remove_prefix(at + 3);
  return std::string(server.substr(0, server.find('/')));
}

bool mutating(const http::Request& request) {
  return request.method != "GET";
}

// Whether the same request may be sent again now.
bool worth_another_try(const http::Request& request, const Fault& fault) {
  if (fault.kind == FaultKind::throttled) return true;  // it had no effect
  return !mutating(request) && (fault.kind == FaultKind::unavailable || fault.kind == FaultKind::timed_out);
}

// Reading has no effect, whatever became of the answer.
Fault unaffected(Fault fault) {
  fault.effect_possible = false;
  return fault;
}

// The body of an answer that is no stream.
Task<Result<std::string>> rest_of(http::ByteStream* stream) {
  constexpr std::size_t kMost = 64u << 10;
  std::string body;
  while (body.size() < kMost) {
    auto chunk = co_await stream->next();
    if (!chunk) co_return chunk.error();
    if (!*chunk) break;
    body += **chunk;
  }
  co_return body;
}

}  // namespace

class Api::Place {
 public:
  explicit Place(http::Gate& gate) : gate_(gate) {}
  Place(const Place&) = delete;
  ~Place() { gate_.leave(); }

 private:
  http::Gate& gate_;
};

Api::Api(http::Transport& transport, Tools tools, ApiOptions options)
    : transport_(transport),
      tools_(std::move(tools)),
      options_(std::move(options)),
      host_(host_of(options_.server)),
      places_(tools_.executor, options_.max_in_flight) {}

Api::Text Api::get(const Resource& resource, const Key& key) {
  return call(get_request(resource, key));
}

Api::Text Api::list_page(const Resource& resource, std::string_view ns, const ListOptions& options) {
  return call(list_request(resource, ns, options));
}

Api::Text Api::create(const Resource& resource, std::string_view ns, std::string body) {
  return call(create_request(resource, ns, std::move(body)));
}

Api::Text Api::patch(const Resource& resource, const Key& key, PatchType type, std::string body,
                     std::string_view subresource) {
  return call(patch_request(resource, key, type, std::move(body), subresource));
}

Task<Result<std::unique_ptr<http::ByteStream>>> Api::watch(const Resource& resource, std::string_view ns,
                                                           const WatchOptions& options) {
  return open(watch_request(resource, ns, options));
}

Api::Text Api::call(http::Request request) {
  request.url = http::join(options_.server, request.url);
  request.timeout = options_.timeout;
  bool token_reread = false;
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await exchange(request);
    if (answer && answer->status >= 200 && answer->status < 300) co_return std::move(answer->body);
    if (answer && answer->status == 401 && options_.token && !token_reread) {
      token_reread = true;
      options_.token->rejected();
      continue;
    }
    auto fault = answer ? fault_of(*answer, mutating(request)) : std::move(answer).error();
    const bool patient = !fault.retry_after || *fault.retry_after <= options_.retry_after_cap;
    if (attempt >= options_.attempts || !patient || !worth_another_try(request, fault)) co_return fault;
    const auto delay = std::max(base::next_delay(options_.backoff, attempt, tools_.draw()),
                                fault.retry_after.value_or(std::chrono::milliseconds(0)));
    co_await tools_.clock.sleep_for(delay);
  }
}

Task<Result<http::Response>> Api::exchange(http::Request request) {
  const auto method = request.method;
  const auto authorized = co_await authorize(request);
  if (!authorized) co_return authorized.error();
  co_await places_.enter();
  const Place place(places_);
  auto answer = co_await transport_.send(std::move(request));
  if (!answer && method == "GET") answer = Result<http::Response>(unaffected(std::move(answer).error()));
  count(method, answer ? std::to_string(answer->status) : "<error>");
  co_return answer;
}

Task<Result<std::unique_ptr<http::ByteStream>>> Api::open(http::Request request) {
  request.url = http::join(options_.server, request.url);
  request.timeout = options_.timeout;
  for (bool token_reread = false;; token_reread = true) {
    auto attempt = request;
    const auto authorized = co_await authorize(attempt);
    if (!authorized) co_return authorized.error();
    co_await places_.enter();
    std::optional<Place> place(places_);
    auto stream = co_await transport_.open(std::move(attempt));
    place.reset();
    count(request.method, stream ? std::to_string((*stream)->status()) : "<error>");
    if (!stream) co_return unaffected(std::move(stream).error());
    http::Response refusal;
    refusal.status = (*stream)->status();
    if (refusal.status >= 200 && refusal.status < 300) co_return stream;
    if (refusal.status == 401 && options_.token && !token_reread) {
      options_.token->rejected();
      continue;
    }
    refusal.headers = (*stream)->headers();
    auto body = co_await base::with_deadline(tools_.clock, tools_.clock.now() + options_.timeout,
                                             rest_of(stream->get()));
    if (body && *body) refusal.body = std::move(**body);
    co_return fault_of(refusal, false);
  }
}

Task<Result<>> Api::authorize(http::Request& request) {
  request.headers.emplace_back("User-Agent", options_.user_agent);
  if (!options_.token) co_return Result<>();
  auto token = co_await options_.token->token();
  if (!token) co_return std::move(token).error();
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  co_return Result<>();
}

void Api::count(const std::string& method, const std::string& code) {
  auto& counter = requests_[{method, code}];
  if (counter == nullptr)
    counter = &tools_.metrics.counter("rest_client_requests_total", "Requests to the Kubernetes API server",
                                      {{"code", code}, {"method", method}, {"host", host_}});
  counter->Increment();
}

}  // namespace kube
