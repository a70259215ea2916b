#include "app/startup.hpp"

#include "aws/region.hpp"
#include "kube/json.hpp"
#include "kube/meta.hpp"

namespace app {

using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;

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

}  // namespace app
