#pragma once
// Answers of EC2 and STS, from XML to values.
//
// Promises: never throws and never crashes, whatever the bytes are; element names are compared without their
// namespace; unknown elements are skipped; an empty element counts as absent (emulators write <instanceId/>
// for "none"). Faults: `unavailable` when the body is no XML (cut, empty, an HTML page), `failed` when it is
// XML but not that answer. Both say that the effect is possible, since the server did answer 200.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#structure-of-a-get-request

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ec2_types.hpp"
#include "base/result.hpp"

namespace aws {

template <class T>
struct Page {
  std::vector<T> items;
  std::string next_token;  // empty on the last page
};

base::Result<Page<Address>> read_addresses(std::string_view body);
base::Result<Page<NetworkInterface>> read_network_interfaces(std::string_view body);
base::Result<Page<PublicIpv4Pool>> read_public_ipv4_pools(std::string_view body);
base::Result<Page<Instance>> read_instances(std::string_view body);
base::Result<Page<InstanceType>> read_instance_types(std::string_view body);
base::Result<Page<Subnet>> read_subnets(std::string_view body);
base::Result<Page<SecurityGroup>> read_security_groups(std::string_view body);
base::Result<Address> read_allocated(std::string_view body);  // AllocateAddress; always with allocation id
base::Result<std::string> read_association_id(std::string_view body);          // AssociateAddress
base::Result<NetworkInterface> read_created_interface(std::string_view body);  // always with its id
base::Result<std::string> read_attachment_id(std::string_view body);           // AttachNetworkInterface
// AssignPrivateIpAddresses. Empty when EC2 names none: older answers say only that it was done.
base::Result<std::vector<std::string>> read_assigned_addresses(std::string_view body);
base::Result<> read_done(std::string_view body);                   // actions without a result
base::Result<std::string> read_account_id(std::string_view body);  // GetCallerIdentity

struct AssumedRole {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  std::string expiration;  // RFC 3339
};
base::Result<AssumedRole> read_assumed_role(std::string_view body);  // AssumeRoleWithWebIdentity

struct ErrorDocument {
  std::string code;
  std::string message;
  std::string request_id;
};
// The envelopes of EC2, of STS, and of moto's authorisation. Nothing if `body` is none of them.
std::optional<ErrorDocument> read_error(std::string_view body);

// The first `length` bytes as one printable line, to show what came instead of an answer.
std::string printable(std::string_view text, std::size_t length = 80);

}  // namespace aws
