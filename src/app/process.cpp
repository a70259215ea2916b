#include "app/process.hpp"

#include <unistd.h>

#include <cstdlib>
#include <random>

#include "aws/channel.hpp"
#include "http/curl_transport.hpp"
#include "kube/config.hpp"

namespace app {
namespace {

std::function<double()> make_draw() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0.0, 1.0)(*engine); };
}

http::CurlOptions aws_transport_options(const aws::Environment& environment) {
  http::CurlOptions options;
  options.ca_file = environment.get("AWS_CA_BUNDLE");
  options.user_agent = aws::user_agent();
  return options;
}

http::CurlOptions imds_transport_options() {
  http::CurlOptions options;
  options.proxy_from_environment = false;
  options.connect_timeout = std::chrono::milliseconds(1'000);
  return options;
}

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name[0] ? name : "k8s-aws-operator";
}

}  // namespace

base::Task<int> run_process(Options options, boost::asio::io_context& context, base::Clock& clock,
                            base::Logger& log) {
  for (const auto& warning : options.warnings) log.warn(warning);
  kube::ConfigSources sources;
  sources.kubeconfig_flag = options.kubeconfig;
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  const auto config = kube::load_config(sources, clock);
  if (!config) {
    log.error("can't start: " + config.error().message);
    co_return kExitConfiguration;
  }
  const auto executor = context.get_executor();
  const auto environment = aws::Environment::of_process();
  http::CurlTransport kube(executor, config->transport);
  http::CurlTransport aws(executor, aws_transport_options(environment));
  http::CurlTransport imds(executor, imds_transport_options());
  kube::ApiOptions api;
  api.server = config->server;
  api.token = config->token;
  int code = kExitBug;
  {
    Operator the_operator(std::move(options), {executor, clock, log, kube, aws, imds, std::move(api),
                                               environment, aws::read_file, host_name(), make_draw()});
    code = co_await the_operator.run();
  }
  // A stopped coroutine throws at its next co_await, and this one has yet to end in order.
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await aws.close();
  co_await imds.close();
  co_await kube.close();
  co_return code;
}

}  // namespace app
