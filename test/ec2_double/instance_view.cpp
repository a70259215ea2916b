#include "ec2_double/instance_view.hpp"

#include <map>

namespace ec2_double {
namespace {

using Texts = std::vector<std::string>;

int code_of(const std::string& state) {
  static const std::map<std::string, int> kCodes = {{"pending", 0},        {"running", 16},
                                                    {"shutting-down", 32}, {"terminated", 48},
                                                    {"stopping", 64},      {"stopped", 80}};
  const auto found = kCodes.find(state);
  return found == kCodes.end() ? -1 : found->second;
}

// Where an instance is; one that has ended is nowhere any more.
const Subnet* subnet_of(const World& world, const Instance& instance) {
  return instance.state == "terminated" ? nullptr : world.subnets.latest(instance.subnet_id);
}

}  // namespace

void put_state(pugi::xml_node node, const char* name, const std::string& state) {
  auto item = node.append_child(name);
  put(item, "code", code_of(state));
  put(item, "name", state);
}

InstanceView::InstanceView(const Call& call)
    : world_(call.world), attached_(seen_attachments(call)), interface_view_(call) {}

const std::vector<const NetworkInterface*>& InstanceView::interfaces(const Instance& instance) const {
  static const std::vector<const NetworkInterface*> kNone;
  const auto found = attached_.find(instance.id);
  return found == attached_.end() ? kNone : found->second;
}

const NetworkInterface* InstanceView::primary(const Instance& instance) const {
  const auto& all = interfaces(instance);
  return !all.empty() && is_primary(*all.front()) ? all.front() : nullptr;
}

void InstanceView::show_reservation(pugi::xml_node node,
                                    const std::vector<const Instance*>& instances) const {
  put(node, "reservationId", instances.front()->reservation_id);
  put(node, "ownerId", world_.account_id);
  node.append_child("groupSet");
  auto set = node.append_child("instancesSet");
  for (const auto* instance : instances) show(set.append_child("item"), *instance);
}

void InstanceView::show(pugi::xml_node node, const Instance& instance) const {
  put(node, "instanceId", instance.id);
  put_state(node, "instanceState", instance.state);
  put(node, "instanceType", instance.type);
  put_time(node, "launchTime", instance.launch_time);
  if (const auto* subnet = subnet_of(world_, instance)) {
    put(node.append_child("placement"), "availabilityZone", subnet->availability_zone);
    put(node, "subnetId", subnet->id);
    put(node, "vpcId", subnet->vpc_id);
  }
  const auto* first = primary(instance);
  if (first) {
    const auto& ip = first->private_ip_addresses.front();
    put(node, "privateIpAddress", ip);
    put(node, "privateDnsName", private_dns_name(world_, ip));
    put(node, "ipAddress", interface_view_.public_ip(*first));
    put(node, "sourceDestCheck", first->source_dest_check);
  }
  put_groups(node, world_, first ? first->groups : Texts{});
  auto set = node.append_child("networkInterfaceSet");
  for (const auto* interface : interfaces(instance))
    interface_view_.show_in_instance(set.append_child("item"), *interface);
  put_tags(node, instance.tags);
}

FilterValues InstanceView::values(const Instance& instance, std::string_view filter) const {
  constexpr std::string_view kOfInterfaces = "network-interface.";
  if (filter.starts_with(kOfInterfaces)) {
    const auto name = filter.substr(kOfInterfaces.size());
    auto found = interface_view_.values(NetworkInterface{}, name);  // whether there is such a filter
    if (found) found->clear();
    for (const auto* interface : interfaces(instance)) {
      const auto values = interface_view_.values(*interface, name);
      if (values) found->insert(found->end(), values->begin(), values->end());
    }
    return found;
  }
  const auto* subnet = subnet_of(world_, instance);
  const auto* first = primary(instance);
  const auto only_if = [](bool there, const std::string& value) {
    return there && !value.empty() ? Texts{value} : Texts{};
  };
  if (filter == "instance-id") return Texts{instance.id};
  if (filter == "instance-type") return Texts{instance.type};
  if (filter == "reservation-id") return Texts{instance.reservation_id};
  if (filter == "owner-id") return Texts{world_.account_id};
  if (filter == "instance-state-name") return Texts{instance.state};
  if (filter == "instance-state-code") return Texts{std::to_string(code_of(instance.state))};
  if (filter == "vpc-id") return only_if(subnet, subnet ? subnet->vpc_id : "");
  if (filter == "subnet-id") return only_if(subnet, instance.subnet_id);
  if (filter == "availability-zone") return only_if(subnet, subnet ? subnet->availability_zone : "");
  if (filter == "private-ip-address") return only_if(first, first ? first->private_ip_addresses.front() : "");
  if (filter == "ip-address") return only_if(first, first ? interface_view_.public_ip(*first) : "");
  if (filter == "instance.group-id") return first ? first->groups : Texts{};
  return tag_values(instance.tags, filter);
}

}  // namespace ec2_double
