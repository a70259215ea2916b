#include "app/operator.hpp"

#include <prometheus/text_serializer.h>

#include "app/association_reconciler.hpp"
#include "app/http_server.hpp"
#include "app/kind_parts.hpp"
#include "app/resync.hpp"
#include "app/startup.hpp"
#include "app/wakeups.hpp"
#include "aws/credential_chain.hpp"
#include "aws/ec2_client.hpp"
#include "aws/region.hpp"
#include "base/scope.hpp"
#include "kube/informer.hpp"

namespace app {
namespace {

using base::Fault;
using base::Result;
using base::Task;

int refuse(base::Logger& log, const Fault& fault) {
  log.error("can't start: " + fault.message);
  return kExitConfiguration;
}

}  // namespace

// Everything that lives as long as the operator, in the order in which it is built.
class Operator::Parts {
 public:
  Parts(Options options, Surroundings around)
      : options_(std::move(options)),
        around_(std::move(around)),
        executor_(around_.executor),
        clock_(around_.clock),
        log_(around_.log),
        tools_{executor_, clock_, log_, metrics_, around_.draw},
        api_(around_.kube, tools_, around_.api),
        eips_(options_.ns, api_, tools_),
        enis_(options_.ns, api_, tools_),
        associations_(association_kind(), options_.ns, api_, tools_),
        pods_(kube::pod_kind(), options_.ns, api_, tools_),
        nodes_(kube::node_kind(), "", api_, tools_),
        stores_{eips_.store(), enis_.store(), associations_.store(), pods_.store(), nodes_.store()},
        wishes_(eips_.store(), associations_.store()),
        association_queue_("eipassociation", tools_),
        events_(api_, tools_, "k8s-aws-operator", around_.host_name),
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
    const std::exception_ptr bug = co_await unwind();
    if (bug) thrown = bug;
    if (thrown && !base::is_stop(thrown)) {
      log_.error("a bug ended the operator", {{"error", base::what_of(thrown)}});
      co_return kExitBug;
    }
    if (code == kExitStopped) log_.info("stopped");
    co_return code;
  }

 private:
  Result<> serve(const ListenAddress& address, std::map<std::string, HttpServer::Handler> pages) {
    if (address.off) return {};
    auto server = HttpServer::listen(executor_, address, std::move(pages));
    if (!server) return server.error();
    servers_.push_back(std::move(*server));
    return {};
  }

