#include "kube_double/contract/stage.hpp"

#include <cstdlib>

#include "fakes/manual_clock.hpp"
#include "http/curl_transport.hpp"
#include "kube/config.hpp"
#include "kube_double/transport.hpp"

namespace kube_double {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;
// Three times what contract.py has etcd compacted in: once is noted what is compacted the next time.
constexpr auto kCompaction = 6s;

class OnTheDouble final : public Stage {
 public:
  http::Transport& transport() override { return wire_; }
  base::Clock& clock() override { return clock_; }
  std::string server() const override { return "https://the.double:6443"; }
  void pass() override { clock_.advance(100ms); }
  void compact() override { server_.compact(); }

 private:
  fakes::ManualClock clock_{context};
  Server server_{clock_, context.get_executor()};
  ServerTransport wire_{server_, "contract"};
};

// Its garbage collector and namespace controller run as well. It compacts every few seconds (contract.py says
// so).
class OnARealServer final : public Stage {
 public:
  explicit OnARealServer(const kube::Config& config)
      : server_(config.server), wire_(context.get_executor(), config.transport) {}
  ~OnARealServer() override {
    boost::asio::co_spawn(context, wire_.close(), boost::asio::detached);
    context.restart();
    context.run_for(5s);
  }
  http::Transport& transport() override { return wire_; }
  base::Clock& clock() override { return clock_; }
  std::string server() const override { return server_; }
  void pass() override {
    context.restart();
    context.run_one_for(50ms);
  }
  void compact() override {
    const auto end = clock_.now() + kCompaction;
    while (clock_.now() < end) pass();
  }

 private:
  base::SystemClock clock_;
  std::string server_;
  http::CurlTransport wire_;
};

}  // namespace

bool Stage::until(const std::function<bool()>& so) {
  const auto end = clock().now() + kPatience;
  while (!so()) {
    if (clock().now() >= end) return false;
    pass();
  }
  return true;
}

std::unique_ptr<Stage> make_stage() {
  const char* kubeconfig = std::getenv("KUBE_CONTRACT_KUBECONFIG");
  if (kubeconfig == nullptr) return std::make_unique<OnTheDouble>();
  base::SystemClock clock;
  kube::ConfigSources sources;
  sources.kubeconfig_flag = kubeconfig;
  sources.environment = [](const std::string&) { return std::optional<std::string>(); };
  const auto config = kube::load_config(sources, clock);
  if (!config) throw std::runtime_error(config.error().text());
  return std::make_unique<OnARealServer>(*config);
}

}  // namespace kube_double
