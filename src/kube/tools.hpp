#pragma once
// What the long-lived parts of this room are built with. References outlive them all.

#include <boost/asio/any_io_executor.hpp>
#include <functional>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

namespace kube {

struct Tools {
  boost::asio::any_io_executor executor;
  base::Clock& clock;
  base::Logger& log;
  base::Metrics& metrics;
  std::function<double()> draw;  // uniform in [0, 1), for jitter
};

}  // namespace kube
