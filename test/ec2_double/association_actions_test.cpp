#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using namespace std::chrono_literals;

struct AssociationTest : DoubleFixture {
  std::string associate_code(const std::string& id, Parameters parameters) {
    parameters.emplace_back("AllocationId", id);
    return code("AssociateAddress", parameters);
  }
  std::string auto_assigned() { return world.network_interfaces.latest("eni-1")->auto_assigned_public_ip; }
  // eni-1 has a public IP of its own, as a subnet's setting gives it.
  std::string auto_assign() {
    change_interface("eni-1", [](NetworkInterface& eni) {
      eni.associate_public_ip_address = true;
      eni.auto_assigned_public_ip = "198.18.1.1";
    });
    return "198.18.1.1";
  }
  void change_instance(const std::string& state) {
    auto instance = *world.instances.latest("i-1");
    instance.state = state;
    instance.due = now + 1h;
    world.instances.put(instance, {});
  }
};

TEST_F(AssociationTest, WithoutAPrivateAddressThePrimaryOneIsTaken) {
  const auto id = allocate();
  const auto made = done("AssociateAddress", {{"AllocationId", id}, {"NetworkInterfaceId", "eni-1"}});
  EXPECT_EQ(place(id), "eni-1 10.0.0.10");
  EXPECT_EQ(made.text("associationId"), world.addresses.latest(id)->association->id);
  EXPECT_EQ(made.text("return"), "true");
}

TEST_F(AssociationTest, AnyPrivateAddressOfTheInterfaceWillDo) {
  const auto a = allocate(), b = allocate(), c = allocate();
  associate(a, "eni-1", "10.0.0.10");
  associate(b, "eni-1", "10.0.0.12");
  associate(c, "eni-1", "10.0.0.40");
  EXPECT_EQ(place(a), "eni-1 10.0.0.10");
  EXPECT_EQ(place(b), "eni-1 10.0.0.12");
  EXPECT_EQ(place(c), "eni-1 10.0.0.40") << "inside of its prefix";
  for (const auto* ip : {"10.0.0.20", "10.0.0.48", "10.0.0", ""})
    EXPECT_EQ(associate_code(a, {{"NetworkInterfaceId", "eni-1"}, {"PrivateIpAddress", ip}}),
              "InvalidParameterValue")
        << ip;
}

TEST_F(AssociationTest, AnotherAddressIsDisplaced) {
  const auto a = allocate(), b = allocate();
  associate(a, "eni-1", "10.0.0.11");
  associate(b, "eni-1", "10.0.0.11");
  EXPECT_EQ(place(a), "");
  EXPECT_EQ(place(b), "eni-1 10.0.0.11");
  EXPECT_EQ(associate_code(a, {{"NetworkInterfaceId", "eni-1"},
                               {"PrivateIpAddress", "10.0.0.11"},
                               {"AllowReassociation", "false"}}),
            "");
  EXPECT_EQ(place(b), "") << "AllowReassociation protects the address that moves, not the one that is there";
}

TEST_F(AssociationTest, AnAddressMovesUnlessThatIsForbidden) {
  const auto id = allocate();
  const auto first = associate(id, "eni-1", "10.0.0.10");
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-2"}, {"AllowReassociation", "false"}}),
            "Resource.AlreadyAssociated");
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-1"},
                                {"PrivateIpAddress", "10.0.0.11"},
                                {"AllowReassociation", "false"}}),
            "Resource.AlreadyAssociated");
  EXPECT_EQ(place(id), "eni-1 10.0.0.10");
  EXPECT_NE(associate(id, "eni-2", "10.0.0.20"), first);
  EXPECT_EQ(place(id), "eni-2 10.0.0.20");
  world.settings.reassociation_default = false;
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-1"}}), "Resource.AlreadyAssociated");
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-1"}, {"AllowReassociation", "true"}}), "");
}

TEST_F(AssociationTest, ARepetitionChangesNothing) {
  const auto id = allocate();
  const auto first = associate(id, "eni-1", "10.0.0.10");
  EXPECT_EQ(associate(id, "eni-1", "10.0.0.10"), first);
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-1"}, {"AllowReassociation", "false"}}), "");
}

TEST_F(AssociationTest, AnInstanceStandsForItsOnlyInterface) {
  const auto id = allocate();
  EXPECT_EQ(associate_code(id, {{"InstanceId", "i-1"}}), "");
  EXPECT_EQ(place(id), "eni-1 10.0.0.10");
  EXPECT_EQ(associate_code(id, {{"InstanceId", "i-1"}, {"NetworkInterfaceId", "eni-1"}}),
            "InvalidParameterCombination");
  add_interface("eni-4", "subnet-1", {"10.0.0.50"}, "i-1", 1);
  EXPECT_EQ(associate_code(id, {{"InstanceId", "i-1"}}), "InvalidInstanceID");
}

TEST_F(AssociationTest, WhatIsMissingIsSaid) {
  const auto id = allocate();
  EXPECT_EQ(code("AssociateAddress", {{"PublicIp", public_ip(id)}, {"InstanceId", "i-1"}}),
            "InvalidParameterCombination");
  EXPECT_EQ(associate_code(id, {}), "MissingParameter");
  EXPECT_EQ(associate_code("eipalloc-1", {{"InstanceId", "i-1"}}), "InvalidAllocationID.NotFound");
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-8"}}), "InvalidNetworkInterfaceID.NotFound");
  EXPECT_EQ(associate_code(id, {{"InstanceId", "i-8"}}), "InvalidInstanceID.NotFound");
}

