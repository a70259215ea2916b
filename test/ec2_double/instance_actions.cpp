#include <algorithm>
#include <map>
#include <utility>

#include "ec2_double/effects.hpp"
#include "ec2_double/instance_view.hpp"
#include "ec2_double/known_ids.hpp"
#include "ec2_double/run_instances.hpp"

namespace ec2_double {
namespace {

void describe_instances(Call& call) {
  constexpr auto kIds = "InstanceId";
  const InstanceView view(call);
  const auto rows = wanted_rows<Instance>(
      call, call.world.instances, kIds, known_instance,
      [&](const Instance& instance, std::string_view name) { return view.values(instance, name); });
  std::map<std::string, std::vector<const Instance*>> reservations;
  for (const auto* instance : page_of(call, rows, kIds))
    reservations[instance->reservation_id].push_back(instance);
  auto set = call.answer.append_child("reservationSet");
  for (const auto& [id, instances] : reservations) view.show_reservation(set.append_child("item"), instances);
}

// From one state to another, by a call.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
struct Change {
  std::vector<std::string> from;       // it begins in these
  std::vector<std::string> no_change;  // and has no effect in these
  std::string to;
  Span Settings::*takes;
};

void change_state(Call& call, const Change& change) {
  const auto ids = call.params.list("InstanceId");
  if (ids.empty()) call.params.required("InstanceId.1");
  std::map<std::string, Instance> instances;
  for (const auto& id : ids) instances[id] = changeable_instance(call, id);
  const auto is_in = [](const std::vector<std::string>& states, const Instance& instance) {
    return std::find(states.begin(), states.end(), instance.state) != states.end();
  };
  for (const auto& [id, instance] : instances)
    if (!is_in(change.from, instance) && !is_in(change.no_change, instance))
      throw Error{"IncorrectInstanceState", "The instance '" + id + "' is " + instance.state +
                                                ": it cannot become " + change.to + " from there."};
  auto set = call.answer.append_child("instancesSet");
  for (auto& [id, instance] : instances) {
    auto item = set.append_child("item");
    put(item, "instanceId", id);
    put_state(item, "previousState", instance.state);
    if (is_in(change.from, instance)) {
      instance.state = change.to;
      instance.due = call.now + call.world.settings.*change.takes;
      call.world.instances.put(instance, call.now);
    }
    put_state(item, "currentState", instance.state);
  }
}

void terminate_instances(Call& call) {
  change_state(call, {.from = {"pending", "running", "stopping", "stopped"},
                      .no_change = {"shutting-down", "terminated"},
                      .to = "shutting-down",
                      .takes = &Settings::instance_stop});
}

void stop_instances(Call& call) {
  change_state(call, {.from = {"running"},
                      .no_change = {"stopping", "stopped"},
                      .to = "stopping",
                      .takes = &Settings::instance_stop});
}

void start_instances(Call& call) {
  change_state(call, {.from = {"stopped"},
                      .no_change = {"pending", "running"},
                      .to = "pending",
                      .takes = &Settings::instance_start});
}

std::vector<const InstanceType*> wanted_types(const Call& call) {
  constexpr std::size_t kMostNames = 100;
  const auto names = call.params.list("InstanceType");
  if (names.size() > kMostNames)
    throw Error{"InvalidParameterValue", "At most " + std::to_string(kMostNames) + " instance types at once"};
  std::vector<const InstanceType*> types;
  for (const auto& name : names) {
    const auto found = call.world.instance_types.find(name);
    if (found == call.world.instance_types.end())
      throw Error{"InvalidInstanceType",
                  "The following supplied instance types do not exist: [" + name + "]"};
    types.push_back(&found->second);
  }
  if (names.empty())
    for (const auto& [name, type] : call.world.instance_types) types.push_back(&type);
  const auto filters = call.params.filters();
  std::erase_if(types, [&](const InstanceType* type) {
    return !matches(filters, [&](std::string_view filter) -> FilterValues {
      if (filter == "instance-type") return {{type->id}};
      return std::nullopt;
    });
  });
  return types;
}

void describe_instance_types(Call& call) {
  const auto types = wanted_types(call);
  auto set = call.answer.append_child("instanceTypeSet");
  for (const auto* type : page_of(call, types, "InstanceType", 100)) {
    auto item = set.append_child("item");
    put(item, "instanceType", type->id);
    put(item, "hypervisor", "nitro");
    auto network = item.append_child("networkInfo");
    put(network, "maximumNetworkInterfaces", type->maximum_network_interfaces);
    put(network, "maximumNetworkCards", static_cast<int>(type->network_cards.size()));
    put(network, "defaultNetworkCardIndex", 0);
    auto cards = network.append_child("networkCards");
    for (std::size_t i = 0; i < type->network_cards.size(); ++i) {
      auto card = cards.append_child("item");
      put(card, "networkCardIndex", static_cast<int>(i));
      put(card, "maximumNetworkInterfaces", type->network_cards[i]);
    }
    put(network, "ipv4AddressesPerInterface", type->ipv4_addresses_per_interface);
    put(network, "ipv6AddressesPerInterface", type->ipv4_addresses_per_interface);
    put(network, "ipv6Supported", true);
  }
}

}  // namespace

Actions instance_actions() {
  return {
      {"RunInstances", run_instances},
      {"DescribeInstances", describe_instances},
      {"TerminateInstances", terminate_instances},
      {"StopInstances", stop_instances},
      {"StartInstances", start_instances},
      {"DescribeInstanceTypes", describe_instance_types},
  };
}

}  // namespace ec2_double
