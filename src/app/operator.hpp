#pragma once
// The operator: builds every part by constructor, and owns the order of start and stop.

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "app/options.hpp"
#include "aws/environment.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/transport.hpp"
#include "kube/api.hpp"

namespace app {

// Exit codes.
inline constexpr int kExitStopped = 0;
inline constexpr int kExitBug = 1;
inline constexpr int kExitConfiguration = 2;  // can't start as configured; one line of the log says why

// All that is outside of the operator. It outlives the operator.
struct Surroundings {
  boost::asio::any_io_executor executor;
  base::Clock& clock;
  base::Logger& log;
  http::Transport& kube;
  http::Transport& aws;
  http::Transport& imds;
  kube::ApiOptions api;
  aws::Environment environment;
  aws::ReadFile read_file;
  std::string host_name;         // who reports the Events
  std::function<double()> draw;  // uniform in [0, 1), for jitter
};

class Operator {
 public:
  Operator(Options options, Surroundings surroundings);
  ~Operator();

  // Until a stop: then what is on the wire is finished and kExitStopped returned. Parts that can't be reached
  // are waited for. To be run once, and to its end before the destruction.
  base::Task<int> run();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace app
