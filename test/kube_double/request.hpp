#pragma once
// A request to the double and its answer, without a network.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kube_double/faults.hpp"
#include "kube_double/resource.hpp"

namespace kube_double {

struct Request {
  std::string client;  // name of the transport
  std::string method;
  std::string url;  // server and path, or the path alone
  std::string content_type;
  std::string body;
};

// A watch that was granted: what a stream is to show.
struct WatchOrder {
  const Resource* resource = nullptr;
  std::string ns;           // empty: all
  Version from = 0;         // changes after it
  std::vector<Object> now;  // shown first, as added: for a watch that asked for no version
  bool bookmarks = false;
  std::optional<Version> expired;  // the version asked for is compacted: an ERROR event, then the end
  Span timeout{};
  std::vector<Rule> rules;
  std::uint64_t seed = 0;
};

struct Answer {
  enum class Fate { answered, hang, cut };  // cut: the connection ends without an answer
  Fate fate = Fate::answered;
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
  Span latency{};                   // to wait before the answer, or before the cut
  std::shared_ptr<Answer> later;    // takes effect at the end of the latency: then this is filled
  std::optional<WatchOrder> watch;  // instead of a body
};

}  // namespace kube_double
