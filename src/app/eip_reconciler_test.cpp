// The loop around the decision: what ends a wait, and what slow reads do.

#include <gtest/gtest.h>

#include <algorithm>

#include "domain/report_eip.hpp"
#include "fakes/eip_reconciler_world.hpp"

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

struct EipReconciler : fakes::EipReconcilerWorld {};

// The EIP is on the pod of an association of version 1.4.1, which is gone now, and has its copy in the spec.
struct EipWithACopy : EipReconciler {
  void SetUp() override {
    stored.at("spec") = {{"assignment", {{"podName", "web"}, {"privateIPAddress", "10.0.0.5"}}}};
    fakes::merge(
        stored,
        {{"status",
          {{"state", "assigned"},
           {"associationId", "eipassoc-1"},
           {"networkInterfaceId", "eni-1"},
           {"assignment", {{"podName", "web"}, {"podUID", "p"}, {"privateIPAddress", "10.0.0.5"}}},
           {"assignedBy",
            {{"association", "a"}, {"copy", {{"podName", "web"}, {"privateIPAddress", "10.0.0.5"}}}}}}}});
    EipReconciler::SetUp();
    auto& address = ec2.held["eipalloc-1"];
    address.association_id = "eipassoc-1";
    address.network_interface_id = "eni-1";
    address.private_ip_address = "10.0.0.5";
    EXPECT_TRUE(run(inventory.refresh(std::vector<std::string>{}, std::vector<std::string>{})));
    ec2.calls.clear();
    on_patch = [this](const json::value& patch) -> std::optional<http::Response> {
      if (!patch.is_array()) return std::nullopt;
      patches.push_back(patch);
      if (!refusal.empty()) return http::Response{422, {}, refusal};
      write({{"metadata", {{"generation", 2}}}, {"spec", {{"assignment", nullptr}}}});
      return http::Response{200, {}, json::serialize(stored)};
    };
  }
  std::vector<json::value> patches;
  std::string refusal;
};

TEST_F(EipWithACopy, RemovesItAndThenTakesTheAddressOff) {
  start();
  ASSERT_TRUE(ended);
  EXPECT_TRUE(*ended);
  ASSERT_EQ(patches.size(), 1u);
  EXPECT_EQ(patches[0].as_array().back(), (json::value{{"op", "remove"}, {"path", "/spec/assignment"}}));
  EXPECT_EQ(status().state, "allocated");
  EXPECT_EQ(status().assigned_by, std::nullopt);
  EXPECT_EQ(ec2.held["eipalloc-1"].association_id, "");
}

TEST_F(EipWithACopy, SaysThatTheApiServerKeepsIt) {
  refusal = R"({"kind":"Status","reason":"Invalid","message":"spec: name one source"})";
  start();
  ASSERT_TRUE(ended);
  EXPECT_EQ(reason(), "CopyNotRemoved");
  EXPECT_NE(status().assigned_by, std::nullopt);
  EXPECT_EQ(ec2.count("DisassociateAddress"), 0);
  EXPECT_EQ(patches.size(), 1u);
  refusal.clear();
  edit({{"metadata", {{"generation", 2}}}, {"spec", {{"tags", {{"team", "a"}}}}}});
  start();
  EXPECT_EQ(status().state, "allocated");
}

// Two processes overlap, and one has not read yet what the other knows.
TEST_F(EipReconciler, DoesNotArgueWithAnotherProcessAtFullSpeed) {
  pods.remove(pods.find({"n", "web"})->meta);
  int written = 0;
  on_patch = [&](const json::value&) -> std::optional<http::Response> {
    ++written;
    return std::nullopt;
  };
  const auto other = [&] {
    edit({{"status", {{"state", "allocating"}, {"conditions", nullptr}}}});
    start();
  };
  for (int i = 0; i < 100; ++i) other();
  EXPECT_EQ(written, 10);
  clock.advance(2s);
  start();
  EXPECT_EQ(written, 11);
  EXPECT_EQ(status().state, "assigning");
}

TEST_F(EipReconciler, DoesNotArgueAtFullSpeedWhileItWaitsForItsTurn) {
  ec2.turn_in = 1h;
  int written = 0;
  on_patch = [&](const json::value&) -> std::optional<http::Response> {
    ++written;
    return std::nullopt;
  };
  start();
  for (int i = 0; i < 25; ++i) edit({{"status", {{"state", "allocating"}, {"conditions", nullptr}}}});
  EXPECT_EQ(written, 10);
  EXPECT_FALSE(ended);
  ec2.turn_in = {};
  clock.advance(1h);
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.0.5");
}

