#pragma once
// Request bodies of the EC2 query protocol, and of STS's. Pure: a request as a value in, the bytes to POST
// out.
//
// Promises: the bytes that botocore's serialiser makes for the same parameters given in the same order
// (test/aws_wire/golden.json): Action, Version, then the parameters in the order of EC2's own reference
// pages; nothing is sent for an empty optional field. Keys and values are percent-encoded as in a form:
// letters, digits and "_.-~" stay, a blank becomes "+", every other byte %XX.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

#include <string>
#include <string_view>
#include <vector>

#include "aws/ec2.hpp"

namespace aws {

std::string form_encode(std::string_view text);

// In filter values EC2 reads "*" and "?" as wildcards, and "\" as their escape.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
std::string escape_wildcards(std::string_view value);

struct Filter {
  std::string name;
  std::vector<std::string> values;  // as they are: they are escaped here
};

inline constexpr std::size_t kFilterValues = 200;  // EC2 takes no more in one call (FilterLimitExceeded)
// The most that EC2 allows: interfaces, instances, subnets and security groups; the others have limits of
// their own.
inline constexpr int kItemsPerPage = 1000;
inline constexpr int kInstanceTypesPerPage = 100;
inline constexpr int kPoolsPerPage = 10;

namespace query {

std::string allocate_address(const AllocateRequest& request);
std::string associate_address(const AssociateRequest& request);
std::string create_tags(const std::string& resource_id, const Tags& tags);
// Throws std::logic_error without keys: EC2 would take that for "all tags".
std::string delete_tags(const std::string& resource_id, const std::vector<std::string>& keys);
std::string describe_addresses(const Filter& filter);
std::string describe_instance_types(const Filter& filter, const std::string& next_token);
std::string describe_instances(const Filter& filter, const std::string& next_token);
std::string describe_network_interfaces(const Filter& filter, const std::string& next_token);
std::string describe_public_ipv4_pools(const std::string& next_token);
// Those of one VPC alone, unless `vpc_id` is empty. It counts as one more filter value.
std::string describe_security_groups(const Filter& filter, const std::string& vpc_id,
                                     const std::string& next_token);
std::string describe_subnets(const Filter& filter, const std::string& next_token);
std::string disassociate_address(const std::string& association_id);
std::string release_address(const std::string& allocation_id, const std::string& network_border_group);
std::string assign_private_ip_addresses(const std::string& network_interface_id, int count);
std::string attach_network_interface(const AttachNetworkInterfaceRequest& request);
std::string create_network_interface(const CreateNetworkInterfaceRequest& request);
std::string delete_network_interface(const std::string& network_interface_id);
std::string detach_network_interface(const std::string& attachment_id);
std::string modify_description(const std::string& network_interface_id, const std::string& description);
std::string modify_groups(const std::string& network_interface_id, const std::vector<std::string>& groups);
std::string unassign_private_ip_addresses(const std::string& network_interface_id,
                                          const std::vector<std::string>& addresses);

std::string get_caller_identity();
std::string assume_role_with_web_identity(const std::string& role_arn, const std::string& session_name,
                                          const std::string& token);

}  // namespace query
}  // namespace aws