  Task<int> live() {
    const auto throttle = throttle_config(options_);
    if (!throttle) co_return refuse(log_, throttle.error());
    throttle_ = std::make_unique<aws::Throttle>(clock_, metrics_, *throttle);
    const auto served = serve(options_.health, {{"/healthz",
                                                 [] {
                                                   return Page{200, {}, "ok\n"};
                                                 }},
                                                {"/readyz", [this] { return ready_page(); }}});
    if (!served) co_return refuse(log_, served.error());
    const auto measured = serve(options_.metrics, {{"/metrics", [this] { return metrics_page(); }}});
    if (!measured) co_return refuse(log_, measured.error());
    for (const auto& server : servers_) scope_.spawn(server->run());

    const auto imds_config = aws::imds_config(around_.environment);
    if (!imds_config) co_return refuse(log_, imds_config.error());
    imds_ = std::make_unique<aws::Imds>(around_.imds, clock_, *imds_config);
    auto region = co_await find_region(options_.region, around_.environment, *imds_);
    if (!region) co_return refuse(log_, region.error());
    const auto endpoints = aws::endpoints_for(*region, around_.environment);
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
        aws::default_credentials(around_.environment, around_.read_file, around_.aws, clock_, *imds_,
                                 endpoints.sts));
    aws::ChannelConfig config;
    config.region = settings_.region;
    config.ec2_endpoint = endpoints.ec2;
    config.sts_endpoint = endpoints.sts;
    config.draw = tools_.draw;
    channel_ = std::make_unique<aws::Channel>(around_.aws, *credentials_, *throttle_, clock_, log_, metrics_,
                                              config);
    ec2_ = std::make_unique<aws::Ec2Client>(executor_, clock_, *channel_, *throttle_, metrics_);
    inventory_ = std::make_unique<Inventory>(*ec2_, clock_, settings_, options_.vpc_id);
    eni_inventory_ = std::make_unique<EniInventory>(*ec2_, *inventory_, settings_);
    eip_observer_ = std::make_unique<EipObserver>(stores_, wishes_, *inventory_, settings_);
    eni_observer_ =
        std::make_unique<EniObserver>(stores_, *eip_observer_, *eni_inventory_, *inventory_, settings_);
    eips_.build(*eip_observer_, *inventory_, *ec2_, events_, settings_);
    enis_.build(*eni_observer_, *eni_inventory_, *ec2_, events_, settings_);
    wake_eips(stores_, wishes_, *eip_observer_, eips_.reconciler(), eips_.queue());
    wake_enis(stores_, wishes_, *eni_observer_, enis_.reconciler(), enis_.queue());
    build_associations();
    std::vector<Resync::Part> parts;
    parts.push_back(
        {[this] { return inventory_->refresh(eip_observer_->allocation_ids(), eip_observer_->instances()); },
         [this] { eips_.wake_all(); }});
    parts.push_back({[this] { return eni_inventory_->refresh(eni_observer_->interface_ids()); },
                     [this] { enis_.wake_all(); }});
    resync_ = std::make_unique<Resync>(*inventory_, std::move(parts), clock_, log_, metrics_,
                                       std::chrono::duration_cast<base::Duration>(options_.resync));
  }

  void build_associations() {
    association_publisher_ =
        std::make_unique<ObjectPublisher<AssociationKind>>(api_, associations_.store(), events_);
    association_reconciler_ = std::make_unique<AssociationReconciler>(
        AssociationReconciler::Parts{associations_.store(), eips_.store(), wishes_, *association_publisher_,
                                     eips_.publisher(), clock_, log_});
    kube::ControllerOptions controller;
    controller.name = "eipassociation";
    association_controller_ =
        std::make_unique<kube::Controller>(association_queue_, *association_reconciler_, tools_, controller);
    wake_associations(stores_, wishes_, association_queue_);
  }

  // Informers, then the controllers, which start with a whole view of Kubernetes.
  Task<> work() {
    scope_.spawn(eips_.informer().run());
    scope_.spawn(enis_.informer().run());
    scope_.spawn(associations_.run());
    scope_.spawn(pods_.run());
    scope_.spawn(nodes_.run());
    scope_.spawn(events_.run());
    co_await eips_.informer().wait_synced();
    co_await enis_.informer().wait_synced();
    co_await associations_.wait_synced();
    co_await pods_.wait_synced();
    co_await nodes_.wait_synced();
    // What a watch alone can tell (a pod is gone, say) is put right at once; the rest waits for the first
    // read of EC2.
    scope_.spawn(eips_.controller().run());
    scope_.spawn(enis_.controller().run());
    scope_.spawn(association_controller_->run());
    co_await resync_->once();
    working_ = true;
    scope_.spawn(resync_->run());
    co_await scope_.ended();
  }

  // What a child threw, if it was no stop.
  Task<std::exception_ptr> unwind() {
    std::exception_ptr bug;
    scope_.stop();
    try {
      co_await scope_.join();
    } catch (...) {
      bug = std::current_exception();
    }
    if (ec2_) co_await ec2_->stop();
    if (credentials_) co_await credentials_->stop();
    co_return bug;
  }

  Page ready_page() const {
    std::string missing;
    const auto need = [&](bool fine, const std::string& what) {
      if (!fine) missing += what + "\n";
    };
    const auto follows = [&](const auto& informer) {
      const auto& fault = informer.last_fault();
      need(informer.synced() && !fault,
           informer.kind().plural + ": " + (fault ? fault->text() : "not listed yet"));
    };
    follows(eips_.informer());
    follows(enis_.informer());
    follows(associations_);
    follows(pods_);
    follows(nodes_);
    const bool ec2 = resync_ && resync_->ever_succeeded() && !resync_->last_fault();
    need(ec2, "ec2: " + (resync_ && resync_->last_fault() ? resync_->last_fault()->text()
                                                          : std::string("not read yet")));
    need(working_, "not started yet");
    return missing.empty() ? Page{200, {}, "ok\n"} : Page{503, {}, missing};
  }

  Page metrics_page() {
    eips_.queue().publish();
    enis_.queue().publish();
    association_queue_.publish();
    return Page{200, "text/plain; version=0.0.4; charset=utf-8",
                prometheus::TextSerializer().Serialize(metrics_.registry().Collect())};
  }

  Options options_;
  Surroundings around_;
  boost::asio::any_io_executor executor_;
  base::Clock& clock_;
  base::Logger& log_;
  base::Metrics metrics_;
  kube::Tools tools_;
  kube::Api api_;
  KindParts<EipKind> eips_;
  KindParts<EniKind> enis_;
  kube::Informer<AssociationObject> associations_;
  kube::Informer<kube::Pod> pods_;
  kube::Informer<kube::Node> nodes_;
  Stores stores_;
  Wishes wishes_;
  kube::WorkQueue association_queue_;
  kube::Events events_;
  domain::Settings settings_;
  std::vector<std::unique_ptr<HttpServer>> servers_;
  std::unique_ptr<aws::Throttle> throttle_;
  std::unique_ptr<aws::Imds> imds_;
  std::unique_ptr<aws::CredentialCache> credentials_;
  std::unique_ptr<aws::Channel> channel_;
  std::unique_ptr<aws::Ec2Client> ec2_;
  std::unique_ptr<Inventory> inventory_;
  std::unique_ptr<EniInventory> eni_inventory_;
  std::unique_ptr<EipObserver> eip_observer_;
  std::unique_ptr<EniObserver> eni_observer_;
  std::unique_ptr<Resync> resync_;
  std::unique_ptr<ObjectPublisher<AssociationKind>> association_publisher_;
  std::unique_ptr<AssociationReconciler> association_reconciler_;
  std::unique_ptr<kube::Controller> association_controller_;
  bool working_ = false;
  base::TaskScope scope_;  // last: its children use all the others
};

Operator::Operator(Options options, Surroundings surroundings)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(surroundings))) {}

Operator::~Operator() = default;

Task<int> Operator::run() {
  return parts_->run();
}

}  // namespace app
