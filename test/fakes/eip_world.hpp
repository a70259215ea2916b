#pragma once
// An EIP whose life is at a known point, for tests of the domain room: take one, change what the test is
// about, ask.

#include "domain/decide_eip.hpp"
#include "domain/fold.hpp"
#include "domain/report_eip.hpp"

namespace fakes {

using namespace std::chrono_literals;

inline domain::Time at(domain::Span since) {
  return domain::Time{} + 1'000'000h + since;
}

inline domain::Tags our_tags(const std::string& uid = "uid-1") {
  return domain::ownership_tags("cluster", "ns", "web", uid);
}

inline domain::AddressView address(const std::string& id = "eipalloc-1", const std::string& ip = "1.0.0.1") {
  domain::AddressView view;
  view.allocation_id = id;
  view.public_ip = ip;
  view.tags = our_tags();
  return view;
}

inline domain::AddressView put_on(domain::AddressView view, const std::string& private_ip) {
  view.association_id = "eipassoc-" + private_ip;
  view.network_interface_id = "eni-1";
  view.private_ip_address = private_ip;
  return view;
}

struct EipWorldBuilder {
  domain::Eip eip;
  domain::EipWorld world;
  domain::Settings settings;
  domain::Time now = at(1h);

  EipWorldBuilder() {
    settings.cluster = "cluster";
    settings.region = "eu-west-1";
    eip.ns = "ns";
    eip.name = "web";
    eip.uid = "uid-1";
    eip.generation = 1;
    eip.has_finalizer = true;
    world.account_id = "1234";
    world.asked = now;
  }

  // An address that a read of this moment shows, and that the status names.
  domain::Ledger::Record& holds(domain::AddressView view) {
    eip.status.allocation_id = view.allocation_id;
    eip.status.public_ip_address = view.public_ip;
    return sees(std::move(view));
  }
  domain::Ledger::Record& sees(domain::AddressView view) {
    return world.addresses.emplace_back(domain::Ledger::Record{std::move(view), now, now - 1h, now});
  }
  void wants_pod(const std::string& private_ip = "10.0.0.1") {
    domain::Target target;
    target.kind = domain::Target::Kind::present;
    target.pod_name = "pod";
    target.pod_uid = "pod-uid";
    target.network_interface_id = "eni-1";
    target.private_ip_address = private_ip;
    target.read = true;
    target.seen = now;
    world.target = target;
    eip.spec.assignment.emplace();
    eip.spec.assignment->pod_name = "pod";
  }
  void cannot_have_target(const std::string& reason, bool stalled = false) {
    wants_pod();
    world.target.kind = domain::Target::Kind::absent;
    world.target.reason = world.target.message = reason;
    world.target.stalled = stalled;
    world.target.read = false;
  }
  void has_intent(domain::Span age) {
    eip.status.intent.emplace();
    eip.status.intent->recorded_at = now - age;
  }
  void said_allocated_for(domain::Span age) {
    eip.status.conditions.push_back({"Allocated", true, "Allocated", "", 1, now - age});
  }

  domain::Step decide() const { return domain::decide_eip(eip, world, settings, now); }
  domain::Report report() const { return domain::report_eip(eip, world, decide(), settings, now); }
};

}  // namespace fakes
