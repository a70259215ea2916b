#pragma once
// An ENI whose life is at a known point, for tests of the domain room: take one, change what the test is
// about, ask.

#include "domain/decide_eni.hpp"
#include "domain/fold_eni.hpp"
#include "domain/report_eni.hpp"
#include "fakes/eip_world.hpp"

namespace fakes {

// As our own call with the spec of EniWorldBuilder would have made it.
inline domain::InterfaceView interface(const std::string& id = "eni-1") {
  domain::InterfaceView view;
  view.id = id;
  view.subnet_id = "subnet-1";
  view.availability_zone = "zone-a";
  view.mac_address = "02:00";
  view.addresses = {{"10.0.0.1", true, ""}};
  view.security_group_ids = {"sg-1"};
  view.tags = our_tags();
  view.tags["node.k8s.amazonaws.com/no_manage"] = "true";
  return view;
}

inline domain::InterfaceView attached(domain::InterfaceView view, const std::string& instance = "i-1",
                                      const std::string& status = "attached") {
  view.attachment_id = "eni-attach-" + instance;
  view.attachment_status = status;
  view.instance_id = instance;
  view.device_index = 1;
  return view;
}

struct EniWorldBuilder {
  domain::Eni eni;
  domain::EniWorld world;
  domain::Settings settings;
  domain::Time now = at(1h);

  EniWorldBuilder() {
    settings.cluster = "cluster";
    settings.region = "eu-west-1";
    eni.ns = "ns";
    eni.name = "web";
    eni.uid = "uid-1";
    eni.generation = 1;
    eni.has_finalizer = true;
    eni.spec.subnet_id = "subnet-1";
    eni.spec.security_groups = {"sg-1"};
    world.account_id = "1234";
    world.asked = now;
  }

  // An interface that a read of this moment shows, and that the status names.
  domain::InterfaceView& holds(domain::InterfaceView view) {
    eni.status.network_interface_id = view.id;
    eni.status.mac_address = view.mac_address;
    return sees(std::move(view)).view;
  }
  domain::InterfaceLedger::Record& sees(domain::InterfaceView view) {
    return world.interfaces.emplace_back(
        domain::InterfaceLedger::Record{std::move(view), now, now - 1h, now});
  }
  void wants_pod(const std::string& instance = "i-1") {
    eni.spec.pod_name = "pod";
    domain::PodView pod;
    pod.name = "pod";
    pod.uid = "pod-uid";
    pod.node_name = "node";
    world.pod = pod;
    world.node = {true, instance};
    world.instance.asked = now;
    world.instance.found = true;
    world.instance.type = "t3.small";
    world.instance.state = "running";
    world.instance.availability_zone = "zone-a";
    world.instance.device_indexes = {0};
  }
  void has_intent(domain::Span age, bool repeated = false) {
    eni.status.intent.emplace();
    eni.status.intent->recorded_at = now - age;
    eni.status.intent->repeated = repeated;
    eni.status.intent->subnet_id = "subnet-1";
    eni.status.intent->description = "as recorded";
    eni.status.intent->tags = {{domain::kUidTag, eni.uid}};
    eni.status.client_token_sequence = 3;
  }

  domain::EniStep decide() const { return domain::decide_eni(eni, world, settings, now); }
  domain::EniReport report() const { return domain::report_eni(eni, world, decide(), settings, now); }
};

}  // namespace fakes
