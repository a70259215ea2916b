// Each law over network interfaces is broken once, so that it is known to be able to say so.

#include <gmock/gmock.h>

#include <array>

#include "simulation/laws.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

ec2_double::NetworkInterface interface(const std::string& id, const std::string& uid) {
  ec2_double::NetworkInterface interface;
  interface.id = id;
  interface.subnet_id = kSubnet;
  interface.tags = {{kClusterTag, kCluster}, {kNamespaceTag, "shop"}, {kNameTag, "x"}, {kUidTag, uid}};
  interface.private_ip_addresses = {"10.0.0.64", "10.0.0.65"};
  return interface;
}

struct AnEffectOnAnInterface : testing::Test {
  std::map<std::string, std::string> objects{{"uid-1", "shop/x"}, {"uid-2", "shop/y"}};
  std::map<std::string, ec2_double::Time, std::less<>> touched;
  Past past{objects, touched, ec2_double::Time(1h), 1min, 5min};
  ec2_double::LoggedCall call;
  Holdings before;
  Holdings after;
  Facts facts;

  AnEffectOnAnInterface() {
    before.interfaces["eni-1"] = interface("eni-1", "uid-1");
    after = before;
    EniFacts eni;
    eni.ns = "shop";
    eni.name = "x";
    eni.uid = "uid-1";
    eni.interface = "eni-1";
    facts.enis = {eni};
  }
  std::vector<std::string> judged(const std::string& action, const std::string& parameter,
                                  const std::string& value) {
    call.action = action;
    call.parameters[parameter] = value;
    std::vector<std::string> laws;
    for (const auto& violation : judge_interfaces(Effect{call, before, after, facts}, past))
      laws.push_back(violation.law);
    return laws;
  }
};

TEST_F(AnEffectOnAnInterface, CreatesOneForAnObject) {
  after.interfaces["eni-2"] = interface("eni-2", "uid-2");
  EXPECT_THAT(judged("CreateNetworkInterface", "SubnetId", kSubnet), IsEmpty());
  after.interfaces["eni-2"] = interface("eni-2", "uid-3");
  EXPECT_THAT(judged("CreateNetworkInterface", "SubnetId", kSubnet),
              ElementsAre("tagged from the first moment"));
  after.interfaces["eni-2"] = interface("eni-2", "uid-1");
  EXPECT_THAT(judged("CreateNetworkInterface", "SubnetId", kSubnet),
              ElementsAre("one interface for one object"));
}

TEST_F(AnEffectOnAnInterface, DeletesWhatADeletedObjectHad) {
  EXPECT_THAT(judged("DeleteNetworkInterface", "NetworkInterfaceId", "eni-1"),
              ElementsAre("a live object keeps its interface"));
  facts.enis[0].deleting = true;
  EXPECT_THAT(judged("DeleteNetworkInterface", "NetworkInterfaceId", "eni-1"), IsEmpty());
  before.interfaces["eni-1"].tags[kUidTag] = "other";
  EXPECT_THAT(judged("DeleteNetworkInterface", "NetworkInterfaceId", "eni-1"),
              ElementsAre("only ours is deleted"));
  touched["eni-1"] = past.now - 30s;  // its tags were changed a moment ago
  EXPECT_THAT(judged("DeleteNetworkInterface", "NetworkInterfaceId", "eni-1"), IsEmpty());
}

TEST_F(AnEffectOnAnInterface, ChangesOnlyOurs) {
  ec2_double::Attachment attachment;
  attachment.id = "eni-attach-1";
  before.interfaces["eni-1"].attachment = attachment;
  for (const auto& [action, parameter, value] : std::vector<std::array<std::string, 3>>{
           {"AttachNetworkInterface", "NetworkInterfaceId", "eni-1"},
           {"AssignPrivateIpAddresses", "NetworkInterfaceId", "eni-1"},
           {"UnassignPrivateIpAddresses", "NetworkInterfaceId", "eni-1"},
           {"ModifyNetworkInterfaceAttribute", "NetworkInterfaceId", "eni-1"},
           {"DetachNetworkInterface", "AttachmentId", "eni-attach-1"},
       }) {
    before.interfaces["eni-1"].tags[kUidTag] = "uid-1";
    EXPECT_THAT(judged(action, parameter, value), IsEmpty()) << action;
    before.interfaces["eni-1"].tags[kUidTag] = "other";
    EXPECT_THAT(judged(action, parameter, value), ElementsAre("only ours is changed")) << action;
  }
}

TEST_F(AnEffectOnAnInterface, TagsOnlyWhatIsToBeTakenOver) {
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eni-1"), IsEmpty());
  facts.enis[0].interface = "";
  before.interfaces["eni-1"].tags[kUidTag] = "other";  // of an object of this name that is no more
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eni-1"), IsEmpty());
  before.interfaces["eni-1"].tags[kNameTag] = "z";
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eni-1"), ElementsAre("only ours is tagged"));
}

TEST_F(AnEffectOnAnInterface, TakesNoAddressAwayWithAnElasticIpOnIt) {
  ec2_double::Address address;
  address.id = "eipalloc-1";
  after.addresses[address.id] = address;
  address.association = ec2_double::Association{"eipassoc-1", "eni-1", "10.0.0.65"};
  before.addresses[address.id] = address;
  EXPECT_THAT(judged("UnassignPrivateIpAddresses", "NetworkInterfaceId", "eni-1"),
              ElementsAre("nobody is displaced"));
}

TEST_F(AnEffectOnAnInterface, ChangesNothingOfOthers) {
  before.interfaces["eni-9"] = interface("eni-9", "other");
  before.interfaces["eni-9"].tags[kClusterTag] = "other";
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eni-1"), ElementsAre("others' things are never touched"));
}

}  // namespace
}  // namespace simulation
