#pragma once
// The process: builds every part by constructor, and owns the order of start and stop.

#include <boost/asio/io_context.hpp>

#include "app/options.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace app {

// Exit codes.
inline constexpr int kExitStopped = 0;
inline constexpr int kExitBug = 1;
inline constexpr int kExitConfiguration = 2;  // can't start as configured; one line of the log says why

// Runs until a stop: then what is on the wire is finished and 0 returned. Parts that can't be reached are
// waited for.
base::Task<int> run_operator(Options options, boost::asio::io_context& context, base::Clock& clock,
                             base::Logger& log);

}  // namespace app
