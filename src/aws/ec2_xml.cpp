#include "aws/ec2_xml.hpp"

#include <charconv>
#include <pugixml.hpp>

namespace aws {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  for (const auto& node : parent.children())
    if (node.type() == pugi::node_element && local_name(node) == name) return node;
  return {};
}

std::string text(const pugi::xml_node& parent, std::string_view name) {
  return child(parent, name).child_value();
}

bool flag(const pugi::xml_node& parent, std::string_view name) {
  return text(parent, name) == "true";
}

template <class Number>
Number number(const pugi::xml_node& parent, std::string_view name, Number otherwise) {
  const std::string digits = text(parent, name);
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? value : otherwise;
}

// Calls `use` with each <item> of the set.
template <class Use>
void for_each_item(const pugi::xml_node& parent, std::string_view set, Use use) {
  for (const auto& node : child(parent, set).children())
    if (node.type() == pugi::node_element && local_name(node) == "item") use(node);
}

bool parse(pugi::xml_document& document, std::string_view body) {
  // A tag's value may be blanks only, which the default would drop.
  constexpr unsigned kOptions = pugi::parse_default | pugi::parse_ws_pcdata_single;
  const auto parsed = document.load_buffer(body.data(), body.size(), kOptions, pugi::encoding_utf8);
  return parsed && document.document_element();
}

Fault strange(FaultKind kind, std::string_view problem, std::string_view body) {
  return {.kind = kind,
          .code = "MalformedAnswer",
          .message = std::string(problem) + (body.empty() ? ": an empty body" : ": " + printable(body)),
          .effect_possible = true,
          .retry_after = {}};
}

// Parses `body` into `document` and returns its root, which must be called SomethingResponse.
Result<pugi::xml_node> answer(pugi::xml_document& document, std::string_view body) {
  if (!parse(document, body))
    return strange(FaultKind::unavailable, "AWS's answer is not complete XML", body);
  const auto root = document.document_element();
  const auto name = local_name(root);
  if (!name.ends_with("Response") || name == "Response" || name == "ErrorResponse")
    return strange(FaultKind::failed, "AWS's answer is not what was asked for", body);
  return root;
}

Tags read_tags(const pugi::xml_node& parent) {
  Tags tags;
  for_each_item(parent, "tagSet", [&](const pugi::xml_node& item) {
    std::string key = text(item, "key");
    if (!key.empty()) tags.insert_or_assign(std::move(key), text(item, "value"));
  });
  return tags;
}

Address read_address(const pugi::xml_node& node) {
  Address address;
  address.allocation_id = text(node, "allocationId");
  address.public_ip = text(node, "publicIp");
  address.association_id = text(node, "associationId");
  address.instance_id = text(node, "instanceId");
  address.network_interface_id = text(node, "networkInterfaceId");
  address.network_interface_owner_id = text(node, "networkInterfaceOwnerId");
  address.private_ip_address = text(node, "privateIpAddress");
  address.public_ipv4_pool = text(node, "publicIpv4Pool");
  address.network_border_group = text(node, "networkBorderGroup");
  address.service_managed = text(node, "serviceManaged");
  address.tags = read_tags(node);
  return address;
}

InterfaceAssociation read_association(const pugi::xml_node& parent) {
  const auto node = child(parent, "association");
  return {.allocation_id = text(node, "allocationId"),
          .association_id = text(node, "associationId"),
          .public_ip = text(node, "publicIp"),
          .ip_owner_id = text(node, "ipOwnerId")};
}

NetworkInterface read_interface(const pugi::xml_node& node) {
  NetworkInterface eni;
  eni.network_interface_id = text(node, "networkInterfaceId");
  eni.status = text(node, "status");
  eni.interface_type = text(node, "interfaceType");
  eni.description = text(node, "description");
  eni.subnet_id = text(node, "subnetId");
  eni.vpc_id = text(node, "vpcId");
  eni.availability_zone = text(node, "availabilityZone");
  eni.mac_address = text(node, "macAddress");
  eni.owner_id = text(node, "ownerId");
  eni.requester_managed = flag(node, "requesterManaged");
  eni.operator_managed = flag(child(node, "operator"), "managed");
  eni.private_ip_address = text(node, "privateIpAddress");
  eni.association = read_association(node);
  for_each_item(node, "privateIpAddressesSet", [&](const pugi::xml_node& item) {
    eni.private_ip_addresses.push_back({.private_ip_address = text(item, "privateIpAddress"),
                                        .primary = flag(item, "primary"),
                                        .association = read_association(item)});
  });
  for_each_item(node, "ipv4PrefixSet",
                [&](const pugi::xml_node& item) { eni.ipv4_prefixes.push_back(text(item, "ipv4Prefix")); });
  for_each_item(node, "groupSet",
                [&](const pugi::xml_node& item) { eni.groups.push_back(text(item, "groupId")); });
  const auto attachment = child(node, "attachment");
  eni.attachment_id = text(attachment, "attachmentId");
  eni.instance_id = text(attachment, "instanceId");
  eni.device_index = number<int>(attachment, "deviceIndex", -1);
  eni.attachment_status = text(attachment, "status");
  eni.tags = read_tags(node);
  return eni;
}

