#include "ec2_double/known_ids.hpp"

#include <string_view>

#include "ec2_double/effects.hpp"

namespace ec2_double {
namespace {

// EC2's names and codes, whose spelling follows no rule.
struct Kind {
  const char* name;
  std::string_view prefix;
  const char* malformed;
  const char* not_found;
};
constexpr Kind kInterface{"networkInterface", "eni-", "InvalidNetworkInterfaceId.Malformed",
                          "InvalidNetworkInterfaceID.NotFound"};
constexpr Kind kInstance{"instance", "i-", "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound"};
constexpr Kind kSubnet{"subnet", "subnet-", "InvalidSubnetID.Malformed", "InvalidSubnetID.NotFound"};
constexpr Kind kVpc{"vpc", "vpc-", "InvalidVpcID.Malformed", "InvalidVpcID.NotFound"};
constexpr Kind kGroup{"security group", "sg-", "InvalidGroupId.Malformed", "InvalidGroup.NotFound"};
constexpr Kind kInternetGateway{"internetGateway", "igw-", "InvalidInternetGatewayId.Malformed",
                                "InvalidInternetGatewayID.NotFound"};

// EC2's ids have 8 or 17 digits; for fewer it was seen to answer that there is no such resource.
bool is_well_formed(std::string_view id, std::string_view prefix) {
  if (!id.starts_with(prefix)) return false;
  const auto digits = id.substr(prefix.size());
  return !digits.empty() && digits.size() <= 17 &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Error not_found(const Kind& kind, const std::string& id) {
  return {kind.not_found, std::string("The ") + kind.name + " ID '" + id + "' does not exist"};
}

template <class T>
const T& known(const Call& call, const Table<T>& table, const Kind& kind, const std::string& id) {
  if (!is_well_formed(id, kind.prefix))
    throw Error{kind.malformed,
                "Invalid id: \"" + id + "\" (expecting \"" + std::string(kind.prefix) + "...\")"};
  if (const auto* found = table.seen(id, call.view)) return *found;
  throw not_found(kind, id);
}

template <class T>
T changeable(const Call& call, const Table<T>& table, const Kind& kind, const std::string& id) {
  known(call, table, kind, id);
  if (const auto* latest = table.latest(id)) return *latest;
  throw not_found(kind, id);
}

}  // namespace

const NetworkInterface& known_interface(const Call& call, const std::string& id) {
  if (call.world.others_interfaces.contains(id))
    throw Error{"AuthFailure", "You do not have permission to access the specified resource."};
  return known(call, call.world.network_interfaces, kInterface, id);
}

const Instance& known_instance(const Call& call, const std::string& id) {
  return known(call, call.world.instances, kInstance, id);
}

const Subnet& known_subnet(const Call& call, const std::string& id) {
  return known(call, call.world.subnets, kSubnet, id);
}

const Vpc& known_vpc(const Call& call, const std::string& id) {
  return known(call, call.world.vpcs, kVpc, id);
}

const SecurityGroup& known_group(const Call& call, const std::string& id) {
  return known(call, call.world.security_groups, kGroup, id);
}

const InternetGateway& known_internet_gateway(const Call& call, const std::string& id) {
  return known(call, call.world.internet_gateways, kInternetGateway, id);
}

NetworkInterface changeable_interface(const Call& call, const std::string& id) {
  known_interface(call, id);
  auto interface = changeable(call, call.world.network_interfaces, kInterface, id);
  if (interface.requester_managed)
    throw Error{"AuthFailure", "You do not have permission to access the specified resource."};
  if (interface.operator_managed)
    throw Error{"OperationNotPermitted", "The network interface '" + id + "' is managed by an AWS service."};
  return interface;
}

Instance changeable_instance(const Call& call, const std::string& id) {
  return changeable(call, call.world.instances, kInstance, id);
}

Vpc changeable_vpc(const Call& call, const std::string& id) {
  return changeable(call, call.world.vpcs, kVpc, id);
}

}  // namespace ec2_double
