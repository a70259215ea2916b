#include "ec2_double/dump.hpp"

#include "ec2_double/json_fields.hpp"

namespace ec2_double {

// All members of all structs, once: the codec refuses to compile when one of them is missing.
BOOST_DESCRIBE_STRUCT(Association, (), (id, network_interface_id, private_ip_address))
BOOST_DESCRIBE_STRUCT(Address, (),
                      (id, public_ip, public_ipv4_pool, network_border_group, service_managed, association,
                       ptr_record, ptr_update, ptr_due, tags))
BOOST_DESCRIBE_STRUCT(Pool, (), (id, description, network_border_group, first_address, address_count, tags))
BOOST_DESCRIBE_STRUCT(Attachment, (),
                      (id, instance_id, device_index, network_card_index, status, delete_on_termination,
                       since, due))
BOOST_DESCRIBE_STRUCT(NetworkInterface, (),
                      (id, status, due, interface_type, description, subnet_id, mac_address,
                       private_ip_addresses, ipv4_prefixes, ipv6_addresses, groups, auto_assigned_public_ip,
                       associate_public_ip_address, source_dest_check, requester_managed, requester_id,
                       operator_managed, operator_principal, attachment, client_token, tags))
BOOST_DESCRIBE_STRUCT(Instance, (), (id, type, subnet_id, reservation_id, launch_time, state, due, tags))
BOOST_DESCRIBE_STRUCT(InstanceType, (),
                      (id, maximum_network_interfaces, ipv4_addresses_per_interface, network_cards))
BOOST_DESCRIBE_STRUCT(Vpc, (), (id, cidr_block, internet_gateway_id, tags))
BOOST_DESCRIBE_STRUCT(InternetGateway, (), (id, tags))
BOOST_DESCRIBE_STRUCT(Subnet, (), (id, vpc_id, cidr_block, availability_zone, map_public_ip_on_launch, tags))
BOOST_DESCRIBE_STRUCT(SecurityGroup, (), (id, group_name, description, vpc_id, tags))
BOOST_DESCRIBE_STRUCT(AvailabilityZone, (), (id, network_border_group, zone_type))
BOOST_DESCRIBE_STRUCT(UsedToken, (), (parameters, resource_id))
BOOST_DESCRIBE_STRUCT(Quotas, (), (addresses, network_interfaces, groups_per_interface, tags_per_resource))
BOOST_DESCRIBE_STRUCT(Settings, (),
                      (visibility, attach, detach, instance_start, instance_stop, interface_create,
                       reverse_dns, rate_limits, reassociation_default, quotas))
BOOST_DESCRIBE_STRUCT(World, (),
                      (region, account_id, seed, settings, addresses, pools, network_interfaces, instances,
                       vpcs, internet_gateways, subnets, security_groups, instance_types, availability_zones,
                       client_tokens, recoverable, released, sessions, others_addresses, others_interfaces))
BOOST_DESCRIBE_STRUCT(Rule, (),
                      (id, action, act, nth, times, probability, latency, skew, code, message, status, seen,
                       hits))
BOOST_DESCRIBE_STRUCT(LoggedCall, (),
                      (number, at, action, parameters, access_key_id, status, error, fault, effect))

template <>
struct Codec<Rule::Do> {
  static boost::json::value write(Rule::Do act) { return boost::json::string(name_of(act)); }
  static void read(const boost::json::value& from, Rule::Do& into, const Place& place) {
    std::string name;
    Codec<std::string>::read(from, name, place);
    const auto act = do_of(name);
    if (!act) place.refuse("there is no fault \"" + name + "\"");
    into = *act;
  }
};

namespace {

constexpr auto kSequence = "sequence";  // where the world's draws are, which is no member of its own

void read_world(World& world, const boost::json::value& from, Time now) {
  const Place top{"", now};
  boost::json::object members = object_at(from, Place{"the world", now});
  if (const auto* given = members.if_contains(kSequence)) {
    std::uint64_t sequence = 0;
    read(*given, sequence, top.member(kSequence));
    world.resume(sequence);
    members.erase(kSequence);
  }
  read(boost::json::value(std::move(members)), world, top);
}

}  // namespace

boost::json::value dump(const World& world) {
  auto members = write(world);
  members.as_object()[kSequence] = world.sequence();
  return members;
}

boost::json::value dump(const Rule& rule) {
  return write(rule);
}

boost::json::value dump(const LoggedCall& call) {
  return write(call);
}

World restored(const boost::json::value& dump, Time now) {
  World world;
  world.instance_types.clear();
  world.availability_zones.clear();
  read_world(world, dump, now);
  return world;
}

void merge(World& world, const boost::json::value& part, Time now) {
  World merged = world;
  read_world(merged, part, now);
  world = std::move(merged);
}

Rule read_rule(const boost::json::value& from) {
  Rule rule;
  read(from, rule, Place{"", {}});
  return rule;
}

}  // namespace ec2_double