PublicIpv4Pool read_pool(const pugi::xml_node& node) {
  return {.pool_id = text(node, "poolId"),
          .network_border_group = text(node, "networkBorderGroup"),
          .total_address_count = number<long>(node, "totalAddressCount", 0),
          .total_available_address_count = number<long>(node, "totalAvailableAddressCount", 0)};
}

Instance read_instance(const pugi::xml_node& node) {
  Instance instance{.instance_id = text(node, "instanceId"),
                    .instance_type = text(node, "instanceType"),
                    .state = text(child(node, "instanceState"), "name"),
                    .subnet_id = text(node, "subnetId"),
                    .vpc_id = text(node, "vpcId"),
                    .availability_zone = text(child(node, "placement"), "availabilityZone"),
                    .network_interfaces = {}};
  for_each_item(node, "networkInterfaceSet", [&](const pugi::xml_node& item) {
    const auto attachment = child(item, "attachment");
    instance.network_interfaces.push_back(
        {.network_interface_id = text(item, "networkInterfaceId"),
         .device_index = number<int>(attachment, "deviceIndex", -1),
         .network_card_index = number<int>(attachment, "networkCardIndex", 0)});
  });
  return instance;
}

// Instances come in groups that were started together.
std::vector<Instance> read_reservation(const pugi::xml_node& node) {
  std::vector<Instance> instances;
  for_each_item(node, "instancesSet",
                [&](const pugi::xml_node& item) { instances.push_back(read_instance(item)); });
  return instances;
}

InstanceType read_instance_type(const pugi::xml_node& node) {
  const auto network = child(node, "networkInfo");
  const int all = number<int>(network, "maximumNetworkInterfaces", 0);
  InstanceType type{.instance_type = text(node, "instanceType"),
                    .maximum_network_interfaces = all,
                    .maximum_network_interfaces_card_0 = all,  // where no cards are listed, there is one
                    .ipv4_addresses_per_interface = number<int>(network, "ipv4AddressesPerInterface", 0)};
  for_each_item(network, "networkCards", [&](const pugi::xml_node& card) {
    if (number<int>(card, "networkCardIndex", -1) == 0)
      type.maximum_network_interfaces_card_0 = number<int>(card, "maximumNetworkInterfaces", all);
  });
  return type;
}

Subnet read_subnet(const pugi::xml_node& node) {
  return {.subnet_id = text(node, "subnetId"),
          .vpc_id = text(node, "vpcId"),
          .availability_zone = text(node, "availabilityZone"),
          .available_ip_address_count = number<int>(node, "availableIpAddressCount", 0)};
}

SecurityGroup read_security_group(const pugi::xml_node& node) {
  return {.group_id = text(node, "groupId"),
          .group_name = text(node, "groupName"),
          .vpc_id = text(node, "vpcId")};
}

template <class T, class Read>
Result<Page<T>> read_page(std::string_view body, std::string_view set, Read read) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  if (!child(*root, set)) return strange(FaultKind::failed, "AWS's answer has no " + std::string(set), body);
  Page<T> page;
  for_each_item(*root, set, [&](const pugi::xml_node& item) { page.items.push_back(read(item)); });
  page.next_token = text(*root, "nextToken");
  return page;
}

// The one text that an answer is about.
Result<std::string> read_text(std::string_view body, std::string_view name) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  std::string found = text(*root, name);
  if (found.empty()) return strange(FaultKind::failed, "AWS's answer has no " + std::string(name), body);
  return found;
}

}  // namespace

Result<Page<Address>> read_addresses(std::string_view body) {
  return read_page<Address>(body, "addressesSet", read_address);
}

