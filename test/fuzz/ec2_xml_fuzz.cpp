// Answers of EC2 and STS that are no error.
//
// Promises: what was read of a listing, written as EC2 writes it, is read as the same; a value that the
// caller counts on is there; a fault is one printable line, says that the effect is possible, and shows
// nothing of an answer that may hold a secret.

#include <string>

#include "aws/ec2_xml.hpp"
#include "fuzz.hpp"

namespace aws {
// Only the tests compare these two.
bool operator==(const PublicIpv4Pool& a, const PublicIpv4Pool& b) {
  return a.pool_id == b.pool_id && a.network_border_group == b.network_border_group &&
         a.total_address_count == b.total_address_count &&
         a.total_available_address_count == b.total_available_address_count;
}
}  // namespace aws

namespace {

using aws::Page;
using base::Result;

std::string element(std::string_view name, std::string_view content) {
  std::string out;
  out.reserve(content.size() + 2 * name.size() + 5);
  return out.append("<").append(name).append(">").append(content).append("</").append(name).append(">");
}

std::string text(std::string_view name, std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '\r':
        escaped += "&#13;";
        break;
      default:
        escaped += c;
    }
  }
  return element(name, escaped);
}

std::string text(std::string_view name, long value) {
  return element(name, std::to_string(value));
}

std::string text(std::string_view name, bool value) {
  return element(name, value ? "true" : "false");
}

std::string tag_set(const aws::Tags& tags) {
  std::string items;
  for (const auto& [key, value] : tags) items += element("item", text("key", key) + text("value", value));
  return element("tagSet", items);
}

std::string write(const aws::Address& a) {
  return text("allocationId", a.allocation_id) + text("publicIp", a.public_ip) +
         text("associationId", a.association_id) + text("instanceId", a.instance_id) +
         text("networkInterfaceId", a.network_interface_id) +
         text("networkInterfaceOwnerId", a.network_interface_owner_id) +
         text("privateIpAddress", a.private_ip_address) + text("publicIpv4Pool", a.public_ipv4_pool) +
         text("networkBorderGroup", a.network_border_group) + text("serviceManaged", a.service_managed) +
         tag_set(a.tags);
}

std::string write(const aws::InterfaceAssociation& a) {
  return element("association", text("allocationId", a.allocation_id) +
                                    text("associationId", a.association_id) + text("publicIp", a.public_ip) +
                                    text("ipOwnerId", a.ip_owner_id));
}

std::string write(const aws::NetworkInterface& e) {
  std::string addresses, prefixes, groups;
  for (const auto& a : e.private_ip_addresses)
    addresses += element("item", text("privateIpAddress", a.private_ip_address) + text("primary", a.primary) +
                                     write(a.association));
  for (const auto& prefix : e.ipv4_prefixes) prefixes += element("item", text("ipv4Prefix", prefix));
  for (const auto& group : e.groups) groups += element("item", text("groupId", group));
  return text("networkInterfaceId", e.network_interface_id) + text("status", e.status) +
         text("interfaceType", e.interface_type) + text("description", e.description) +
         text("subnetId", e.subnet_id) + text("vpcId", e.vpc_id) +
         text("availabilityZone", e.availability_zone) + text("macAddress", e.mac_address) +
         text("ownerId", e.owner_id) + text("requesterManaged", e.requester_managed) +
         element("operator", text("managed", e.operator_managed)) +
         text("privateIpAddress", e.private_ip_address) + write(e.association) +
         element("privateIpAddressesSet", addresses) + element("ipv4PrefixSet", prefixes) +
         element("groupSet", groups) +
         element("attachment", text("attachmentId", e.attachment_id) + text("instanceId", e.instance_id) +
                                   text("deviceIndex", long{e.device_index}) +
                                   text("status", e.attachment_status)) +
         tag_set(e.tags);
}

std::string write(const aws::PublicIpv4Pool& p) {
  return text("poolId", p.pool_id) + text("networkBorderGroup", p.network_border_group) +
         text("totalAddressCount", p.total_address_count) +
         text("totalAvailableAddressCount", p.total_available_address_count);
}

std::string write(const aws::Instance& i) {
  std::string interfaces;
  for (const auto& e : i.network_interfaces)
    interfaces +=
        element("item", text("networkInterfaceId", e.network_interface_id) +
                            element("attachment", text("deviceIndex", long{e.device_index}) +
                                                      text("networkCardIndex", long{e.network_card_index})));
  return element("instancesSet",
                 element("item", text("instanceId", i.instance_id) + text("instanceType", i.instance_type) +
                                     element("instanceState", text("name", i.state)) +
                                     text("subnetId", i.subnet_id) + text("vpcId", i.vpc_id) +
                                     element("placement", text("availabilityZone", i.availability_zone)) +
                                     element("networkInterfaceSet", interfaces)));
}

