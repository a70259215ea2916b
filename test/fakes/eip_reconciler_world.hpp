#pragma once
// An EIP reconciler with all that it works on.

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "app/eip_reconciler.hpp"
#include "app/wakeups.hpp"
#include "fakes/fake_ec2.hpp"
#include "fakes/kube_test_world.hpp"

namespace fakes {

namespace json = boost::json;
using namespace std::chrono_literals;

// A merge patch, RFC 7386.
inline void merge(json::value& into, const json::value& patch) {
  if (!patch.is_object()) {
    into = patch;
    return;
  }
  if (!into.is_object()) into = json::object{};
  for (const auto& [key, value] : patch.as_object()) {
    if (value.is_null())
      into.as_object().erase(key);
    else
      merge(into.as_object()[key], value);
  }
}

// One EIP "n/a" with an address that is on nothing, and the server that keeps the object.
struct EipReconcilerWorld : kube::test::World {
  const kube::Key key{"n", "a"};
  fakes::FakeEc2 ec2{clock};
  domain::Settings settings = [] {
    domain::Settings s;
    s.cluster = "c";
    s.region = "eu-west-1";
    return s;
  }();
  app::Inventory inventory{ec2, clock, settings, "vpc-1"};
  kube::Store<app::EipObject> eips;
  kube::Store<app::EniObject> enis;
  kube::Store<app::AssociationObject> associations;
  kube::Store<kube::Pod> pods;
  kube::Store<kube::Node> nodes;
  const app::Stores stores{eips, enis, associations, pods, nodes};
  app::Wishes wishes{eips, associations};
  app::EipObserver observer{stores, wishes, inventory, settings};
  app::EipPerformer performer{ec2};
  kube::Api api{transport, tools, options};
  kube::Events events{api, tools, "k8s-aws-operator", "test"};
  app::EipPublisher publisher{api, eips, events};
  kube::WorkQueue queue{"eip", tools};
  app::EipReconciler reconciler{app::EipReconciler::Parts{eips, observer, inventory, performer, publisher,
                                                          queue, settings, clock, log, metrics,
                                                          context.get_executor()}};
  int version = 1;  // of the newest object
  json::value stored = json::parse(R"({
    "metadata": {"namespace": "n", "name": "a", "uid": "u", "resourceVersion": "1", "generation": 1,
                 "creationTimestamp": "2026-01-02T03:04:05Z", "finalizers": ["aws.k8s.logmein.com"]},
    "spec": {"assignment": {"podName": "web"}},
    "status": {"state": "allocated", "allocationId": "eipalloc-1", "publicIPAddress": "198.51.100.1"}})");
  std::optional<base::Result<kube::Next>> ended;
  // Answers a patch that is none of those merged into the object.
  std::function<std::optional<http::Response>(const json::value& patch)> on_patch;

  void SetUp() override {
    app::wake_eips(stores, wishes, observer, reconciler, queue);
    transport.on_send = [this](const http::Request& request) -> base::Result<http::Response> {
      if (request.method == "PATCH" && on_patch)
        if (auto answer = on_patch(json::parse(request.body))) return *answer;
      if (request.method == "PATCH") write(json::parse(request.body));
      return http::Response{200, {}, json::serialize(stored)};
    };
    auto& address = ec2.held["eipalloc-1"];
    address.allocation_id = "eipalloc-1";
    address.public_ip = "198.51.100.1";
    address.tags = domain::ownership_tags("c", "n", "a", "u");
    nodes.apply(node("node-1", "i-1"));
    put_interface("eni-1", "i-1", "10.0.0.5");
    put_pod("10.0.0.5");
    eips.apply(*app::decode_eip(json::serialize(stored)));
    const std::vector<std::string> none;
    EXPECT_TRUE(run(inventory.refresh(none, none)));
    ec2.calls.clear();
  }

  void write(const json::value& change) {
    merge(stored, change);
    stored.at("metadata").at("resourceVersion") = std::to_string(++version);
  }
  // Someone else edits the object, and the watch tells.
  void edit(const json::value& change) {
    write(change);
    eips.apply(*app::decode_eip(json::serialize(stored)));
    clock.settle();
  }
  static kube::Node node(const std::string& name, const std::string& instance) {
    kube::Node node;
    node.meta.name = name;
    node.meta.resource_version = "1";
    node.provider_id = "aws:///eu-west-1a/" + instance;
    return node;
  }
  aws::NetworkInterface& put_interface(const std::string& id, const std::string& instance,
                                       const std::string& ip) {
    aws::NetworkInterface eni;
    eni.network_interface_id = id;
    eni.instance_id = instance;
    eni.vpc_id = "vpc-1";
    eni.private_ip_addresses = {{ip, true, {}}};
    return ec2.interfaces.emplace_back(eni);
  }
  kube::Pod put_pod(const std::string& ip, const std::string& on = "node-1") {
    kube::Pod pod;
    pod.meta.ns = "n";
    pod.meta.name = "web";
    pod.meta.uid = "uid-of-pod";
    pod.meta.resource_version = std::to_string(++version);
    pod.node_name = on;
    pod.phase = "Running";
    pod.pod_ips = {ip};
    pods.apply(pod);
    return pod;
  }

  // A run that goes on until `ended` has its outcome.
  void start() {
    ended.reset();
    scope.spawn(keep(reconciler.reconcile(key), ended));
    clock.settle();
  }
  // Since it was last asked.
  std::set<kube::Key> woken() {
    std::set<kube::Key> keys;
    while (queue.depth() > 0) {
      const auto taken = run(queue.take());
      queue.done(taken);
      keys.insert(taken);
    }
    return keys;
  }
  domain::EipStatus status() { return app::decode_eip(json::serialize(stored))->eip.status; }
  std::string reason() {
    const auto status = this->status();
    const auto* ready = domain::find_condition(status, "Ready");
    return ready ? ready->reason : "";
  }
};

}  // namespace fakes