Result<Page<NetworkInterface>> read_network_interfaces(std::string_view body) {
  return read_page<NetworkInterface>(body, "networkInterfaceSet", read_interface);
}

Result<Page<PublicIpv4Pool>> read_public_ipv4_pools(std::string_view body) {
  return read_page<PublicIpv4Pool>(body, "publicIpv4PoolSet", read_pool);
}

Result<Page<Instance>> read_instances(std::string_view body) {
  const auto reservations = read_page<std::vector<Instance>>(body, "reservationSet", read_reservation);
  if (!reservations) return reservations.error();
  Page<Instance> page{.items = {}, .next_token = reservations->next_token};
  for (const auto& instances : reservations->items)
    page.items.insert(page.items.end(), instances.begin(), instances.end());
  return page;
}

Result<Page<InstanceType>> read_instance_types(std::string_view body) {
  return read_page<InstanceType>(body, "instanceTypeSet", read_instance_type);
}

Result<Page<Subnet>> read_subnets(std::string_view body) {
  return read_page<Subnet>(body, "subnetSet", read_subnet);
}

Result<Page<SecurityGroup>> read_security_groups(std::string_view body) {
  return read_page<SecurityGroup>(body, "securityGroupInfo", read_security_group);
}

Result<Address> read_allocated(std::string_view body) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  Address address = read_address(*root);
  if (address.allocation_id.empty())
    return strange(FaultKind::failed, "AWS's answer has no allocationId", body);
  return address;
}

Result<std::string> read_association_id(std::string_view body) {
  return read_text(body, "associationId");
}

Result<NetworkInterface> read_created_interface(std::string_view body) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  NetworkInterface eni = read_interface(child(*root, "networkInterface"));
  if (eni.network_interface_id.empty())
    return strange(FaultKind::failed, "AWS's answer has no networkInterfaceId", body);
  return eni;
}

Result<std::string> read_attachment_id(std::string_view body) {
  return read_text(body, "attachmentId");
}

Result<std::vector<std::string>> read_assigned_addresses(std::string_view body) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  std::vector<std::string> addresses;
  for_each_item(*root, "assignedPrivateIpAddressesSet",
                [&](const pugi::xml_node& item) { addresses.push_back(text(item, "privateIpAddress")); });
  return addresses;
}

Result<> read_done(std::string_view body) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  return {};
}

Result<std::string> read_account_id(std::string_view body) {
  pugi::xml_document document;
  const auto root = answer(document, body);
  if (!root) return root.error();
  std::string account = text(child(*root, "GetCallerIdentityResult"), "Account");
  if (account.empty()) return strange(FaultKind::failed, "AWS's answer has no Account", body);
  return account;
}

Result<AssumedRole> read_assumed_role(std::string_view body) {
  pugi::xml_document document;
  // The body may hold a secret: no fault shows any of it.
  if (!parse(document, body))
    return strange(FaultKind::unavailable, "the answer of STS is not complete XML", "not shown");
  const auto credentials =
      child(child(document.document_element(), "AssumeRoleWithWebIdentityResult"), "Credentials");
  AssumedRole role{.access_key_id = text(credentials, "AccessKeyId"),
                   .secret_access_key = text(credentials, "SecretAccessKey"),
                   .session_token = text(credentials, "SessionToken"),
                   .expiration = text(credentials, "Expiration")};
  if (role.access_key_id.empty() || role.secret_access_key.empty() || role.session_token.empty())
    return strange(FaultKind::failed, "the answer of STS has no complete credentials", "not shown");
  return role;
}

std::optional<ErrorDocument> read_error(std::string_view body) {
  pugi::xml_document document;
  if (!parse(document, body)) return std::nullopt;
  const auto root = document.document_element();
  auto error = child(child(root, "Errors"), "Error");
  if (!error) error = child(root, "Error");
  ErrorDocument found{
      .code = text(error, "Code"), .message = text(error, "Message"), .request_id = text(root, "RequestID")};
  if (found.request_id.empty()) found.request_id = text(root, "RequestId");
  if (found.code.empty()) return std::nullopt;
  return found;
}

std::string printable(std::string_view in, std::size_t length) {
  std::string out;
  bool blank = false;
  for (const char c : in) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
      blank = !out.empty();
      continue;
    }
    if (out.size() + (blank ? 2 : 1) > length) return out + "...";
    if (blank) out += ' ';
    blank = false;
    out += byte >= 0x20 && byte < 0x7F ? c : '?';
  }
  return out;
}

}  // namespace aws
