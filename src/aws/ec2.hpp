#pragma once
// The port to EC2: only the calls that we use, typed.
//
// Reads name what they want by filter, never by id: one missing id would fail the whole call. Every read
// tells when it was sent, since what it shows is at least as new as that, give or take EC2's eventual
// consistency. Mutating calls take a Permit (see acquire), so that the caller can wait for its turn first,
// look at the world once more, and only then act. They are sent once: the caller decides whether to send
// again.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ec2_types.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace aws {

enum class Action {
  allocate_address,
  assign_private_ip_addresses,
  associate_address,
  attach_network_interface,
  create_network_interface,
  create_tags,
  delete_network_interface,
  delete_tags,
  describe_addresses,
  describe_instance_types,
  describe_instances,
  describe_network_interfaces,
  describe_public_ipv4_pools,
  describe_security_groups,
  describe_subnets,
  detach_network_interface,
  disassociate_address,
  modify_network_interface_attribute,
  release_address,
  unassign_private_ip_addresses,
  get_caller_identity,
};
inline constexpr int kActions = static_cast<int>(Action::get_caller_identity) + 1;

std::string_view name_of(Action action);     // as AWS writes it: "AllocateAddress"
std::string_view service_of(Action action);  // "ec2" or "sts", as in an IAM permission and a signature
bool has_effect(Action action);              // false for reads

template <class T>
struct Seen {
  std::vector<T> items;
  base::SteadyTime asked{};  // when the (oldest) request behind it was sent
};

struct AllocateRequest {
  std::string address;           // one exact address, or empty
  std::string public_ipv4_pool;  // or a pool, or empty for Amazon's
  Tags tags;
};

struct AssociateRequest {
  std::string allocation_id;
  std::string network_interface_id;
  std::string private_ip_address;
  bool allow_reassociation = false;
};

struct CreateNetworkInterfaceRequest {
  std::string subnet_id;
  std::string description;
  std::vector<std::string> groups;  // ids; none: the default group of the VPC
  int secondary_private_ip_address_count = 0;
  Tags tags;
  std::string client_token;  // 1 to 64 ASCII characters
};

// Always on network card 0.
struct AttachNetworkInterfaceRequest {
  std::string network_interface_id;
  std::string instance_id;
  int device_index = 0;  // from 1 on: 0 is the primary interface, which comes with the instance
};

// A token of EC2's bucket for one action. Unused, it goes back to the bucket on destruction.
class Permit {
 public:
  virtual ~Permit() = default;
  virtual Action action() const = 0;
  // How long the caller has yet to wait until it may send.
  virtual base::Duration wait() const = 0;
};
using PermitPtr = std::unique_ptr<Permit>;

class Ec2 {
 public:
  virtual ~Ec2() = default;

  // Takes a token at once, on credit if need be: sleep for permit->wait() before the call.
  virtual PermitPtr acquire(Action action) = 0;

  // Reads. `values` may be of any number: they are gathered with those of other callers while a call is in
  // flight, split into calls of at most 200 filter values, paged, and handed back to whom they belong.
  virtual base::Task<base::Result<Seen<Address>>> addresses(std::string filter,
                                                            std::vector<std::string> values) = 0;
  virtual base::Task<base::Result<Seen<NetworkInterface>>> network_interfaces(
      std::string filter, std::vector<std::string> values) = 0;
  // All of the account's: EC2 has no filter for the id, and of ids one unknown fails the whole call. Shared,
  // too.
  virtual base::Task<base::Result<std::vector<PublicIpv4Pool>>> public_ipv4_pools() = 0;
  // By filter too. A terminated instance is shown for a while.
  virtual base::Task<base::Result<Seen<Instance>>> instances(std::vector<std::string> instance_ids) = 0;
  virtual base::Task<base::Result<Seen<Subnet>>> subnets(std::vector<std::string> subnet_ids) = 0;
  virtual base::Task<base::Result<Seen<SecurityGroup>>> security_groups(
      std::vector<std::string> group_ids) = 0;
  // A name is unique within its VPC only.
  virtual base::Task<base::Result<Seen<SecurityGroup>>> security_groups_by_name(
      std::string vpc_id, std::vector<std::string> names) = 0;
  // Asked of EC2 once in the life of the process, since what a type holds does not change. Nothing: EC2 has
  // no such type (which is asked again).
  virtual base::Task<base::Result<std::optional<InstanceType>>> instance_type(std::string name) = 0;
  virtual base::Task<base::Result<std::string>> account_id() = 0;  // STS GetCallerIdentity

  // Effects.
  virtual base::Task<base::Result<Address>> allocate(PermitPtr permit, AllocateRequest request) = 0;
  virtual base::Task<base::Result<std::string>> associate(PermitPtr permit, AssociateRequest request) = 0;
  virtual base::Task<base::Result<>> disassociate(PermitPtr permit, std::string association_id) = 0;
  virtual base::Task<base::Result<>> release(PermitPtr permit, std::string allocation_id,
                                             std::string network_border_group) = 0;
  virtual base::Task<base::Result<>> create_tags(PermitPtr permit, std::string resource_id, Tags tags) = 0;
  virtual base::Task<base::Result<>> delete_tags(PermitPtr permit, std::string resource_id,
                                                 std::vector<std::string> keys) = 0;

  // Effects on network interfaces.
  //
  // Safe to send again with the same client token: EC2 then makes nothing and shows what the first call made.
  // The same token with other parameters is refused, IdempotentParameterMismatch.
  virtual base::Task<base::Result<NetworkInterface>> create_network_interface(
      PermitPtr permit, CreateNetworkInterfaceRequest request) = 0;
  // Attaching and detaching end some time after the answer: see attachment_status. Repeated, they are refused
  // and do no harm: attached already, or a device index that somebody else took, is conflict; a detached
  // attachment is not_found. Never forced.
  virtual base::Task<base::Result<std::string>> attach_network_interface(
      PermitPtr permit, AttachNetworkInterfaceRequest request) = 0;  // the attachment's id
  virtual base::Task<base::Result<>> detach_network_interface(PermitPtr permit,
                                                              std::string attachment_id) = 0;
  // Conflict while it is attached. Harmless to repeat.
  virtual base::Task<base::Result<>> delete_network_interface(PermitPtr permit,
                                                              std::string network_interface_id) = 0;
  // The whole set, at least one id. Harmless to repeat, as is the description.
  virtual base::Task<base::Result<>> modify_groups(PermitPtr permit, std::string network_interface_id,
                                                   std::vector<std::string> groups) = 0;
  virtual base::Task<base::Result<>> modify_description(PermitPtr permit, std::string network_interface_id,
                                                        std::string description) = 0;
  // So many secondary addresses more, all or none. Each call adds: look before it is repeated. What EC2 says
  // that it assigned, which is all addresses on some emulators.
  virtual base::Task<base::Result<std::vector<std::string>>> assign_private_ip_addresses(
      PermitPtr permit, std::string network_interface_id, int count) = 0;
  // Takes an Elastic IP off them too. Addresses that are not on the interface are conflict.
  virtual base::Task<base::Result<>> unassign_private_ip_addresses(PermitPtr permit,
                                                                   std::string network_interface_id,
                                                                   std::vector<std::string> addresses) = 0;
};

}  // namespace aws
