#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>

#include "app/process.hpp"

int main(int argc, char** argv) {
  const auto options = app::parse_options({argv + 1, argv + argc});
  if (!options) {
    std::fprintf(stderr, "k8s-aws-operator: %s\n", options.error().message.c_str());
    return app::kExitConfiguration;
  }
  if (options->show_help) {
    std::fputs(app::help_text().c_str(), stdout);
    return 0;
  }
  if (options->show_version) {
    std::puts("k8s-aws-operator " K8S_AWS_OPERATOR_VERSION);
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);

  boost::asio::io_context context(1);
  base::SystemClock clock;
  base::Logger log(options->log_level, options->log_format);
  boost::asio::cancellation_signal stop;
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) stop.emit(boost::asio::cancellation_type::terminal);
  });
  int code = app::kExitBug;
  boost::asio::co_spawn(
      context, app::run_process(*options, context, clock, log),
      boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr thrown, int result) {
        if (!thrown) {
          code = result;
        } else if (base::is_stop(thrown)) {
          code = app::kExitStopped;
        } else {
          log.error("a bug ended the operator", {{"error", base::what_of(thrown)}});
        }
        signals.cancel();
      }));
  context.run();
  return code;
}
