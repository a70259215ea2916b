// Each law is broken once, so that it is known to be able to say so.

#include "simulation/laws.hpp"

#include <gmock/gmock.h>

namespace simulation {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

ec2_double::Address address(const std::string& id, const std::string& uid, const std::string& ip = "") {
  ec2_double::Address address;
  address.id = id;
  address.public_ip = "198.18.0.1";
  address.tags = {{kClusterTag, kCluster}, {kNamespaceTag, "shop"}, {kNameTag, "a"}, {kUidTag, uid}};
  if (!ip.empty()) address.association = ec2_double::Association{"eipassoc-" + id, "eni-1", ip};
  return address;
}

ec2_double::NetworkInterface interface(const std::string& id, const char* subnet) {
  ec2_double::NetworkInterface interface;
  interface.id = id;
  interface.subnet_id = subnet;
  interface.private_ip_addresses = {"10.0.0.64", "10.0.0.65"};
  ec2_double::Attachment attachment;
  attachment.instance_id = "i-1";
  interface.attachment = attachment;
  return interface;
}

// An EIP that is as it is wished: on pod web-0, and says so.
EipFacts eip(const std::string& uid) {
  EipFacts eip;
  eip.ns = "shop";
  eip.name = "a";
  eip.uid = uid;
  eip.generation = eip.observed_generation = 1;
  eip.wish = AssignmentFacts{"web-0", "", "", 0, ""};
  eip.state = "assigned";
  eip.allocation_id = "eipalloc-1";
  eip.public_ip = "198.18.0.1";
  eip.association_id = "eipassoc-eipalloc-1";
  eip.assignment = AssignmentFacts{"web-0", "pod-1", "", 0, "10.0.0.64"};
  eip.conditions = {{"Ready", {true, "Assigned", "", 1}},
                    {"Allocated", {true, "Allocated", "", 1}},
                    {"Assigned", {true, "Assigned", "", 1}}};
  return eip;
}

std::vector<std::string> laws_of(const Violations& violations) {
  std::vector<std::string> laws;
  for (const auto& violation : violations)
    if (std::find(laws.begin(), laws.end(), violation.law) == laws.end()) laws.push_back(violation.law);
  return laws;
}

struct AnEffect : testing::Test {
  std::map<std::string, std::string> objects{{"uid-1", "shop/a"}, {"uid-2", "shop/b"}};
  std::map<std::string, ec2_double::Time, std::less<>> touched;
  Past past{objects, touched, ec2_double::Time(1h), 1min, 5min};
  ec2_double::LoggedCall call;
  Holdings before;
  Holdings after;
  Facts facts;

