#include "ec2_double/interface_view.hpp"

#include <algorithm>

#include "base/time_text.hpp"
#include "ec2_double/effects.hpp"

namespace ec2_double {
namespace {

using Texts = std::vector<std::string>;

std::string dashed(std::string ip) {
  std::replace(ip.begin(), ip.end(), '.', '-');
  return ip;
}

std::string public_dns_name(const World& world, const std::string& public_ip) {
  const auto domain = world.region == "us-east-1" ? "compute-1" : world.region + ".compute";
  return "ec2-" + dashed(public_ip) + '.' + domain + ".amazonaws.com";
}

const char* text_of(bool value) {
  return value ? "true" : "false";
}

Texts texts(const std::string& value) {
  return value.empty() ? Texts{} : Texts{value};
}

const Subnet* subnet_of(const World& world, const NetworkInterface& interface) {
  return world.subnets.latest(interface.subnet_id);
}

std::string vpc_of(const World& world, const NetworkInterface& interface) {
  const auto* subnet = subnet_of(world, interface);
  return subnet ? subnet->vpc_id : "";
}

std::string zone_of(const World& world, const NetworkInterface& interface) {
  const auto* subnet = subnet_of(world, interface);
  return subnet ? subnet->availability_zone : "";
}

std::string primary_of(const NetworkInterface& interface) {
  return interface.private_ip_addresses.empty() ? "" : interface.private_ip_addresses.front();
}

Texts dns_names(const World& world, const NetworkInterface& interface) {
  Texts names;
  for (const auto& ip : interface.private_ip_addresses) names.push_back(private_dns_name(world, ip));
  return names;
}

Texts primaries(const NetworkInterface& interface) {
  Texts found;
  if (!interface.private_ip_addresses.empty()) found.emplace_back("true");
  if (interface.private_ip_addresses.size() > 1) found.emplace_back("false");
  return found;
}

void put_attachment(pugi::xml_node node, const World& world, const Attachment& attachment, bool in_instance) {
  auto item = node.append_child("attachment");
  put(item, "attachmentId", attachment.id);
  if (!in_instance) {
    put(item, "instanceId", attachment.instance_id);
    put(item, "instanceOwnerId", world.account_id);
  }
  put(item, "deviceIndex", attachment.device_index);
  put(item, "networkCardIndex", attachment.network_card_index);
  put(item, "status", attachment.status);
  put_time(item, "attachTime", attachment.since);
  put(item, "deleteOnTermination", attachment.delete_on_termination);
}

// What of an interface does not depend on others.
using Reader = Texts (*)(const World&, const NetworkInterface&);
const std::map<std::string_view, Reader>& readers() {
  using I = NetworkInterface;
  static const std::map<std::string_view, Reader> kReaders = {
      {"network-interface-id", [](const World&, const I& i) { return texts(i.id); }},
      {"status", [](const World&, const I& i) { return texts(i.status); }},
      {"interface-type", [](const World&, const I& i) { return texts(i.interface_type); }},
      {"description", [](const World&, const I& i) { return Texts{i.description}; }},
      {"subnet-id", [](const World&, const I& i) { return texts(i.subnet_id); }},
      {"vpc-id", [](const World& world, const I& i) { return texts(vpc_of(world, i)); }},
      {"availability-zone", [](const World& world, const I& i) { return texts(zone_of(world, i)); }},
      {"mac-address", [](const World&, const I& i) { return texts(i.mac_address); }},
      {"owner-id", [](const World& world, const I&) { return texts(world.account_id); }},
      {"requester-id", [](const World&, const I& i) { return texts(i.requester_id); }},
      {"requester-managed", [](const World&, const I& i) { return texts(text_of(i.requester_managed)); }},
      {"operator.managed", [](const World&, const I& i) { return texts(text_of(i.operator_managed)); }},
      {"operator.principal", [](const World&, const I& i) { return texts(i.operator_principal); }},
      {"source-dest-check", [](const World&, const I& i) { return texts(text_of(i.source_dest_check)); }},
      {"group-id", [](const World&, const I& i) { return i.groups; }},
      {"private-ip-address", [](const World&, const I& i) { return i.private_ip_addresses; }},
      {"addresses.private-ip-address", [](const World&, const I& i) { return i.private_ip_addresses; }},
      {"addresses.primary", [](const World&, const I& i) { return primaries(i); }},
      {"private-dns-name", [](const World& world, const I& i) { return dns_names(world, i); }},
      {"ipv6-addresses.ipv6-address", [](const World&, const I& i) { return i.ipv6_addresses; }},
  };
  return kReaders;
}

using AttachmentReader = std::string (*)(const World&, const Attachment&);
const std::map<std::string_view, AttachmentReader>& attachment_readers() {
  using A = Attachment;
  static const std::map<std::string_view, AttachmentReader> kReaders = {
      {"attachment.attachment-id", [](const World&, const A& a) { return a.id; }},
      {"attachment.instance-id", [](const World&, const A& a) { return a.instance_id; }},
      {"attachment.instance-owner-id", [](const World& world, const A&) { return world.account_id; }},
      {"attachment.status", [](const World&, const A& a) { return a.status; }},
      {"attachment.device-index", [](const World&, const A& a) { return std::to_string(a.device_index); }},
      {"attachment.delete-on-termination",
       [](const World&, const A& a) { return std::string(text_of(a.delete_on_termination)); }},
  };
  return kReaders;
}

}  // namespace

void put_time(pugi::xml_node node, const char* name, Time time) {
  put(node, name, base::rfc3339(time));
}

void put_groups(pugi::xml_node node, const World& world, const std::vector<std::string>& groups) {
  auto set = node.append_child("groupSet");
  for (const auto& id : groups) {
    auto item = set.append_child("item");
    put(item, "groupId", id);
    if (const auto* group = world.security_groups.latest(id)) put(item, "groupName", group->group_name);
  }
}

std::string private_dns_name(const World& world, const std::string& private_ip) {
  const auto domain = world.region == "us-east-1" ? "ec2" : world.region + ".compute";
  return "ip-" + dashed(private_ip) + '.' + domain + ".internal";
}

InterfaceView::InterfaceView(const Call& call) : world_(call.world), placed_(placed(call)) {}

std::vector<InterfaceView::Association> InterfaceView::associations(const NetworkInterface& interface) const {
  std::vector<Association> found;
  // Also those of addresses inside of its prefixes, which it does not list.
  for (auto at = placed_.lower_bound({interface.id, ""});
       at != placed_.end() && at->first.first == interface.id; ++at) {
    const Address& address = *at->second;
    found.push_back(
        {at->first.second, address.public_ip, world_.account_id, address.id, address.association->id});
  }
  if (!interface.auto_assigned_public_ip.empty())
    found.push_back({primary_of(interface), interface.auto_assigned_public_ip, "amazon", "", ""});
  return found;
}

std::string InterfaceView::public_ip(const NetworkInterface& interface) const {
  for (const auto& association : associations(interface))
    if (association.private_ip == primary_of(interface)) return association.public_ip;
  return "";
}

void InterfaceView::put_association(pugi::xml_node node, const std::vector<Association>& associations,
                                    const std::string& private_ip, bool in_instance) const {
  for (const auto& association : associations) {
    if (association.private_ip != private_ip) continue;
    auto item = node.append_child("association");
    put(item, "publicIp", association.public_ip);
    put(item, "publicDnsName", public_dns_name(world_, association.public_ip));
    put(item, "ipOwnerId", association.owner_id);
    if (in_instance) return;
    put(item, "allocationId", association.allocation_id);
    put(item, "associationId", association.association_id);
    return;
  }
}

void InterfaceView::put_private_addresses(pugi::xml_node node, const NetworkInterface& interface,
                                          const std::vector<Association>& associations,
                                          bool in_instance) const {
  auto set = node.append_child("privateIpAddressesSet");
  for (const auto& ip : interface.private_ip_addresses) {
    auto item = set.append_child("item");
    put(item, "privateIpAddress", ip);
    put(item, "privateDnsName", private_dns_name(world_, ip));
    put(item, "primary", &ip == &interface.private_ip_addresses.front());
    put_association(item, associations, ip, in_instance);
  }
}

void InterfaceView::fill(pugi::xml_node node, const NetworkInterface& interface, bool in_instance) const {
  const auto on_it = associations(interface);
  const auto primary = primary_of(interface);
  put(node, "networkInterfaceId", interface.id);
  put(node, "subnetId", interface.subnet_id);
  put(node, "vpcId", vpc_of(world_, interface));
  node.append_child("description").text().set(interface.description.c_str());  // also when it is empty
  put(node, "ownerId", world_.account_id);
  put(node, "status", interface.status);
  put(node, "interfaceType", interface.interface_type);
  put(node, "macAddress", interface.mac_address);
  put(node, "privateIpAddress", primary);
  put(node, "privateDnsName", private_dns_name(world_, primary));
  put(node, "sourceDestCheck", interface.source_dest_check);
  put_groups(node, world_, interface.groups);
  put_association(node, on_it, primary, in_instance);
  if (interface.attachment) put_attachment(node, world_, *interface.attachment, in_instance);
  put_private_addresses(node, interface, on_it, in_instance);
  auto ipv6 = node.append_child("ipv6AddressesSet");
  for (const auto& ip : interface.ipv6_addresses) put(ipv6.append_child("item"), "ipv6Address", ip);
  if (!interface.ipv4_prefixes.empty()) {
    auto prefixes = node.append_child("ipv4PrefixSet");
    for (const auto& prefix : interface.ipv4_prefixes)
      put(prefixes.append_child("item"), "ipv4Prefix", prefix);
  }
  auto managed_by = node.append_child("operator");
  put(managed_by, "managed", interface.operator_managed);
  put(managed_by, "principal", interface.operator_principal);
  if (in_instance) return;
  put(node, "availabilityZone", zone_of(world_, interface));
  put(node, "requesterId", interface.requester_id);
  put(node, "requesterManaged", interface.requester_managed);
  if (!interface.ipv6_addresses.empty()) put(node, "ipv6Address", interface.ipv6_addresses.front());
  put_tags(node, interface.tags);
}

FilterValues InterfaceView::values(const NetworkInterface& interface, std::string_view filter) const {
  if (const auto reader = readers().find(filter); reader != readers().end())
    return reader->second(world_, interface);
  if (const auto reader = attachment_readers().find(filter); reader != attachment_readers().end())
    return interface.attachment ? texts(reader->second(world_, *interface.attachment)) : Texts{};
  static const std::map<std::string_view, std::string Association::*> kOfAssociation = {
      {"association.public-ip", &Association::public_ip},
      {"association.ip-owner-id", &Association::owner_id},
      {"association.allocation-id", &Association::allocation_id},
      {"association.association-id", &Association::association_id},
      {"addresses.association.public-ip", &Association::public_ip},
      {"addresses.association.owner-id", &Association::owner_id},
  };
  if (const auto member = kOfAssociation.find(filter); member != kOfAssociation.end()) {
    Texts found;
    for (const auto& association : associations(interface)) {
      const auto& value = association.*(member->second);
      if (!value.empty()) found.push_back(value);
    }
    return found;
  }
  return tag_values(interface.tags, filter);
}

}  // namespace ec2_double