TEST_F(AssociationTest, TheInstanceMustBeThere) {
  const auto id = allocate();
  for (const auto* state : {"pending", "shutting-down"}) {
    change_instance(state);
    EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-1"}}), "IncorrectInstanceState") << state;
    EXPECT_EQ(associate_code(id, {{"InstanceId", "i-1"}}), "IncorrectInstanceState") << state;
  }
  change_instance("stopped");
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-1"}}), "");
}

TEST_F(AssociationTest, TheNetworkMustFit) {
  const auto id = allocate();
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-9"}}), "Gateway.NotAttached");
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-3"}}), "OperationNotPermitted");
  const auto local = allocate({{"NetworkBorderGroup", "us-east-1-bos-1"}});
  EXPECT_EQ(associate_code(local, {{"NetworkInterfaceId", "eni-3"}}), "");
}

TEST_F(AssociationTest, AnInterfaceOfAServiceIsRefused) {
  const auto id = allocate();
  change_interface("eni-2", [](NetworkInterface& eni) { eni.requester_managed = true; });
  EXPECT_EQ(associate_code(id, {{"NetworkInterfaceId", "eni-2"}}), "AuthFailure");
}

TEST_F(AssociationTest, AnAssociationEndsOnce) {
  const auto id = allocate();
  const auto first = associate(id, "eni-1", "10.0.0.10");
  const auto second = associate(id, "eni-2", "10.0.0.20");
  EXPECT_EQ(code("DisassociateAddress", {{"AssociationId", first}}), "InvalidAssociationID.NotFound")
      << "it moved";
  EXPECT_EQ(done("DisassociateAddress", {{"AssociationId", second}}).text("return"), "true");
  EXPECT_EQ(place(id), "");
  EXPECT_EQ(code("DisassociateAddress", {{"AssociationId", second}}), "InvalidAssociationID.NotFound");
  EXPECT_EQ(code("DisassociateAddress", {{"PublicIp", public_ip(id)}}), "MissingParameter");
}

TEST_F(AssociationTest, AYoungAssociationMayNotBeFoundYet) {
  world.settings.visibility = 10s;
  const auto id = allocate();
  now += 10s;
  const auto association = associate(id, "eni-1", "10.0.0.10");
  now += 5s;
  int unseen = 0;
  for (int i = 0; i < 100; ++i)
    unseen += code("DisassociateAddress", {{"AssociationId", association}, {"DryRun", "true"}}) ==
              "InvalidAssociationID.NotFound";
  EXPECT_GT(unseen, 20);
  EXPECT_LT(unseen, 80);
}

// Auto-assigned public IPs

TEST_F(AssociationTest, AnAddressOnThePrimaryOneTakesTheAutoAssignedPublicIpAway) {
  const auto assigned = auto_assign();
  const auto id = allocate();
  associate(id, "eni-1", "10.0.0.11");
  EXPECT_EQ(auto_assigned(), assigned) << "a secondary one does not";
  associate(id, "eni-1", "10.0.0.10");
  EXPECT_EQ(auto_assigned(), "");
}

TEST_F(AssociationTest, AnInstanceWithOneInterfaceGetsAnotherPublicIp) {
  const auto assigned = auto_assign();
  const auto id = allocate();
  done("DisassociateAddress", {{"AssociationId", associate(id, "eni-1", "10.0.0.10")}});
  EXPECT_NE(auto_assigned(), "");
  EXPECT_NE(auto_assigned(), assigned);
  associate(id, "eni-1", "10.0.0.10");
  EXPECT_EQ(auto_assigned(), "");
  associate(id, "eni-2", "10.0.0.20");
  EXPECT_NE(auto_assigned(), "") << "when the address moves away too";
}

TEST_F(AssociationTest, AnInstanceWithMoreThanThatGetsNone) {
  auto_assign();
  const auto id = allocate(), secondary = allocate(), displacing = allocate();
  auto association = associate(id, "eni-1", "10.0.0.10");
  associate(secondary, "eni-1", "10.0.0.11");
  done("DisassociateAddress", {{"AssociationId", association}});
  EXPECT_EQ(auto_assigned(), "") << "a secondary private address has one";
  done("DisassociateAddress", {{"AssociationId", associate(secondary, "eni-1", "10.0.0.11")}});
  EXPECT_EQ(auto_assigned(), "") << "what left was not on the primary private address";
  associate(id, "eni-1", "10.0.0.10");
  association = associate(displacing, "eni-1", "10.0.0.10");
  EXPECT_EQ(auto_assigned(), "") << "another address came in its place";
  add_interface("eni-4", "subnet-1", {"10.0.0.50"}, "i-1", 1);
  done("DisassociateAddress", {{"AssociationId", association}});
  EXPECT_EQ(auto_assigned(), "") << "there is a second interface";
}

TEST_F(AssociationTest, AStoppedInstanceGetsNoPublicIp) {
  auto_assign();
  const auto association = associate(allocate(), "eni-1", "10.0.0.10");
  change_instance("stopped");
  done("DisassociateAddress", {{"AssociationId", association}});
  EXPECT_EQ(auto_assigned(), "");
}

}  // namespace
}  // namespace ec2_double
