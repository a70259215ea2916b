// The calls that change something; the reads are in ec2_client_test.cpp.

#include <gtest/gtest.h>

#include "fakes/aws_fixture.hpp"

using base::FaultKind;

namespace aws {
namespace {

using Ec2ClientEffects = Ec2ClientFixture;

CreateNetworkInterfaceRequest an_interface() {
  return {.subnet_id = "subnet-1",
          .description = {},
          .groups = {"sg-1"},
          .secondary_private_ip_address_count = 0,
          .tags = {},
          .client_token = "token-1"};
}

TEST_F(Ec2ClientEffects, EffectsAreSentAndTheirAnswersRead) {
  transport.on_request = [](const http::Request& request) {
    if (request.body.starts_with("Action=AllocateAddress"))
      return fakes::answer(200,
                           "<AllocateAddressResponse><publicIp>203.0.113.7</"
                           "publicIp><allocationId>eipalloc-1</allocationId></AllocateAddressResponse>");
    if (request.body.starts_with("Action=AssociateAddress"))
      return fakes::answer(
          200,
          "<AssociateAddressResponse><associationId>eipassoc-1</associationId></AssociateAddressResponse>");
    if (request.body.starts_with("Action=GetCallerIdentity"))
      return fakes::answer(200,
                           "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></"
                           "GetCallerIdentityResult></GetCallerIdentityResponse>");
    return fakes::answer(200, "<DoneResponse><requestId>r</requestId></DoneResponse>");
  };
  const auto address = run(ec2.allocate(ec2.acquire(Action::allocate_address),
                                        {.address = {}, .public_ipv4_pool = {}, .tags = {{"k", "v"}}}));
  ASSERT_TRUE(address);
  EXPECT_EQ(address->allocation_id, "eipalloc-1");
  EXPECT_EQ(address->tags.at("k"), "v");
  EXPECT_EQ(
      *run(ec2.associate(ec2.acquire(Action::associate_address), {"eipalloc-1", "eni-1", "10.0.0.5", false})),
      "eipassoc-1");
  EXPECT_TRUE(run(ec2.disassociate(ec2.acquire(Action::disassociate_address), "eipassoc-1")));
  EXPECT_TRUE(run(ec2.release(ec2.acquire(Action::release_address), "eipalloc-1", "eu-west-1")));
  EXPECT_TRUE(run(ec2.create_tags(ec2.acquire(Action::create_tags), "eipalloc-1", {{"k", "v"}})));
  EXPECT_TRUE(run(ec2.delete_tags(ec2.acquire(Action::delete_tags), "eipalloc-1", {"k"})));
  EXPECT_EQ(*run(ec2.account_id()), "1");
  EXPECT_EQ(transport.requests.size(), 7u);
}

TEST_F(Ec2ClientEffects, AnEffectWithoutItsIdIsRefusedAndEmptyTagListsCostNothing) {
  EXPECT_FALSE(run(ec2.release(ec2.acquire(Action::release_address), "", "")));
  EXPECT_FALSE(run(ec2.disassociate(ec2.acquire(Action::disassociate_address), "")));
  EXPECT_FALSE(run(ec2.associate(ec2.acquire(Action::associate_address), {})));
  EXPECT_TRUE(run(ec2.delete_tags(ec2.acquire(Action::delete_tags), "eipalloc-1", {})));
  EXPECT_TRUE(run(ec2.create_tags(ec2.acquire(Action::create_tags), "eipalloc-1", {})));
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(Ec2ClientEffects, EffectsOnInterfacesAreSentOnceAndTheirAnswersRead) {
  transport.on_request = [](const http::Request& request) {
    if (request.body.starts_with("Action=CreateNetworkInterface"))
      return fakes::answer(200,
                           "<CreateNetworkInterfaceResponse><networkInterface><networkInterfaceId>eni-1</"
                           "networkInterfaceId></networkInterface></CreateNetworkInterfaceResponse>");
    if (request.body.starts_with("Action=AttachNetworkInterface"))
      return fakes::answer(200,
                           "<AttachNetworkInterfaceResponse><attachmentId>eni-attach-1</attachmentId></"
                           "AttachNetworkInterfaceResponse>");
    if (request.body.starts_with("Action=AssignPrivateIpAddresses"))
      return fakes::answer(200,
                           "<AssignPrivateIpAddressesResponse><assignedPrivateIpAddressesSet><item>"
                           "<privateIpAddress>10.0.0.6</privateIpAddress></item>"
                           "</assignedPrivateIpAddressesSet></AssignPrivateIpAddressesResponse>");
    return fakes::answer(200, "<DoneResponse><return>true</return></DoneResponse>");
  };
  const auto created =
      run(ec2.create_network_interface(ec2.acquire(Action::create_network_interface), an_interface()));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->network_interface_id, "eni-1");
  EXPECT_EQ(
      *run(ec2.attach_network_interface(ec2.acquire(Action::attach_network_interface), {"eni-1", "i-1", 1})),
      "eni-attach-1");
  EXPECT_EQ(
      *run(ec2.assign_private_ip_addresses(ec2.acquire(Action::assign_private_ip_addresses), "eni-1", 1)),
      std::vector<std::string>{"10.0.0.6"});
  EXPECT_TRUE(run(ec2.unassign_private_ip_addresses(ec2.acquire(Action::unassign_private_ip_addresses),
                                                    "eni-1", {"10.0.0.6"})));
  const auto modify = [&] { return ec2.acquire(Action::modify_network_interface_attribute); };
  EXPECT_TRUE(run(ec2.modify_groups(modify(), "eni-1", {"sg-2"})));
  EXPECT_TRUE(run(ec2.modify_description(modify(), "eni-1", "")));
  EXPECT_TRUE(
      run(ec2.detach_network_interface(ec2.acquire(Action::detach_network_interface), "eni-attach-1")));
  EXPECT_TRUE(run(ec2.delete_network_interface(ec2.acquire(Action::delete_network_interface), "eni-1")));
  EXPECT_EQ(transport.requests.size(), 8u);
}

TEST_F(Ec2ClientEffects, AnEffectOnAnInterfaceThatLacksSomethingIsRefusedWithoutACall) {
  for (const auto& spoil : std::vector<void (*)(CreateNetworkInterfaceRequest&)>{
           [](CreateNetworkInterfaceRequest& r) { r.subnet_id.clear(); },
           [](CreateNetworkInterfaceRequest& r) { r.client_token.clear(); },
           [](CreateNetworkInterfaceRequest& r) { r.client_token = std::string(65, 't'); },
           [](CreateNetworkInterfaceRequest& r) { r.secondary_private_ip_address_count = -1; }}) {
    auto request = an_interface();
    spoil(request);
    const auto created =
        run(ec2.create_network_interface(ec2.acquire(Action::create_network_interface), request));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, FaultKind::invalid);
    EXPECT_FALSE(created.error().effect_possible);
  }
  const auto attach = [&] { return ec2.acquire(Action::attach_network_interface); };
  EXPECT_FALSE(run(ec2.attach_network_interface(attach(), {"", "i-1", 1})));
  EXPECT_FALSE(run(ec2.attach_network_interface(attach(), {"eni-1", "", 1})));
  EXPECT_FALSE(run(ec2.attach_network_interface(attach(), {"eni-1", "i-1", 0})));
  EXPECT_FALSE(run(ec2.detach_network_interface(ec2.acquire(Action::detach_network_interface), "")));
  EXPECT_FALSE(run(ec2.delete_network_interface(ec2.acquire(Action::delete_network_interface), "")));
  const auto modify = [&] { return ec2.acquire(Action::modify_network_interface_attribute); };
  EXPECT_FALSE(run(ec2.modify_groups(modify(), "", {"sg-1"})));
  EXPECT_FALSE(run(ec2.modify_groups(modify(), "eni-1", {})));
  EXPECT_FALSE(run(ec2.modify_description(modify(), "", "d")));
  const auto assign = [&] { return ec2.acquire(Action::assign_private_ip_addresses); };
  EXPECT_FALSE(run(ec2.assign_private_ip_addresses(assign(), "", 1)));
  EXPECT_FALSE(run(ec2.assign_private_ip_addresses(assign(), "eni-1", 0)));
  const auto unassign = [&] { return ec2.acquire(Action::unassign_private_ip_addresses); };
  EXPECT_FALSE(run(ec2.unassign_private_ip_addresses(unassign(), "", {"10.0.0.6"})));
  EXPECT_FALSE(run(ec2.unassign_private_ip_addresses(unassign(), "eni-1", {})));
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(Ec2ClientEffects, AFailedCreationIsNotSentAgainByUs) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(503, ec2_error("ServiceUnavailable"));
  };
  const auto created =
      run(ec2.create_network_interface(ec2.acquire(Action::create_network_interface), an_interface()));
  ASSERT_FALSE(created);
  EXPECT_TRUE(created.error().effect_possible);
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(Ec2ClientEffects, AnUnreadableAnswerToAnEffectLeavesTheEffectPossible) {
  transport.on_request = [](const http::Request&) { return fakes::answer(200, "<AllocateAddressResp"); };
  const auto address = run(ec2.allocate(ec2.acquire(Action::allocate_address), {}));
  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().kind, FaultKind::unavailable);
  EXPECT_TRUE(address.error().effect_possible);
}

}  // namespace
}  // namespace aws