  AnEffect() {
    add(before, address("eipalloc-1", "uid-1"));
    before.interfaces["eni-1"] = interface("eni-1", kSubnet);
    before.interfaces["eni-9"] = interface("eni-9", kOtherVpcSubnet);
    after = before;
    facts.eips = {eip("uid-1")};
    facts.eips[0].state = "assigning";
  }
  static void add(Holdings& holdings, const ec2_double::Address& address) {
    holdings.addresses[address.id] = address;
  }
  std::vector<std::string> judged(const std::string& action, const std::string& parameter,
                                  const std::string& value) {
    call.action = action;
    call.parameters[parameter] = value;
    return laws_of(judge(Effect{call, before, after, facts}, past));
  }
};

TEST_F(AnEffect, AllocatesOnlyForAnObject) {
  EXPECT_THAT(judged("AllocateAddress", "Domain", "vpc"), IsEmpty());
  add(after, address("eipalloc-2", "uid-2"));
  EXPECT_THAT(judged("AllocateAddress", "Domain", "vpc"), IsEmpty());
  add(after, address("eipalloc-3", "uid-3"));
  EXPECT_THAT(judged("AllocateAddress", "Domain", "vpc"), ElementsAre("tagged from the first moment"));
}

TEST_F(AnEffect, AllocatesNoSecondAddress) {
  add(after, address("eipalloc-2", "uid-1"));
  EXPECT_THAT(judged("AllocateAddress", "Domain", "vpc"), ElementsAre("one address for one object"));
}

TEST_F(AnEffect, ReleasesWhatADeletedObjectHad) {
  facts.eips[0].deleting = true;
  EXPECT_THAT(judged("ReleaseAddress", "AllocationId", "eipalloc-1"), IsEmpty());
  facts.eips.clear();
  EXPECT_THAT(judged("ReleaseAddress", "AllocationId", "eipalloc-1"), IsEmpty());
}

TEST_F(AnEffect, ReleasesNothingOfALiveObject) {
  EXPECT_THAT(judged("ReleaseAddress", "AllocationId", "eipalloc-1"),
              ElementsAre("a live object keeps its address"));
  add(before, address("eipalloc-2", "uid-1"));
  EXPECT_THAT(judged("ReleaseAddress", "AllocationId", "eipalloc-2"), IsEmpty());
}

TEST_F(AnEffect, ReleasesNothingThatIsNotOurs) {
  add(before, address("eipalloc-1", "other"));
  EXPECT_THAT(judged("ReleaseAddress", "AllocationId", "eipalloc-1"), ElementsAre("only ours is released"));
  touched["eipalloc-1"] = past.now - 30s;  // its tags were changed a moment ago
  EXPECT_THAT(judged("ReleaseAddress", "AllocationId", "eipalloc-1"), IsEmpty());
}

TEST_F(AnEffect, MovesNothingThatIsNotOurs) {
  add(before, address("eipalloc-1", "other", "10.0.0.64"));
  after = before;
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), ElementsAre("only ours is moved"));
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"),
              ElementsAre("only ours is moved"));
}

TEST_F(AnEffect, MayMoveAnAddressWithoutTagsThatItsObjectNames) {
  add(before, address("eipalloc-1", "", "10.0.0.64"));
  before.addresses.at("eipalloc-1").tags = {{"team", "red"}};
  after = before;
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"),
              ElementsAre("only ours is moved"))
      << "left by version 1.4.1, it is taken over first";
  touched["eipalloc-1"] = past.now - 1h;  // somebody took the tags off
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"), IsEmpty());
  facts.eips[0].allocation_id = "eipalloc-2";
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"),
              ElementsAre("only ours is moved"));
}

TEST_F(AnEffect, MayRestOnOldNewsOfAnAddressThatIsOnNothing) {
  add(before, address("eipalloc-1", "other"));
  after = before;
  touched["eipalloc-1"] = past.now - 5min;
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), IsEmpty());
  touched["eipalloc-1"] = past.now - 7min;
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), ElementsAre("only ours is moved"));
}

TEST_F(AnEffect, DisplacesNobody) {
  add(before, address("eipalloc-2", "uid-2", "10.0.0.64"));
  after = before;
  add(after, address("eipalloc-1", "uid-1", "10.0.0.64"));
  add(after, address("eipalloc-2", "uid-2"));
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), ElementsAre("nobody is displaced"));
  past.denied = {"eipalloc-2"};
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), IsEmpty())
      << "EC2 said it is on nothing";
  past.denied.clear();
  past.placed_by_another = {"eipalloc-2"};
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), IsEmpty())
      << "by a process that this one knows nothing of";
}

TEST_F(AnEffect, StaysInTheClustersVpc) {
  auto placed = address("eipalloc-1", "uid-1", "10.0.0.64");
  placed.association->network_interface_id = "eni-9";
  add(after, placed);
  EXPECT_THAT(judged("AssociateAddress", "AllocationId", "eipalloc-1"), ElementsAre("the cluster's VPC"));
}

TEST_F(AnEffect, ComesAfterTheStatusHasLeftAssigned) {
  add(before, address("eipalloc-1", "uid-1", "10.0.0.64"));  // and on nothing after
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"), IsEmpty());
  facts.eips[0].state = "assigned";
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"),
              ElementsAre("the status leaves assigned first"));
  past.contradicted = {facts.eips[0].key()};
  EXPECT_THAT(judged("DisassociateAddress", "AssociationId", "eipassoc-eipalloc-1"), IsEmpty())
      << "which another process has written";
}

