#include "app/operator.hpp"

#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <random>

#include "app/eip_reconciler.hpp"
#include "app/http_server.hpp"
#include "app/resync.hpp"
#include "app/wakeups.hpp"
#include "aws/credential_chain.hpp"
#include "aws/ec2_client.hpp"
#include "aws/region.hpp"
#include "base/scope.hpp"
#include "http/curl_transport.hpp"
#include "kube/config.hpp"
#include "kube/informer.hpp"
#include "kube/json.hpp"

namespace app {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;

int refuse(base::Logger& log, const Fault& fault) {
  log.error("can't start: " + fault.message);
  return kExitConfiguration;
}

std::function<double()> make_draw() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0.0, 1.0)(*engine); };
}

http::CurlOptions aws_transport_options(const aws::Environment& environment) {
  http::CurlOptions options;
  options.ca_file = environment.get("AWS_CA_BUNDLE");
  options.user_agent = aws::user_agent();
  // Emulators and AWS alike serve EC2 by HTTP/1.1.
  options.http2 = false;
  return options;
}

http::CurlOptions imds_transport_options() {
  http::CurlOptions options;
  options.proxy_from_environment = false;
  options.http2 = false;
  options.connect_timeout = std::chrono::milliseconds(1'000);
  return options;
}

Result<aws::ThrottleConfig> throttle_config(const Options& options) {
  aws::ThrottleConfig config;
  config.factor = options.ec2_rate_factor;
  for (const auto& [name, size] : options.ec2_rate_limits) {
    bool known = false;
    for (int i = 0; i < aws::kActions; ++i) {
      const auto action = static_cast<aws::Action>(i);
      if (aws::name_of(action) != name) continue;
      config.buckets[action] = {size.first, size.second};
      known = true;
    }
    if (!known)
      return Fault{FaultKind::invalid,
                   "",
                   "flag -ec2-rate-limits: the operator makes no call named " + name,
                   false,
                   {}};
  }
  return config;
}

Task<Result<std::string>> find_region(std::string flag, const aws::Environment& environment,
                                      aws::Imds& imds) {
  if (!flag.empty()) {
    if (!aws::valid_region(flag))
      co_return Fault{
          FaultKind::invalid, "", "flag -region: \"" + flag + "\" is no name of a region", false, {}};
    co_return flag;
  }
  auto from_environment = aws::region_from_environment(environment);
  if (!from_environment || !from_environment->empty()) co_return from_environment;
  auto from_imds = co_await aws::region_from_imds(imds);
  if (from_imds) co_return from_imds;
  co_return Fault{
      FaultKind::invalid,
      "",
      "no AWS region: set flag -region or AWS_REGION (instance metadata: " + from_imds.error().message + ")",
      false,
      {}};
}

// The uid of namespace kube-system: the cluster's identity that nobody has to choose.
Task<Result<std::string>> find_cluster(kube::Api& api, base::Clock& clock, base::Logger& log) {
  const kube::Resource namespaces{"", "v1", "namespaces", "Namespace", false};
  const kube::Key key{"", "kube-system"};
  bool said = false;
  while (true) {
    const auto text = co_await api.get(namespaces, key);
    if (text) {
      const auto document = kube::parse_json(*text);
      if (!document) co_return document.error();
      const auto meta = kube::read_meta(document->root());
      if (meta && !meta->uid.empty()) co_return meta->uid;
      co_return Fault{FaultKind::failed, "", "namespace kube-system has no uid", false, {}};
    }
    const Fault& fault = text.error();
    const bool may_pass = fault.kind == FaultKind::unavailable || fault.kind == FaultKind::timed_out ||
                          fault.kind == FaultKind::throttled;
    if (!may_pass)
      co_return Fault{FaultKind::denied,
                      fault.code,
                      "can't read namespace kube-system, whose uid names the cluster: " + fault.message +
                          " (grant get on it, or set flag -cluster-name)",
                      false,
                      {}};
    if (!said) log.warn("waiting for the Kubernetes API server", {{"error", fault.text()}});
    said = true;
    co_await clock.sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace

namespace {

// Everything that lives as long as the process, in the order in which it is built.
class Operator {
 public:
  Operator(Options options, kube::Config config, aws::ThrottleConfig throttle,
           boost::asio::io_context& context, base::Clock& clock, base::Logger& log)
      : options_(std::move(options)),
        executor_(context.get_executor()),
        clock_(clock),
        log_(log),
        environment_(aws::Environment::of_process()),
        throttle_(clock, metrics_, throttle),
        kube_transport_(executor_, config.transport),
        aws_transport_(executor_, aws_transport_options(environment_)),
        imds_transport_(executor_, imds_transport_options()),
        tools_{executor_, clock, log, metrics_, make_draw()},
        api_(kube_transport_, tools_, api_options(config)),
        eips_(eip_kind(), options_.ns, api_, tools_),
        pods_(kube::pod_kind(), options_.ns, api_, tools_),
        nodes_(kube::node_kind(), "", api_, tools_),
        queue_("eip", tools_),
        events_(api_, tools_, "k8s-aws-operator", host_name()),
        scope_(executor_) {}

  Task<int> run() {
    int code = kExitStopped;
    std::exception_ptr thrown;
    try {
      code = co_await live();
    } catch (...) {
      thrown = std::current_exception();
    }
    // A stopped coroutine throws at its next co_await, and this one has yet to end in order.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await unwind();
    if (thrown && !base::is_stop(thrown)) {
      log_.error("a bug ended the operator", {{"error", base::what_of(thrown)}});
      co_return kExitBug;
    }
    if (code == kExitStopped) log_.info("stopped");
    co_return code;
  }

 private:
  static kube::ApiOptions api_options(const kube::Config& config) {
    kube::ApiOptions options;
    options.server = config.server;
    options.token = config.token;
    return options;
  }

  static std::string host_name() {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name[0] ? name : "k8s-aws-operator";
  }

  Result<> serve(const ListenAddress& address, std::map<std::string, HttpServer::Handler> pages) {
    if (address.off) return {};
    auto server = HttpServer::listen(executor_, address, std::move(pages));
    if (!server) return server.error();
    servers_.push_back(std::move(*server));
    return {};
  }

  Task<int> live() {
    const auto served = serve(options_.health, {{"/healthz",
                                                 [] {
                                                   return Page{200, {}, "ok\n"};
                                                 }},
                                                {"/readyz", [this] { return ready_page(); }}});
    if (!served) co_return refuse(log_, served.error());
    const auto measured = serve(options_.metrics, {{"/metrics", [this] { return metrics_page(); }}});
    if (!measured) co_return refuse(log_, measured.error());
    for (const auto& server : servers_) scope_.spawn(server->run());

    const auto imds_config = aws::imds_config(environment_);
    if (!imds_config) co_return refuse(log_, imds_config.error());
    imds_ = std::make_unique<aws::Imds>(imds_transport_, clock_, *imds_config);
    auto region = co_await find_region(options_.region, environment_, *imds_);
    if (!region) co_return refuse(log_, region.error());
    const auto endpoints = aws::endpoints_for(*region, environment_);
    if (!endpoints) co_return refuse(log_, endpoints.error());

    settings_.cluster = options_.cluster_name;
    if (settings_.cluster.empty()) {
      auto cluster = co_await find_cluster(api_, clock_, log_);
      if (!cluster) co_return refuse(log_, cluster.error());
      settings_.cluster = std::move(*cluster);
    }
    settings_.default_tags = options_.default_tags;
    settings_.region = *region;
    settings_.settle = std::chrono::duration_cast<domain::Span>(options_.settle);
    build_aws(*endpoints);
    log_.info("k8s-aws-operator starts", {{"version", K8S_AWS_OPERATOR_VERSION},
                                          {"region", *region},
                                          {"cluster", settings_.cluster},
                                          {"ec2", endpoints->ec2}});
    co_await work();
    co_return kExitStopped;
  }

  void build_aws(const aws::Endpoints& endpoints) {
    credentials_ = std::make_unique<aws::CredentialCache>(
        executor_, clock_, log_, metrics_,
        aws::default_credentials(environment_, aws::read_file, aws_transport_, clock_, *imds_,
                                 endpoints.sts));
    aws::ChannelConfig config;
    config.region = settings_.region;
    config.ec2_endpoint = endpoints.ec2;
    config.sts_endpoint = endpoints.sts;
    config.draw = tools_.draw;
    channel_ = std::make_unique<aws::Channel>(aws_transport_, *credentials_, throttle_, clock_, log_,
                                              metrics_, config);
    ec2_ = std::make_unique<aws::Ec2Client>(executor_, clock_, *channel_, throttle_, metrics_);
    inventory_ = std::make_unique<Inventory>(*ec2_, clock_, settings_, options_.vpc_id);
    observer_ =
        std::make_unique<EipObserver>(eips_.store(), pods_.store(), nodes_.store(), *inventory_, settings_);
    performer_ = std::make_unique<EipPerformer>(*ec2_);
    publisher_ = std::make_unique<EipPublisher>(api_, eips_.store(), events_);
    reconciler_ = std::make_unique<EipReconciler>(
        EipReconciler::Parts{eips_.store(), *observer_, *inventory_, *performer_, *publisher_, queue_,
                             settings_, clock_, log_, metrics_, executor_});
    resync_ = std::make_unique<Resync>(*inventory_, *observer_, eips_.store(), queue_, clock_, log_, metrics_,
                                       std::chrono::duration_cast<base::Duration>(options_.resync));
    kube::ControllerOptions controller;
    controller.name = "eip";
    // Keys that wait for EC2's rate limits hold a place, and must not keep those of moved pods from theirs.
    controller.max_in_flight = 4096;
    controller_ = std::make_unique<kube::Controller>(queue_, *reconciler_, tools_, controller);
    wake_on_changes(eips_.store(), pods_.store(), nodes_.store(), *observer_, *reconciler_, queue_);
  }

  // Informers, then the controller, which starts with a whole view of Kubernetes.
  Task<> work() {
    scope_.spawn(eips_.run());
    scope_.spawn(pods_.run());
    scope_.spawn(nodes_.run());
    scope_.spawn(events_.run());
    co_await eips_.wait_synced();
    co_await pods_.wait_synced();
    co_await nodes_.wait_synced();
    // What a watch alone can tell (a pod is gone, say) is put right at once; the rest waits for the first
    // read of EC2.
    scope_.spawn(controller_->run());
    co_await resync_->once();
    working_ = true;
    scope_.spawn(resync_->run());
    co_await scope_.ended();
  }

  Task<> unwind() {
    scope_.stop();
    std::exception_ptr bug;
    try {
      co_await scope_.join();
    } catch (...) {
      bug = std::current_exception();
    }
    if (ec2_) co_await ec2_->stop();
    if (credentials_) co_await credentials_->stop();
    co_await aws_transport_.close();
    co_await imds_transport_.close();
    co_await kube_transport_.close();
    if (bug) std::rethrow_exception(bug);
  }

  Page ready_page() const {
    std::string missing;
    const auto need = [&](bool fine, const std::string& what) {
      if (!fine) missing += what + "\n";
    };
    const auto informer = [&](const char* kind, bool synced, const std::optional<Fault>& fault) {
      need(synced && !fault, std::string(kind) + ": " + (fault ? fault->text() : "not listed yet"));
    };
    informer("eips", eips_.synced(), eips_.last_fault());
    informer("pods", pods_.synced(), pods_.last_fault());
    informer("nodes", nodes_.synced(), nodes_.last_fault());
    const bool ec2 = resync_ && resync_->ever_succeeded() && !resync_->last_fault();
    need(ec2, "ec2: " + (resync_ && resync_->last_fault() ? resync_->last_fault()->text()
                                                          : std::string("not read yet")));
    need(working_, "not started yet");
    return missing.empty() ? Page{200, {}, "ok\n"} : Page{503, {}, missing};
  }

  Page metrics_page() {
    queue_.publish();
    return Page{200, "text/plain; version=0.0.4; charset=utf-8",
                prometheus::TextSerializer().Serialize(metrics_.registry().Collect())};
  }

  Options options_;
  boost::asio::any_io_executor executor_;
  base::Clock& clock_;
  base::Logger& log_;
  base::Metrics metrics_;
  aws::Environment environment_;
  aws::Throttle throttle_;
  http::CurlTransport kube_transport_;
  http::CurlTransport aws_transport_;
  http::CurlTransport imds_transport_;
  kube::Tools tools_;
  kube::Api api_;
  kube::Informer<EipObject> eips_;
  kube::Informer<kube::Pod> pods_;
  kube::Informer<kube::Node> nodes_;
  kube::WorkQueue queue_;
  kube::Events events_;
  domain::Settings settings_;
  std::vector<std::unique_ptr<HttpServer>> servers_;
  std::unique_ptr<aws::Imds> imds_;
  std::unique_ptr<aws::CredentialCache> credentials_;
  std::unique_ptr<aws::Channel> channel_;
  std::unique_ptr<aws::Ec2Client> ec2_;
  std::unique_ptr<Inventory> inventory_;
  std::unique_ptr<EipObserver> observer_;
  std::unique_ptr<EipPerformer> performer_;
  std::unique_ptr<EipPublisher> publisher_;
  std::unique_ptr<EipReconciler> reconciler_;
  std::unique_ptr<Resync> resync_;
  std::unique_ptr<kube::Controller> controller_;
  bool working_ = false;
  base::TaskScope scope_;  // last: its children use all the others
};

}  // namespace

Task<int> run_operator(Options options, boost::asio::io_context& context, base::Clock& clock,
                       base::Logger& log) {
  for (const auto& warning : options.warnings) log.warn(warning);
  auto throttle = throttle_config(options);
  if (!throttle) co_return refuse(log, throttle.error());
  kube::ConfigSources sources;
  sources.kubeconfig_flag = options.kubeconfig;
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  auto config = kube::load_config(sources, clock);
  if (!config) co_return refuse(log, config.error());
  Operator the_operator(std::move(options), std::move(*config), *throttle, context, clock, log);
  const int code = co_await the_operator.run();
  co_return code;
}

}  // namespace app
