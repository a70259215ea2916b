#pragma once
// The operator as a process: with the real network, files and environment.

#include <boost/asio/io_context.hpp>

#include "app/operator.hpp"

namespace app {

// Runs until a stop; returns an exit code of operator.hpp.
base::Task<int> run_process(Options options, boost::asio::io_context& context, base::Clock& clock,
                            base::Logger& log);

}  // namespace app
