#include <algorithm>
#include <utility>

#include "ec2_double/effects.hpp"
#include "ec2_double/ipv4.hpp"
#include "ec2_double/known_ids.hpp"
#include "ec2_double/listing.hpp"
#include "ec2_double/security_group_actions.hpp"
#include "ec2_double/subnet_space.hpp"

namespace ec2_double {
namespace {

using Texts = std::vector<std::string>;

const char* text_of(bool value) {
  return value ? "true" : "false";
}

// From a /28 to a /16: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
bool has_allowed_size(const Ipv4Block& block) {
  return block.size() >= 16 && block.size() <= 65536;
}

Ipv4Block required_block(const Params& params, const char* code) {
  const auto cidr = params.required("CidrBlock");
  const auto block = parse_ipv4_block(cidr);
  if (!block)
    throw Error{"InvalidParameterValue",
                "Value (" + cidr + ") for parameter cidrBlock is invalid. This is not a valid CIDR block."};
  if (!has_allowed_size(*block)) throw Error{code, "The CIDR '" + cidr + "' is invalid."};
  return *block;
}

Error still_used(const std::string& kind, const std::string& id) {
  return {"DependencyViolation", "The " + kind + " '" + id + "' has dependencies and cannot be deleted."};
}

// VPCs

void show_vpc(pugi::xml_node node, const World& world, const Vpc& vpc) {
  put(node, "vpcId", vpc.id);
  put(node, "ownerId", world.account_id);
  put(node, "state", "available");
  put(node, "cidrBlock", vpc.cidr_block);
  auto block = node.append_child("cidrBlockAssociationSet").append_child("item");
  put(block, "cidrBlock", vpc.cidr_block);
  put(block.append_child("cidrBlockState"), "state", "associated");
  put(node, "dhcpOptionsId", "default");
  put(node, "instanceTenancy", "default");
  put(node, "isDefault", false);
  put_tags(node, vpc.tags);
}

void create_vpc(Call& call) {
  required_block(call.params, "InvalidVpc.Range");
  World& world = call.world;
  Vpc vpc;
  vpc.cidr_block = call.params.text("CidrBlock");
  vpc.tags = call.params.tag_specification("vpc", world.settings.quotas.tags_per_resource);
  vpc.id = world.new_id("vpc-");
  show_vpc(call.answer.append_child("vpc"), world, vpc);
  add_default_group(world, vpc.id, call.now);
  world.vpcs.put(std::move(vpc), call.now);
}

FilterValues vpc_values(const World& world, const Vpc& vpc, std::string_view filter) {
  if (filter == "vpc-id") return Texts{vpc.id};
  if (filter == "cidr" || filter == "cidr-block-association.cidr-block") return Texts{vpc.cidr_block};
  if (filter == "owner-id") return Texts{world.account_id};
  if (filter == "state") return Texts{"available"};
  if (filter == "is-default" || filter == "isDefault") return Texts{"false"};
  return tag_values(vpc.tags, filter);
}

void describe_vpcs(Call& call) {
  const auto rows = wanted_rows<Vpc>(
      call, call.world.vpcs, "VpcId", known_vpc,
      [&](const Vpc& vpc, std::string_view name) { return vpc_values(call.world, vpc, name); });
  auto set = call.answer.append_child("vpcSet");
  for (const auto* vpc : page_of(call, rows, "VpcId")) show_vpc(set.append_child("item"), call.world, *vpc);
}

void delete_vpc(Call& call) {
  World& world = call.world;
  const auto vpc = changeable_vpc(call, call.params.required("VpcId"));
  bool used = !vpc.internet_gateway_id.empty();
  for (const auto* subnet : world.subnets.all()) used = used || subnet->vpc_id == vpc.id;
  std::string default_group;
  for (const auto* group : world.security_groups.all()) {
    if (group->vpc_id != vpc.id) continue;
    if (is_default(*group))
      default_group = group->id;
    else
      used = true;
  }
  if (used) throw still_used("vpc", vpc.id);
  world.security_groups.erase(default_group, call.now);
  world.vpcs.erase(vpc.id, call.now);
  put_done(call);
}

// Subnets

void show_subnet(pugi::xml_node node, const World& world, const Subnet& subnet) {
  put(node, "subnetId", subnet.id);
  put(node, "subnetArn", "arn:aws:ec2:" + world.region + ':' + world.account_id + ":subnet/" + subnet.id);
  put(node, "ownerId", world.account_id);
  put(node, "state", "available");
  put(node, "vpcId", subnet.vpc_id);
  put(node, "cidrBlock", subnet.cidr_block);
  put(node, "availabilityZone", subnet.availability_zone);
  put(node, "availableIpAddressCount", SubnetSpace(world, subnet).available());
  put(node, "defaultForAz", false);
  put(node, "mapPublicIpOnLaunch", subnet.map_public_ip_on_launch);
  put(node, "assignIpv6AddressOnCreation", false);
  node.append_child("ipv6CidrBlockAssociationSet");
  put_tags(node, subnet.tags);
}

std::string wanted_zone(const Call& call) {
  const auto& zones = call.world.availability_zones;
  const auto name = call.params.text("AvailabilityZone", zones.empty() ? "" : zones.begin()->first);
  if (!zones.contains(name))
    throw Error{"InvalidParameterValue", "Value (" + name + ") for parameter availabilityZone is invalid."};
  return name;
}

void create_subnet(Call& call) {
  World& world = call.world;
  const auto& vpc = known_vpc(call, call.params.required("VpcId"));
  const auto block = required_block(call.params, "InvalidSubnet.Range");
  Subnet subnet;
  subnet.cidr_block = call.params.text("CidrBlock");
  const auto vpc_block = parse_ipv4_block(vpc.cidr_block).value_or(Ipv4Block{});
  if (!vpc_block.contains(block.first) || !vpc_block.contains(block.last))
    throw Error{"InvalidSubnet.Range", "The CIDR '" + subnet.cidr_block + "' is invalid."};
  for (const auto* other : world.subnets.all())
    if (other->vpc_id == vpc.id && parse_ipv4_block(other->cidr_block).value_or(Ipv4Block{}).overlaps(block))
      throw Error{"InvalidSubnet.Conflict",
                  "The CIDR '" + subnet.cidr_block + "' conflicts with another subnet"};
  subnet.vpc_id = vpc.id;
  subnet.availability_zone = wanted_zone(call);
  subnet.tags = call.params.tag_specification("subnet", world.settings.quotas.tags_per_resource);
  subnet.id = world.new_id("subnet-");
  show_subnet(call.answer.append_child("subnet"), world, subnet);
  world.subnets.put(std::move(subnet), call.now);
}

FilterValues subnet_values(const World& world, const Subnet& subnet, std::string_view filter) {
  if (filter == "subnet-id") return Texts{subnet.id};
  if (filter == "vpc-id") return Texts{subnet.vpc_id};
  if (filter == "cidr" || filter == "cidr-block" || filter == "cidrBlock") return Texts{subnet.cidr_block};
  if (filter == "availability-zone" || filter == "availabilityZone") return Texts{subnet.availability_zone};
  if (filter == "available-ip-address-count")
    return Texts{std::to_string(SubnetSpace(world, subnet).available())};
  if (filter == "map-public-ip-on-launch") return Texts{text_of(subnet.map_public_ip_on_launch)};
  if (filter == "default-for-az" || filter == "defaultForAz") return Texts{"false"};
  if (filter == "owner-id") return Texts{world.account_id};
  if (filter == "state") return Texts{"available"};
  return tag_values(subnet.tags, filter);
}

void describe_subnets(Call& call) {
  const auto rows = wanted_rows<Subnet>(
      call, call.world.subnets, "SubnetId", known_subnet,
      [&](const Subnet& subnet, std::string_view name) { return subnet_values(call.world, subnet, name); });
  auto set = call.answer.append_child("subnetSet");
  for (const auto* subnet : page_of(call, rows, "SubnetId"))
    show_subnet(set.append_child("item"), call.world, *subnet);
}

void delete_subnet(Call& call) {
  const std::string id = known_subnet(call, call.params.required("SubnetId")).id;
  for (const auto* interface : call.world.network_interfaces.all())
    if (interface->subnet_id == id) throw still_used("subnet", id);
  call.world.subnets.erase(id, call.now);
  put_done(call);
}

// Internet gateways

void create_internet_gateway(Call& call) {
  InternetGateway gateway;
  gateway.tags =
      call.params.tag_specification("internet-gateway", call.world.settings.quotas.tags_per_resource);
  gateway.id = call.world.new_id("igw-");
  auto node = call.answer.append_child("internetGateway");
  put(node, "internetGatewayId", gateway.id);
  put(node, "ownerId", call.world.account_id);
  node.append_child("attachmentSet");
  put_tags(node, gateway.tags);
  call.world.internet_gateways.put(std::move(gateway), call.now);
}

void attach_internet_gateway(Call& call) {
  const std::string id = known_internet_gateway(call, call.params.required("InternetGatewayId")).id;
  auto vpc = changeable_vpc(call, call.params.required("VpcId"));
  for (const auto* other : call.world.vpcs.all())
    if (other->internet_gateway_id == id)
      throw Error{"Resource.AlreadyAssociated",
                  "resource " + id + " is already attached to network " + other->id};
  if (!vpc.internet_gateway_id.empty())
    throw Error{"InvalidParameterValue", "Network " + vpc.id + " already has an internet gateway attached"};
  vpc.internet_gateway_id = id;
  call.world.vpcs.put(std::move(vpc), call.now);
  put_done(call);
}

bool has_public_addresses(const World& world, const std::string& vpc_id) {
  const auto is_inside = [&](const NetworkInterface* interface) {
    const auto* subnet = interface ? world.subnets.latest(interface->subnet_id) : nullptr;
    return subnet && subnet->vpc_id == vpc_id;
  };
  const auto addresses = world.addresses.all();
  return std::any_of(addresses.begin(), addresses.end(), [&](const Address* address) {
    return address->association &&
           is_inside(world.network_interfaces.latest(address->association->network_interface_id));
  });
}

void detach_internet_gateway(Call& call) {
  const std::string id = known_internet_gateway(call, call.params.required("InternetGatewayId")).id;
  auto vpc = changeable_vpc(call, call.params.required("VpcId"));
  if (vpc.internet_gateway_id != id)
    throw Error{"Gateway.NotAttached", "resource " + id + " is not attached to network " + vpc.id};
  if (has_public_addresses(call.world, vpc.id))
    throw Error{"DependencyViolation", "Network " + vpc.id + " has some mapped public address(es)."};
  vpc.internet_gateway_id.clear();
  call.world.vpcs.put(std::move(vpc), call.now);
  put_done(call);
}

// Zones

FilterValues zone_values(const World& world, const AvailabilityZone& zone, std::string_view filter) {
  if (filter == "zone-name") return Texts{zone.id};
  if (filter == "zone-type") return Texts{zone.zone_type};
  if (filter == "group-name") return Texts{zone.network_border_group};
  if (filter == "region-name") return Texts{world.region};
  if (filter == "state") return Texts{"available"};
  return std::nullopt;
}

void describe_availability_zones(Call& call) {
  const World& world = call.world;
  const auto names = call.params.list("ZoneName");
  for (const auto& name : names)
    if (!world.availability_zones.contains(name))
      throw Error{"InvalidParameterValue", "Invalid availability zone: [" + name + "]"};
  const auto filters = call.params.filters();
  auto set = call.answer.append_child("availabilityZoneInfo");
  for (const auto& [name, zone] : world.availability_zones) {
    const bool named = names.empty() || std::find(names.begin(), names.end(), name) != names.end();
    const bool fits = matches(filters, [&zone = zone, &world](std::string_view filter) {
      return zone_values(world, zone, filter);
    });
    if (!named || !fits) continue;
    auto item = set.append_child("item");
    put(item, "zoneName", zone.id);
    put(item, "zoneState", "available");
    put(item, "zoneType", zone.zone_type);
    put(item, "regionName", world.region);
    put(item, "groupName", zone.network_border_group);
    put(item, "networkBorderGroup", zone.network_border_group);
    put(item, "optInStatus", zone.zone_type == "availability-zone" ? "opt-in-not-required" : "opted-in");
  }
}

}  // namespace

Actions network_actions() {
  Actions actions = {
      {"CreateVpc", create_vpc},
      {"DescribeVpcs", describe_vpcs},
      {"DeleteVpc", delete_vpc},
      {"CreateSubnet", create_subnet},
      {"DescribeSubnets", describe_subnets},
      {"DeleteSubnet", delete_subnet},
      {"CreateInternetGateway", create_internet_gateway},
      {"AttachInternetGateway", attach_internet_gateway},
      {"DetachInternetGateway", detach_internet_gateway},
      {"DescribeAvailabilityZones", describe_availability_zones},
  };
  actions.merge(security_group_actions());
  return actions;
}

}  // namespace ec2_double