TEST_F(EipReconciler, IsAssignedByAnAssociationAndUnassignedWhenItGoes) {
  stored.at("spec") = json::object{};
  edit({{"metadata", {{"generation", 2}}}});
  app::AssociationObject object;
  object.meta.ns = object.association.ns = "n";
  object.meta.name = object.association.name = "association";
  object.meta.uid = "uid-of-association";
  object.meta.resource_version = "1";
  object.association.eip_name = "a";
  object.association.assignment = domain::Assignment{"web", "", 0, ""};
  ec2.latency = 20s;
  associations.apply(object);
  start();
  associations.remove(object.meta);  // during the read of the pod's instance
  clock.settle();
  ASSERT_TRUE(ended) << "it does not wait for what nobody wants any more";
  EXPECT_EQ(status().state, "allocated");
  ec2.latency = {};
  object.meta.uid = "uid-of-the-next";
  object.meta.resource_version = "2";
  woken();
  associations.apply(object);
  EXPECT_EQ(woken(), std::set<kube::Key>{key});
  object.meta.resource_version = "3";
  object.association.status.observed_generation = 1;
  associations.apply(object);
  EXPECT_TRUE(woken().empty()) << "what it says of itself concerns nobody";
  start();
  EXPECT_EQ(status().state, "assigned");
  EXPECT_EQ(status().assigned_by, (domain::AssignedBy{"association", std::nullopt}));
}

TEST_F(EipReconciler, FollowsTheAddressesOfAnEni) {
  put_interface("eni-2", "", "10.0.2.5");
  stored.at("spec") = {{"assignment", {{"eni", "e"}}}};
  edit({{"metadata", {{"generation", 2}}}});
  woken();
  app::EniObject object;
  object.meta.ns = object.eni.ns = "n";
  object.meta.name = object.eni.name = "e";
  const auto apply = [&](std::vector<std::string> ips) {
    object.meta.resource_version = std::to_string(++version);
    object.eni.status.network_interface_id = ips.empty() ? "" : "eni-2";
    object.eni.status.private_ip_addresses = std::move(ips);
    enis.apply(object);
  };
  apply({});
  EXPECT_EQ(woken(), std::set<kube::Key>{key});
  start();
  EXPECT_EQ(reason(), "ENINotReady");
  apply({"10.0.2.5"});
  EXPECT_EQ(woken(), std::set<kube::Key>{key});
  start();
  EXPECT_EQ(status().state, "assigned");
  EXPECT_EQ(status().assignment, (domain::StatusAssignment{"", "", "10.0.2.5", "e", 0}));
  EXPECT_EQ(ec2.held["eipalloc-1"].network_interface_id, "eni-2");
  woken();
  apply({"10.0.2.5"});
  EXPECT_TRUE(woken().empty());
  enis.remove(object.meta);
  EXPECT_EQ(woken(), std::set<kube::Key>{key});
  start();
  EXPECT_EQ(reason(), "ENINotFound");
  EXPECT_EQ(ec2.held["eipalloc-1"].association_id, "");
}

TEST_F(EipReconciler, LooksAndAssociates) {
  start();
  ASSERT_TRUE(ended);
  EXPECT_TRUE(*ended);
  EXPECT_EQ(status().state, "assigned");
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.0.5");
  EXPECT_EQ(ec2.calls, (std::vector<std::string>{"DescribeNetworkInterfaces attachment.instance-id=i-1",
                                                 "AssociateAddress eipalloc-1,eni-1,10.0.0.5,new"}));
}

TEST_F(EipReconciler, DoesNotActOnAnIntentThatAnotherProcessRecordedInTheSameMoment) {
  ec2.held.clear();
  const std::vector<std::string> none;
  EXPECT_TRUE(run(inventory.refresh(none, none)));
  edit({{"status", {{"state", nullptr}, {"allocationId", nullptr}, {"publicIPAddress", nullptr}}}});
  bool refused = false;
  on_patch = [&](const json::value& patch) -> std::optional<http::Response> {
    const auto* intent = patch.as_object().at("status").as_object().if_contains("intent");
    if (refused || !intent || intent->is_null()) return std::nullopt;
    refused = true;
    edit(patch);  // the same words, by the other one
    return http::Response{409, {}, R"({"kind":"Status","reason":"Conflict","code":409})"};
  };
  start();
  EXPECT_TRUE(refused);
  EXPECT_EQ(ec2.count("AllocateAddress"), 0);
  EXPECT_EQ(reason(), "AwaitingAllocation");
}

TEST_F(EipReconciler, ReplacesALostAddressThatSomebodyElseGot) {
  ec2.held.clear();
  edit({{"status", {{"allocationId", "eipalloc-lost"}, {"publicIPAddress", "203.0.113.7"}}}});
  auto& of_somebody = ec2.held["eipalloc-other"];
  of_somebody.allocation_id = "eipalloc-other";
  of_somebody.public_ip = "203.0.113.7";
  const std::vector<std::string> none;
  EXPECT_TRUE(run(inventory.refresh(none, none)));
  ec2.calls.clear();
  for (int minute = 0; minute < 20; ++minute) {
    start();
    clock.advance(1min);
  }
  EXPECT_EQ(ec2.count("AllocateAddress"), 2) << testing::PrintToString(ec2.calls);
  EXPECT_EQ(std::count(ec2.calls.begin(), ec2.calls.end(), "AllocateAddress 203.0.113.7,"), 1);
  EXPECT_EQ(ec2.held[status().allocation_id].private_ip_address, "10.0.0.5");
  EXPECT_NE(status().public_ip_address, "203.0.113.7");
  EXPECT_FALSE(of_somebody.tags.contains(std::string(domain::kUidTag)));
}

