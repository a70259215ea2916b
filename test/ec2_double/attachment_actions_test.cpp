#include "ec2_double/account_fixture.hpp"

namespace ec2_double {
namespace {

using std::chrono::seconds;

class AttachmentActions : public AccountTest {
 protected:
  std::string attach_error(const std::string& interface, const std::string& instance, int index,
                           int card = 0) {
    return code("AttachNetworkInterface", {{"NetworkInterfaceId", interface},
                                           {"InstanceId", instance},
                                           {"DeviceIndex", std::to_string(index)},
                                           {"NetworkCardIndex", std::to_string(card)}});
  }
  std::string status(const std::string& interface) {
    return shown(interface).text("//item/attachment/status");
  }
};

TEST_F(AttachmentActions, AttachingAndDetachingTakeTime) {
  settings().attach = seconds(3);
  settings().detach = seconds(4);
  const auto node = new_instance();
  const auto id = new_interface();
  const auto attachment = attach(id, node, 1);
  EXPECT_EQ(status(id), "attaching");
  EXPECT_EQ(interface(id).status, "in-use");
  pass(seconds(3));
  EXPECT_EQ(status(id), "attached");
  EXPECT_EQ(shown(id).text("//item/attachment/attachmentId"), attachment);
  EXPECT_EQ(shown(id).text("//item/attachment/instanceId"), node);
  EXPECT_EQ(shown(id).text("//item/attachment/deleteOnTermination"), "false");
  done("DetachNetworkInterface", {{"AttachmentId", attachment}});
  EXPECT_EQ(status(id), "detaching");
  EXPECT_EQ(interface(id).status, "in-use");
  pass(seconds(4));
  EXPECT_EQ(shown(id).all("//item/attachment"), Texts{});
  EXPECT_EQ(interface(id).status, "available");
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", attachment}}), "InvalidAttachmentID.NotFound");
}

TEST_F(AttachmentActions, AForcedDetachmentEndsAtOnce) {
  settings().detach = seconds(100);
  const auto id = new_interface();
  const auto attachment = attach(id, new_instance(), 1);
  done("DetachNetworkInterface", {{"AttachmentId", attachment}});
  pass(seconds(1));
  EXPECT_EQ(status(id), "detaching");
  done("DetachNetworkInterface", {{"AttachmentId", attachment}, {"Force", "true"}});
  pass(seconds(0));
  EXPECT_EQ(interface(id).status, "available");
}

TEST_F(AttachmentActions, ADetachmentThatIsAskedForTwiceEndsNoLater) {
  settings().detach = seconds(10);
  const auto id = new_interface();
  const auto attachment = attach(id, new_instance(), 1);
  done("DetachNetworkInterface", {{"AttachmentId", attachment}});
  pass(seconds(9));
  done("DetachNetworkInterface", {{"AttachmentId", attachment}});
  pass(seconds(1));
  EXPECT_EQ(interface(id).status, "available");
}

TEST_F(AttachmentActions, APlaceIsTakenOnce) {
  const auto node = new_instance();
  attach(new_interface(), node, 1);
  const auto other = new_interface();
  EXPECT_EQ(attach_error(other, node, 0), "InvalidParameterValue");
  EXPECT_EQ(attach_error(other, node, 1), "InvalidParameterValue");
  EXPECT_EQ(attach_error(other, node, 2), "");
}

TEST_F(AttachmentActions, TheInstanceTypeLimitsInterfacesAndTheirAddresses) {
  const auto node = new_instance();
  const auto many = new_interface("", {{"SecondaryPrivateIpAddressCount", "10"}});
  EXPECT_EQ(attach_error(many, node, 1), "PrivateIpAddressLimitExceeded");
  attach(new_interface(), node, 1);
  attach(new_interface(), node, 2);
  const auto fourth =
      call("AttachNetworkInterface",
           {{"NetworkInterfaceId", new_interface()}, {"InstanceId", node}, {"DeviceIndex", "3"}});
  EXPECT_EQ(fourth.code(), "AttachmentLimitExceeded");
  EXPECT_EQ(fourth.text("Errors/Error/Message"), "Interface count 4 exceeds the limit for m5.large");
}

TEST_F(AttachmentActions, EachNetworkCardHasPlacesOfItsOwn) {
  world.instance_types["two.cards"] = {.id = "two.cards",
                                       .maximum_network_interfaces = 3,
                                       .ipv4_addresses_per_interface = 10,
                                       .network_cards = {1, 2}};
  const auto node =
      done("RunInstances",
           {{"MinCount", "1"}, {"MaxCount", "1"}, {"SubnetId", subnet}, {"InstanceType", "two.cards"}})
          .text("instancesSet/item/instanceId");
  const auto id = new_interface();
  EXPECT_EQ(attach_error(id, node, 1, 0), "AttachmentLimitExceeded");
  EXPECT_EQ(attach_error(id, node, 1, 2), "InvalidParameterValue");
  EXPECT_EQ(attach_error(id, node, 0, 1), "");
  EXPECT_EQ(shown(id).text("//item/attachment/networkCardIndex"), "1");
}

TEST_F(AttachmentActions, AnInterfaceHasOneInstanceInItsZone) {
  const auto node = new_instance();
  const auto id = new_interface();
  attach(id, node, 1);
  EXPECT_EQ(attach_error(id, node, 2), "InvalidNetworkInterface.InUse");
  subnet = new_subnet(vpc, "10.0.17.0/24", "us-east-1b");
  EXPECT_EQ(attach_error(new_interface(), node, 2), "InvalidParameterCombination");
}

TEST_F(AttachmentActions, TheInstanceMustRunOrBeStopped) {
  settings().instance_start = seconds(10);
  settings().instance_stop = seconds(10);
  const auto node = new_instance();
  const auto id = new_interface();
  EXPECT_EQ(attach_error(id, node, 1), "IncorrectInstanceState");
  pass(seconds(10));
  done("StopInstances", {{"InstanceId.1", node}});
  EXPECT_EQ(attach_error(id, node, 1), "IncorrectInstanceState");
  pass(seconds(10));
  EXPECT_EQ(attach_error(id, node, 1), "");
}

TEST_F(AttachmentActions, IdsAreChecked) {
  const auto node = new_instance();
  const auto id = new_interface();
  EXPECT_EQ(attach_error("eni-0aaaaaaaaaaaaaaaa", node, 1), "InvalidNetworkInterfaceID.NotFound");
  EXPECT_EQ(attach_error(id, "i-0aaaaaaaaaaaaaaaa", 1), "InvalidInstanceID.NotFound");
  EXPECT_EQ(attach_error(id, "node", 1), "InvalidInstanceID.Malformed");
  EXPECT_EQ(code("AttachNetworkInterface", {{"NetworkInterfaceId", id}, {"InstanceId", node}}),
            "MissingParameter");
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", "eni-attach-0aaaaaaaaaaaaaaaa"}}),
            "InvalidAttachmentID.NotFound");
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", id}}),
            "InvalidNetworkInterfaceAttachmentId.Malformed");
}

TEST_F(AttachmentActions, ThePrimaryInterfaceAndThoseOfServicesStay) {
  new_instance("10.0.16.10");
  const auto primary = found_by("private-ip-address", "10.0.16.10").at(0);
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", interface(primary).attachment->id}}),
            "OperationNotPermitted");
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", "ela-attach-0aaaaaaaaaaaaaaaa"}}),
            "OperationNotPermitted");
}

TEST_F(AttachmentActions, ABranchInterfaceTakesNoPlace) {
  const auto node = new_instance();
  NetworkInterface branch = interface(new_interface());
  branch.interface_type = "branch";
  branch.status = "in-use";
  branch.attachment = Attachment{.id = "eni-attach-0bbbbbbbbbbbbbbbb",
                                 .instance_id = node,
                                 .device_index = 1,
                                 .network_card_index = 0,
                                 .status = "attached",
                                 .delete_on_termination = false,
                                 .since = now,
                                 .due = now};
  world.network_interfaces.put(branch, now);
  EXPECT_EQ(attach_error(new_interface(), node, 1), "");
  EXPECT_EQ(attach_error(new_interface(), node, 2), "");
}

}  // namespace
}  // namespace ec2_double
