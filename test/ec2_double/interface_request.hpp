#pragma once
// A network interface as a request describes it: the whole of CreateNetworkInterface, or a part of
// RunInstances. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html

#include <optional>
#include <string>
#include <vector>

#include "ec2_double/actions.hpp"
#include "ec2_double/subnet_space.hpp"

namespace ec2_double {

// How private addresses beside the primary one are asked for: in one of four ways.
struct AddressChoice {
  std::vector<std::string> addresses;
  std::optional<int> address_count;
  std::vector<std::string> prefixes;
  std::optional<int> prefix_count;

  bool is_empty() const;
};
// Errors: InvalidParameterCombination for more than one way, InvalidParameterValue for a count below 1.
void check_choice(const AddressChoice& choice);
// As many addresses or prefixes as the count asks for, from the space; none without a count.
std::vector<std::string> take_counted_addresses(World& world, SubnetSpace& space,
                                                const AddressChoice& choice);
std::vector<std::string> take_counted_prefixes(World& world, SubnetSpace& space, const AddressChoice& choice);

// The ids, each once, if all are groups of that VPC. Errors: InvalidGroup.NotFound, InvalidGroupId.Malformed,
// SecurityGroupsPerInterfaceLimitExceeded.
std::vector<std::string> known_groups(const Call& call, const std::vector<std::string>& ids,
                                      const std::string& vpc_id);
// Errors: NetworkInterfaceLimitExceeded.
void check_interface_quota(const World& world, int more);

// What the parameters ask for that begin with `prefix` ("" or "NetworkInterface.1."), with addresses of
// `space`; it is not put into the world. Errors: those of the functions above and of SubnetSpace.
NetworkInterface requested_interface(Call& call, const std::string& prefix, const Subnet& subnet,
                                     SubnetSpace& space);

}  // namespace ec2_double
