#include "simulation/weather.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

ec2_double::Span span(base::Duration duration) {
  return std::chrono::duration_cast<ec2_double::Span>(duration);
}

}  // namespace

Weather::Weather(World& world, base::Duration storm) : world_(world), chance_(world.chance.fork("weather")) {
  const int faults = chance_.with(0.15) ? 0 : chance_.between(1, 8);
  for (int i = 0; i < faults; ++i)
    world_.timeline.after(chance_.between(base::Duration::zero(), storm), [this] {
      if (calm_) return;
      const int kind = chance_.between(0, 9);
      if (kind < 5)
        ec2_fault();
      else if (kind < 9)
        kube_fault();
      else
        break_network();
    });
}

void Weather::ec2_fault() {
  using Do = ec2_double::Rule::Do;
  static const std::vector<Do> kActs{Do::latency, Do::hang,  Do::reset_before, Do::reset_after, Do::truncate,
                                     Do::garble,  Do::error, Do::error_after,  Do::throttle,    Do::expire};
  // The calls that make something most often; "" is every call.
  static const std::vector<std::string> kActions{"",
                                                 "",
                                                 "",
                                                 "AllocateAddress",
                                                 "AllocateAddress",
                                                 "AssociateAddress",
                                                 "DisassociateAddress",
                                                 "ReleaseAddress",
                                                 "CreateTags",
                                                 "CreateNetworkInterface",
                                                 "CreateNetworkInterface",
                                                 "AttachNetworkInterface",
                                                 "DetachNetworkInterface",
                                                 "DeleteNetworkInterface",
                                                 "AssignPrivateIpAddresses",
                                                 "UnassignPrivateIpAddresses",
                                                 "ModifyNetworkInterfaceAttribute",
                                                 "DescribeAddresses",
                                                 "DescribeNetworkInterfaces",
                                                 "DescribeInstances",
                                                 "DescribeSubnets",
                                                 "GetCallerIdentity"};
  ec2_double::Rule rule;
  rule.action = chance_.one_of(kActions);
  rule.act = chance_.one_of(kActs);
  rule.times = chance_.with(0.5) ? static_cast<std::uint64_t>(chance_.between(1, 3)) : 0;
  rule.probability = chance_.with(0.5) ? 1 : 0.4;
  if (rule.act == Do::latency || chance_.with(0.2)) rule.latency = span(chance_.between(10ms, 35s));
  if (chance_.with(0.3)) {
    rule.code = "Unavailable";
    rule.status = 503;
  }
  if (chance_.with(0.2)) world_.ec2.buckets.drain("", world_.now());
  const auto lasts = chance_.between(1s, 60s);
  world_.story.tell("fault",
                    "EC2: " + std::string(ec2_double::name_of(rule.act)) + " for " +
                        (rule.action.empty() ? "all calls" : rule.action) + " during " +
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(lasts).count()) +
                        " s",
                    true);
  const auto id = world_.ec2.rules.add(rule);
  world_.timeline.after(lasts, [this, id] {
    for (const auto& each : world_.ec2.rules.all())
      if (each.id == id) others_ += each.hits;
    world_.ec2.rules.remove(id);
  });
}

void Weather::kube_fault() {
  using Do = kube_double::Rule::Do;
  static const std::vector<Do> kActs{
      Do::latency,  Do::late,     Do::hang,         Do::cut_before, Do::cut_after, Do::error, Do::error_after,
      Do::conflict, Do::throttle, Do::unauthorized, Do::forbidden,  Do::garble,    Do::stale, Do::end,
      Do::cut,      Do::expire,   Do::repeat,       Do::lag,        Do::lag,       Do::expire};
  static const std::vector<std::string> kResources{"",
                                                   "",
                                                   "",
                                                   "eips",
                                                   "eips/status",
                                                   "enis",
                                                   "enis/status",
                                                   "eipassociations",
                                                   "eipassociations/status",
                                                   "pods",
                                                   "nodes"};
  kube_double::Rule rule;
  rule.act = chance_.one_of(kActs);
  rule.resource = chance_.one_of(kResources);
  if (kube_double::of_watches(rule.act)) {
    rule.verb = "watch";
    rule.resource = rule.resource.substr(0, rule.resource.find('/'));
    rule.events = static_cast<std::uint64_t>(chance_.between(0, 4));
  } else if (rule.act == Do::stale) {
    rule.verb = "list";
  } else if (rule.act == Do::conflict || chance_.with(0.5)) {
    rule.verb = "patch";
  }
  rule.times = chance_.with(0.5) ? static_cast<std::uint64_t>(chance_.between(1, 3)) : 0;
  rule.probability = chance_.with(0.5) ? 1 : 0.4;
  rule.latency = span(chance_.between(10ms, chance_.with(0.2) ? 35s : 5s));
  if (!kube_double::of_watches(rule.act) && rule.act != Do::latency && rule.act != Do::late &&
      rule.act != Do::stale && chance_.with(0.7))
    rule.latency = {};
  if (chance_.with(0.5)) {
    rule.code = 503;
    rule.reason = "ServiceUnavailable";
  }
  if (chance_.with(0.3)) world_.kube.compact();
  const bool compacts = chance_.with(0.3);
  const auto lasts = chance_.between(1s, 60s);
  world_.story.tell("fault",
                    "Kubernetes: " + std::string(kube_double::name_of(rule.act)) + " for " +
                        (rule.verb.empty() ? "all verbs" : rule.verb) + " on " +
                        (rule.resource.empty() ? "everything" : rule.resource) + " during " +
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(lasts).count()) +
                        " s",
                    true);
  const auto id = world_.kube.rules.add(rule);
  world_.timeline.after(lasts, [this, id, compacts] {
    if (compacts) world_.kube.compact();  // while a watch may not be open
    for (const auto& each : world_.kube.rules.all())
      if (each.id == id) others_ += each.hits;
    world_.kube.rules.remove(id);
  });
}

void Weather::break_network() {
  const int what = chance_.between(0, 2);
  const auto lasts = chance_.between(1s, 60s);
  auto& network = world_.network;
  if (what == 0) network.ec2_unreachable = true;
  if (what == 1) network.kube_unreachable = true;
  if (what == 2) network.slowest = 2s;
  ++others_;
  world_.story.tell("fault",
                    what == 2   ? "the network is slow"
                    : what == 1 ? "no connection to Kubernetes"
                                : "no connection to EC2",
                    true);
  world_.timeline.after(lasts, [this, &network, what] {
    if (what == 0) network.ec2_unreachable = false;
    if (what == 1) {
      network.kube_unreachable = false;
      world_.kube.compact();  // the versions that the watches ended at are gone
    }
    if (what == 2) network.slowest = 3ms;
    world_.story.tell("fault", "the network works again", true);
  });
}

void Weather::calm() {
  calm_ = true;
  others_ = faults();
  world_.ec2.rules.clear();
  world_.kube.rules.clear();
  world_.network.ec2_unreachable = false;
  world_.network.kube_unreachable = false;
  world_.network.slowest = 3ms;
}

std::uint64_t Weather::faults() const {
  std::uint64_t hits = others_;
  for (const auto& rule : world_.ec2.rules.all()) hits += rule.hits;
  for (const auto& rule : world_.kube.rules.all()) hits += rule.hits;
  return hits;
}

}  // namespace simulation
