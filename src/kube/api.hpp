#pragma once
// Verbs on resources of one API server, as JSON text in and out.
//
// Promises: at most `max_in_flight` requests at once (a watch holds its place only until it is open); reads
// are tried again when the server can't answer; every verb is tried again when it is throttled (429, after
// Retry-After), since the server then did nothing; other writes are tried once, and a lost answer is a fault
// with effect_possible. A 401 has the token read afresh and is tried once more. A stop withdraws the request:
// shield a write that must be known. Metric: rest_client_requests_total{code,method,host}, as client-go
// counts; code "<error>" when no answer came.

#include <map>
#include <memory>
#include <string>

#include "base/backoff.hpp"
#include "base/result.hpp"
#include "http/gate.hpp"
#include "http/transport.hpp"
#include "kube/request.hpp"
#include "kube/token.hpp"
#include "kube/tools.hpp"

namespace kube {

struct ApiOptions {
  std::string server;                  // Config::server
  std::shared_ptr<TokenSource> token;  // Config::token
  std::string user_agent = "k8s-aws-operator";
  int max_in_flight = 16;  // measured: more gains nothing and only lengthens the wait
  int attempts = 5;        // of a request in all
  base::Backoff backoff{};
  std::chrono::milliseconds timeout{30'000};  // of one attempt
  std::chrono::seconds retry_after_cap{60};   // a longer wish of the server is not waited for
};

class Api {
 public:
  using Text = base::Task<base::Result<std::string>>;

  Api(http::Transport& transport, Tools tools, ApiOptions options);
  Api(const Api&) = delete;

  // The arguments are read before the task starts: it outlives them.
  Text get(const Resource& resource, const Key& key);
  Text list_page(const Resource& resource, std::string_view ns, const ListOptions& options);  // ns empty: all
  Text create(const Resource& resource, std::string_view ns, std::string body);
  Text patch(const Resource& resource, const Key& key, PatchType type, std::string body,
             std::string_view subresource = {});

  // Until the answer's headers are there; refusals are faults. Not tried again: the watcher does that.
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> watch(const Resource& resource,
                                                                    std::string_view ns,
                                                                    const WatchOptions& options);

 private:
  class Place;

  Text call(http::Request request);
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request);
  base::Task<base::Result<http::Response>> exchange(http::Request request);
  base::Task<base::Result<>> authorize(http::Request& request);
  void count(const std::string& method, const std::string& code);

  http::Transport& transport_;
  Tools tools_;
  ApiOptions options_;
  std::string host_;
  http::Gate places_;
  std::map<std::pair<std::string, std::string>, prometheus::Counter*> requests_;
};

}  // namespace kube