TEST_F(AnEffect, TagsOnlyWhatIsToBeTakenOver) {
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eipalloc-1"), IsEmpty());
  add(before, address("eipalloc-1", "uid-9"));  // of an object of this name that is no more
  after = before;
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eipalloc-1"), IsEmpty());
  before.addresses["eipalloc-1"].tags = {};  // the status names it
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eipalloc-1"), IsEmpty());
  before.addresses["eipalloc-1"].tags = {{kUidTag, "other"}};
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eipalloc-1"), ElementsAre("only ours is tagged"));
}

TEST_F(AnEffect, ChangesNothingOfOthers) {
  add(before, address("eipalloc-9", "other"));
  before.addresses["eipalloc-9"].tags[kClusterTag] = "other";
  EXPECT_THAT(judged("CreateTags", "ResourceId.1", "eipalloc-1"),
              ElementsAre("others' things are never touched"));
}

struct AnEnding : testing::Test {
  Holdings holdings;
  Facts facts;
  std::set<std::string> orphaned;
  std::map<std::string, std::string> left;

  AnEnding() {
    holdings.interfaces["eni-1"] = interface("eni-1", kSubnet);
    holdings.addresses["eipalloc-1"] = address("eipalloc-1", "uid-1", "10.0.0.64");
    facts.eips = {eip("uid-1")};
    facts.pods = {{"shop", "web-0", "pod-1", "n1", "10.0.0.64", false, false}};
    facts.instance_of_node = {{"n1", "i-1"}};
  }
  EipFacts& the_eip() { return facts.eips[0]; }
  ec2_double::Address& the_address() { return holdings.addresses["eipalloc-1"]; }
  std::vector<std::string> judged() const {
    return laws_of(judge(Ending{holdings, facts, orphaned, left, {}}));
  }
};

TEST_F(AnEnding, IsWellIfAllIsAsWished) {
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AnEnding, HasNoObjectThatIsStillBeingDeleted) {
  the_eip().deleting = true;
  EXPECT_THAT(judged(), ElementsAre("deletion completes"));
}

TEST_F(AnEnding, HasOneAddressForEachObject) {
  holdings.addresses["eipalloc-2"] = address("eipalloc-2", "uid-1");
  EXPECT_THAT(judged(), ElementsAre("one address for one object"));
  holdings.addresses.clear();
  EXPECT_THAT(judged(), ElementsAre("statuses are true", "every object gets its address"));
}

TEST_F(AnEnding, HasStatusesThatAreTrue) {
  for (const auto& untrue : std::vector<std::function<void()>>{
           [&] { the_eip().observed_generation = 0; },
           [&] { the_eip().allocation_id = "eipalloc-2"; },
           [&] { the_eip().public_ip = "198.18.0.2"; },
           [&] { the_eip().association_id = ""; },
           [&] { the_eip().assignment->private_ip = "10.0.0.65"; },
           [&] { the_eip().assignment->pod_uid = "pod-2"; },
           [&] { the_eip().state = "assigning"; },
           [&] { the_eip().conditions["Ready"].holds = false; },
           [&] { the_eip().conditions["Assigned"].holds = false; },
           [&] { the_eip().conditions["Allocated"].holds = false; },
       }) {
    the_eip() = eip("uid-1");
    untrue();
    EXPECT_THAT(judged(), ElementsAre("statuses are true"));
  }
}