TEST_F(EipReconciler, APodThatGoesDuringAReadOfEc2IsActedOnAtOnce) {
  ec2.latency = 20s;
  start();
  ASSERT_FALSE(ended);
  pods.remove(pods.find({"n", "web"})->meta);
  clock.settle();
  ASSERT_TRUE(ended);
  EXPECT_EQ(reason(), "PodNotFound");
  EXPECT_EQ(ec2.withdrawn, 1);
}

TEST_F(EipReconciler, APodThatMovesDuringAReadOfEc2IsLookedForElsewhere) {
  nodes.apply(node("node-2", "i-2"));
  put_interface("eni-2", "i-2", "10.0.1.5");
  ec2.latency = 20s;
  start();
  clock.advance(10s);
  put_pod("10.0.1.5", "node-2");
  clock.advance(20s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.1.5");
  EXPECT_EQ(ec2.count("DescribeNetworkInterfaces"), 2);
}

TEST_F(EipReconciler, AnEditThatAsksForTheSameReadLeavesItAlone) {
  ec2.latency = 20s;
  start();
  clock.advance(10s);
  edit({{"metadata", {{"generation", 2}}}, {"spec", {{"tags", {{"team", "a"}}}}}});
  EXPECT_EQ(ec2.withdrawn, 0);
  clock.advance(10s);
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.0.5");
  clock.advance(1min);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ec2.count("DescribeNetworkInterfaces"), 1);
  EXPECT_EQ(ec2.held["eipalloc-1"].tags.at("team"), "a");
}

TEST_F(EipReconciler, AnObjectThatIsReplacedDuringAReadIsDecidedAnew) {
  ec2.latency = 20s;
  start();
  edit({{"metadata", {{"uid", "another"}}}, {"status", nullptr}});
  clock.advance(1min);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ec2.withdrawn, 1);
  EXPECT_EQ(ec2.count("CreateTags"), 1) << "it takes the address over from its predecessor";
}

TEST_F(EipReconciler, ActsOnWhatItWaitedForHoweverSlowEc2Is) {
  ec2.interfaces[0].ipv4_prefixes = {"10.0.4.0/28"};  // makes it two reads, one after the other
  ec2.latency = 8s;                                   // each longer than a read is fresh
  start();
  clock.advance(16s);
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.0.5");
  EXPECT_EQ(ec2.count("DescribeNetworkInterfaces"), 1);
  EXPECT_EQ(ec2.count("AssociateAddress"), 1);
}

TEST_F(EipReconciler, FindsAPrivateAddressInAPrefixThatAKnownNodeGotSinceItWasRead) {
  start();  // reads the node
  ec2.interfaces[0].ipv4_prefixes = {"10.0.4.0/28"};
  ec2.finds_by_prefix = false;
  clock.advance(1s);
  edit({{"metadata", {{"generation", 2}}},
        {"spec", {{"assignment", {{"podName", nullptr}, {"privateIPAddress", "10.0.4.3"}}}}}});
  start();
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.4.3");
}

TEST_F(EipReconciler, FindsAPrivateAddressInThePrefixOfANodeThatNobodyHasAskedFor) {
  nodes.apply(node("node-2", "i-2"));
  put_interface("eni-2", "i-2", "10.0.1.5").ipv4_prefixes = {"10.0.4.0/28"};
  ec2.finds_by_prefix = false;
  edit({{"spec", {{"assignment", {{"podName", nullptr}, {"privateIPAddress", "10.0.4.3"}}}}}});
  start();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ec2.held["eipalloc-1"].private_ip_address, "10.0.4.3");
  EXPECT_EQ(ec2.held["eipalloc-1"].network_interface_id, "eni-2");
  EXPECT_EQ(observer.instances(), std::vector<std::string>{"i-2"});
}

TEST_F(EipReconciler, AsksAllNodesOnceForAPrivateAddressThatNobodyHas) {
  for (int number = 2; number < 9; ++number)
    nodes.apply(node("node-" + std::to_string(number), "i-" + std::to_string(number)));
  edit({{"spec", {{"assignment", {{"podName", nullptr}, {"privateIPAddress", "10.0.4.3"}}}}}});
  start();
  ASSERT_TRUE(ended);
  EXPECT_EQ(reason(), "PrivateIPNotFound");
  EXPECT_LE(ec2.count("DescribeNetworkInterfaces"), 3) << testing::PrintToString(ec2.calls);
  EXPECT_EQ(observer.instances().size(), 8u) << "the next resync looks again";
}

TEST_F(EipReconciler, AFailedReadIsSaidOnTheObject) {
  ec2.fault = base::Fault{base::FaultKind::denied, "UnauthorizedOperation", "no", false, {}};
  start();
  ASSERT_TRUE(ended);
  EXPECT_FALSE(*ended);
  EXPECT_EQ(reason(), "Unauthorized");
}

}  // namespace
