// The effects of Ec2Client: one call each.

#include "aws/ec2_client.hpp"

#include <stdexcept>

#include "aws/ec2_xml.hpp"
#include "aws/error_codes.hpp"
#include "aws/query.hpp"

namespace aws {

using base::Result;
using base::Task;

namespace {

constexpr std::size_t kClientToken = 64;  // characters; EC2 takes no more

}  // namespace

// --- Addresses and tags

Task<Result<Address>> Ec2Client::allocate(PermitPtr permit, AllocateRequest request) {
  auto answer = co_await call(Action::allocate_address, std::move(permit), query::allocate_address(request));
  if (!answer) co_return answer.error();
  auto address = read_allocated(answer->body);
  // The answer has no tags; they went with the call, so it has them.
  if (address) address->tags = std::move(request.tags);
  co_return address;
}

Task<Result<std::string>> Ec2Client::associate(PermitPtr permit, AssociateRequest request) {
  if (request.allocation_id.empty() || request.network_interface_id.empty())
    co_return refusal("AssociateAddress: without an allocation id or an interface id");
  auto answer =
      co_await call(Action::associate_address, std::move(permit), query::associate_address(request));
  if (!answer) co_return answer.error();
  co_return read_association_id(answer->body);
}

Task<Result<>> Ec2Client::disassociate(PermitPtr permit, std::string association_id) {
  if (association_id.empty()) co_return refusal("DisassociateAddress: without an association id");
  co_return co_await done(Action::disassociate_address, std::move(permit),
                          query::disassociate_address(association_id));
}

Task<Result<>> Ec2Client::release(PermitPtr permit, std::string allocation_id,
                                  std::string network_border_group) {
  if (allocation_id.empty()) co_return refusal("ReleaseAddress: without an allocation id");
  co_return co_await done(Action::release_address, std::move(permit),
                          query::release_address(allocation_id, network_border_group));
}

Task<Result<>> Ec2Client::create_tags(PermitPtr permit, std::string resource_id, Tags tags) {
  if (resource_id.empty()) co_return refusal("CreateTags: without a resource id");
  if (tags.empty()) co_return Result<>();
  co_return co_await done(Action::create_tags, std::move(permit), query::create_tags(resource_id, tags));
}

Task<Result<>> Ec2Client::delete_tags(PermitPtr permit, std::string resource_id,
                                      std::vector<std::string> keys) {
  if (resource_id.empty()) co_return refusal("DeleteTags: without a resource id");
  // Never sent without keys: EC2 would delete all tags.
  if (keys.empty()) co_return Result<>();
  co_return co_await done(Action::delete_tags, std::move(permit), query::delete_tags(resource_id, keys));
}

// --- Network interfaces

Task<Result<NetworkInterface>> Ec2Client::create_network_interface(PermitPtr permit,
                                                                   CreateNetworkInterfaceRequest request) {
  if (request.subnet_id.empty()) co_return refusal("CreateNetworkInterface: without a subnet id");
  if (request.client_token.empty() || request.client_token.size() > kClientToken)
    co_return refusal("CreateNetworkInterface: without a client token of 1 to 64 characters");
  if (request.secondary_private_ip_address_count < 0)
    co_return refusal("CreateNetworkInterface: fewer than no secondary addresses");
  auto answer = co_await call(Action::create_network_interface, std::move(permit),
                              query::create_network_interface(request));
  if (!answer) co_return answer.error();
  co_return read_created_interface(answer->body);
}

Task<Result<std::string>> Ec2Client::attach_network_interface(PermitPtr permit,
                                                              AttachNetworkInterfaceRequest request) {
  if (request.network_interface_id.empty() || request.instance_id.empty())
    co_return refusal("AttachNetworkInterface: without an interface id or an instance id");
  if (request.device_index < 1)
    co_return refusal("AttachNetworkInterface: device index 0 is the instance's own");
  auto answer = co_await call(Action::attach_network_interface, std::move(permit),
                              query::attach_network_interface(request));
  if (!answer) co_return answer.error();
  co_return read_attachment_id(answer->body);
}

Task<Result<>> Ec2Client::detach_network_interface(PermitPtr permit, std::string attachment_id) {
  if (attachment_id.empty()) co_return refusal("DetachNetworkInterface: without an attachment id");
  co_return co_await done(Action::detach_network_interface, std::move(permit),
                          query::detach_network_interface(attachment_id));
}

Task<Result<>> Ec2Client::delete_network_interface(PermitPtr permit, std::string network_interface_id) {
  if (network_interface_id.empty()) co_return refusal("DeleteNetworkInterface: without an interface id");
  co_return co_await done(Action::delete_network_interface, std::move(permit),
                          query::delete_network_interface(network_interface_id));
}

Task<Result<>> Ec2Client::modify_groups(PermitPtr permit, std::string network_interface_id,
                                        std::vector<std::string> groups) {
  if (network_interface_id.empty() || groups.empty())
    co_return refusal("ModifyNetworkInterfaceAttribute: without an interface id or a security group");
  co_return co_await done(Action::modify_network_interface_attribute, std::move(permit),
                          query::modify_groups(network_interface_id, groups));
}

Task<Result<>> Ec2Client::modify_description(PermitPtr permit, std::string network_interface_id,
                                             std::string description) {
  if (network_interface_id.empty())
    co_return refusal("ModifyNetworkInterfaceAttribute: without an interface id");
  co_return co_await done(Action::modify_network_interface_attribute, std::move(permit),
                          query::modify_description(network_interface_id, description));
}

Task<Result<std::vector<std::string>>> Ec2Client::assign_private_ip_addresses(
    PermitPtr permit, std::string network_interface_id, int count) {
  if (network_interface_id.empty() || count < 1)
    co_return refusal("AssignPrivateIpAddresses: without an interface id or a count");
  auto answer = co_await call(Action::assign_private_ip_addresses, std::move(permit),
                              query::assign_private_ip_addresses(network_interface_id, count));
  if (!answer) co_return answer.error();
  co_return read_assigned_addresses(answer->body);
}

Task<Result<>> Ec2Client::unassign_private_ip_addresses(PermitPtr permit, std::string network_interface_id,
                                                        std::vector<std::string> addresses) {
  if (network_interface_id.empty() || addresses.empty())
    co_return refusal("UnassignPrivateIpAddresses: without an interface id or an address");
  co_return co_await done(Action::unassign_private_ip_addresses, std::move(permit),
                          query::unassign_private_ip_addresses(network_interface_id, addresses));
}

// --- The call

Task<Result<>> Ec2Client::done(Action action, PermitPtr permit, std::string body) {
  auto answer = co_await call(action, std::move(permit), std::move(body));
  if (!answer) co_return answer.error();
  co_return read_done(answer->body);
}

Task<Result<Answer>> Ec2Client::call(Action action, PermitPtr permit, std::string body) {
  if (permit && permit->action() != action) throw std::logic_error("a permit for another action");
  Call call;
  call.action = action;
  call.body = std::move(body);
  call.permit = std::move(permit);
  co_return co_await channel_.send(std::move(call));
}

}  // namespace aws