TEST_F(AnEnding, HasEveryAddressWhereItIsWanted) {
  the_address().association.reset();
  the_eip().association_id = "";
  the_eip().assignment.reset();
  the_eip().state = "assigning";
  the_eip().conditions["Ready"] = the_eip().conditions["Assigned"] = {false, "Assigning", "", 1};
  EXPECT_THAT(judged(), ElementsAre("every address gets to its target"));
  holdings.addresses["eipalloc-9"] = address("eipalloc-9", "other", "10.0.0.64");  // it is taken
  holdings.addresses["eipalloc-9"].tags = {};
  EXPECT_THAT(judged(), IsEmpty());
  holdings.addresses.erase("eipalloc-9");
  facts.pods.clear();
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AnEnding, HasNoAddressWhereItIsNotWanted) {
  facts.pods[0].finished = true;
  the_eip().conditions["Ready"] = the_eip().conditions["Assigned"] = {false, "PodFinished", "", 1};
  the_eip().state = "reassigning";
  EXPECT_THAT(judged(), ElementsAre("an address leaves what is not wanted"));
}

TEST_F(AnEnding, HasNoAddressOfNoObject) {
  holdings.addresses["eipalloc-2"] = address("eipalloc-2", "uid-2");
  EXPECT_THAT(judged(), ElementsAre("nothing is leaked"));
  orphaned.insert("uid-2");
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AnEnding, LeavesNothingIfAllIsDeleted) {
  EXPECT_THAT(laws_of(judge_emptied(Ending{holdings, facts, orphaned, left, {}})),
              ElementsAre("deletion completes", "nothing is leaked"));
  facts.eips.clear();
  holdings.addresses.clear();
  EXPECT_THAT(judge_emptied(Ending{holdings, facts, orphaned, left, {}}), IsEmpty());
}

TEST_F(AnEnding, LeavesNothingThatOnlyAStatusOfVersion141Named) {
  facts.eips.clear();
  the_address().tags.clear();
  EXPECT_THAT(judge_emptied(Ending{holdings, facts, orphaned, left, {}}), IsEmpty()) << "somebody else's";
  left = {{"eipalloc-1", "uid-1"}};
  EXPECT_THAT(laws_of(judge_emptied(Ending{holdings, facts, orphaned, left, {}})),
              ElementsAre("nothing is leaked"));
  orphaned = {"uid-1"};
  EXPECT_THAT(judge_emptied(Ending{holdings, facts, orphaned, left, {}}), IsEmpty());
}

TEST_F(AnEnding, HasInterfacesInTheSecurityGroupsThatAreWanted) {
  facts.eips.clear();
  holdings = {};
  holdings.interfaces["eni-2"] = interface("eni-2", kSubnet);
  auto& held = holdings.interfaces["eni-2"];
  held.tags = {{kUidTag, "uid-2"}};
  held.private_ip_addresses = {"10.0.0.65"};
  held.attachment.reset();
  held.groups = {kSecurityGroup};
  EniFacts eni;
  eni.ns = "shop", eni.name = "x", eni.uid = "uid-2";
  eni.observed_generation = eni.generation;
  eni.interface = "eni-2";
  eni.private_ips = {"10.0.0.65"};
  eni.security_groups = {"pods", kSecurityGroup};
  eni.conditions["Ready"] = {true, "Created", "", 0};
  facts.enis = {eni};
  EXPECT_THAT(judged(), IsEmpty());
  held.groups = {kWebGroup};
  EXPECT_THAT(judged(), ElementsAre("statuses are true", "every interface is as it is wanted"));
  facts.enis[0].security_groups = {"nobodys"};
  facts.enis[0].conditions["Ready"] = {false, "SecurityGroupNotFound", "", 0};
  EXPECT_THAT(judged(), IsEmpty());
  facts.enis[0].security_groups = {"pods"};
  EXPECT_THAT(judged(), ElementsAre("every interface is as it is wanted")) << "there is such a group";

  holdings = {};
  facts.enis[0].interface.clear();
  facts.enis[0].private_ips.clear();
  EXPECT_THAT(judged(), ElementsAre("every object gets its interface"));
  facts.enis[0].security_groups = {"nobodys"};
  EXPECT_THAT(judged(), IsEmpty());
  facts.enis[0].conditions["Ready"].reason = "Created";
  EXPECT_THAT(judged(), ElementsAre("statuses are true"));
}

}  // namespace
}  // namespace simulation