std::string write(const aws::InstanceType& t) {
  const auto card =
      element("item", text("networkCardIndex", 0L) +
                          text("maximumNetworkInterfaces", long{t.maximum_network_interfaces_card_0}));
  return text("instanceType", t.instance_type) +
         element("networkInfo", text("maximumNetworkInterfaces", long{t.maximum_network_interfaces}) +
                                    text("ipv4AddressesPerInterface", long{t.ipv4_addresses_per_interface}) +
                                    element("networkCards", card));
}

std::string write(const aws::Subnet& s) {
  return text("subnetId", s.subnet_id) + text("vpcId", s.vpc_id) +
         text("availabilityZone", s.availability_zone) +
         text("availableIpAddressCount", long{s.available_ip_address_count});
}

std::string write(const aws::SecurityGroup& g) {
  return text("groupId", g.group_id) + text("groupName", g.group_name) + text("vpcId", g.vpc_id);
}

void check(const base::Fault& fault) {
  fuzz::require(fault.effect_possible, "EC2 answered: the effect is possible");
  fuzz::require(fuzz::one_line(fault.message) && fault.message.size() < 200, "a fault is one short line");
}

template <class T>
void listing(Result<Page<T>> (*read)(std::string_view), std::string_view set, std::string_view body) {
  const auto page = read(body);
  if (!page) return check(page.error());
  std::string items;
  for (const auto& item : page->items) items += element("item", write(item));
  const auto again = read(element("AResponse", element(set, items) + text("nextToken", page->next_token)));
  fuzz::require(again && again->items == page->items && again->next_token == page->next_token,
                "a listing reads differently after it was written");
}

// An answer that is about one value, of which it must have what the caller counts on.
template <class T>
void single(Result<T> (*read)(std::string_view), bool (*complete)(const T&), std::string_view body) {
  const auto value = read(body);
  if (!value) return check(value.error());
  fuzz::require(complete(*value), "an answer without what it is about");
}

bool some(const std::string& value) {
  return !value.empty();
}

void assumed_role(std::string_view body) {
  const auto role = aws::read_assumed_role(body);
  if (!role) {
    check(role.error());
    fuzz::require(role.error().message.ends_with(": not shown"), "a fault shows an answer of STS");
    return;
  }
  fuzz::require(some(role->access_key_id) && some(role->secret_access_key) && some(role->session_token),
                "credentials are complete");
}

struct Reader {
  std::string_view element;  // where it stands in a body, this reader is the right one
  void (*read)(std::string_view body);
};

constexpr Reader kReaders[] = {
    {"addressesSet", [](std::string_view b) { listing(aws::read_addresses, "addressesSet", b); }},
    {"networkInterfaceSet",
     [](std::string_view b) { listing(aws::read_network_interfaces, "networkInterfaceSet", b); }},
    {"publicIpv4PoolSet",
     [](std::string_view b) { listing(aws::read_public_ipv4_pools, "publicIpv4PoolSet", b); }},
    {"reservationSet", [](std::string_view b) { listing(aws::read_instances, "reservationSet", b); }},
    {"instanceTypeSet", [](std::string_view b) { listing(aws::read_instance_types, "instanceTypeSet", b); }},
    {"subnetSet", [](std::string_view b) { listing(aws::read_subnets, "subnetSet", b); }},
    {"securityGroupInfo",
     [](std::string_view b) { listing(aws::read_security_groups, "securityGroupInfo", b); }},
    {"AllocateAddress",
     [](std::string_view b) {
       single<aws::Address>(
           aws::read_allocated, [](const auto& a) { return some(a.allocation_id); }, b);
     }},
    {"AssociateAddress", [](std::string_view b) { single<std::string>(aws::read_association_id, some, b); }},
    {"CreateNetworkInterface",
     [](std::string_view b) {
       single<aws::NetworkInterface>(
           aws::read_created_interface, [](const auto& e) { return some(e.network_interface_id); }, b);
     }},
    {"AttachNetworkInterface",
     [](std::string_view b) { single<std::string>(aws::read_attachment_id, some, b); }},
    {"assignedPrivateIpAddressesSet",
     [](std::string_view b) {
       if (const auto done = aws::read_assigned_addresses(b); !done) check(done.error());
     }},
    {"<return>",
     [](std::string_view b) {
       if (const auto done = aws::read_done(b); !done) check(done.error());
     }},
    {"GetCallerIdentity", [](std::string_view b) { single<std::string>(aws::read_account_id, some, b); }},
    {"AssumeRoleWithWebIdentity", assumed_role},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = fuzz::text_of(data, size);
  for (const auto& reader : kReaders)
    if (body.find(reader.element) != std::string_view::npos) reader.read(body);
  fuzz::Draw draw(body);
  kReaders[draw.below(std::size(kReaders))].read(body);  // one that it is not meant for, perhaps
  return 0;
}
