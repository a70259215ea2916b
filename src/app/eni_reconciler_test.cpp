// The life of ENIs against the doubles of EC2 and of the API server: the loop, what is gathered for it, what
// it does, and what it reads.

#include "app/eni_reconciler.hpp"

#include <gmock/gmock.h>

#include "app/kind_parts.hpp"
#include "app/wakeups.hpp"
#include "ec2_double/double_fixture.hpp"
#include "ec2_double/transport.hpp"
#include "fakes/aws_fixture.hpp"
#include "fakes/kube_test_world.hpp"
#include "kube_double/kube_fixture.hpp"
#include "kube_double/transport.hpp"

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace json = boost::json;

namespace {

// Nodes a and b run on the instances i-1 and i-2 of subnet-1; eni-1 is the primary interface of i-1. Pods and
// ENIs are of namespace demo.
struct EniReconciler : kube::test::World {
  struct Ground : ec2_double::DoubleFixture {
    void TestBody() override {}
  };
  Ground ground;
  ec2_double::Double& ec2 = ground.ec2;
  ec2_double::DoubleTransport ec2_wire{ec2, clock};
  aws::SettableCredentials credentials;
  aws::Throttle throttle{clock, metrics};
  aws::ChannelConfig config{.region = "us-east-1",
                            .ec2_endpoint = "https://ec2.test/",
                            .sts_endpoint = "https://sts.test/",
                            .draw = [] { return 0.5; }};
  aws::Channel channel{ec2_wire, credentials, throttle, clock, log, metrics, config};
  aws::Ec2Client client{context.get_executor(), clock, channel, throttle, metrics};

  kube_double::Server server{clock, context.get_executor()};
  kube_double::ServerTransport api_wire{server, "operator"};
  kube::Api api{api_wire, tools, options};
  kube::Events events{api, tools, "k8s-aws-operator", "test"};

  domain::Settings settings = [] {
    domain::Settings s;
    s.cluster = "c";
    s.region = "us-east-1";
    return s;
  }();
  app::Inventory inventory{client, clock, settings, "vpc-1"};
  app::EniInventory eni_inventory{client, inventory, settings};
  kube::Informer<app::EipObject> eips{app::eip_kind(), "", api, tools};
  app::KindParts<app::EniKind> enis{"", api, tools};
  kube::Store<app::AssociationObject> associations;
  kube::Informer<kube::Pod> pods{kube::pod_kind(), "", api, tools};
  kube::Informer<kube::Node> nodes{kube::node_kind(), "", api, tools};
  app::Stores stores{eips.store(), enis.store(), associations, pods.store(), nodes.store()};
  app::Wishes wishes{eips.store(), associations};
  app::EipObserver eip_observer{stores, wishes, inventory, settings};
  app::EniObserver observer{stores, eip_observer, eni_inventory, inventory, settings};

  void SetUp() override {
    ground.add_instance("i-2");
    ground.add_interface("eni-7", "subnet-1", {"10.0.0.70"}, "i-2");
    add_group("sg-1", "web");
    ec2.world.settings.attach = 3s;
    ec2.world.settings.detach = 3s;
    kube_double::KubeFixture::done(
        server.create(kube_double::KubeFixture::object("v1", "Namespace", {}, "demo")));
    add_node("a", "i-1");
    add_node("b", "i-2");
    enis.build(observer, eni_inventory, client, events, settings);
    app::wake_enis(stores, wishes, observer, enis.reconciler(), enis.queue());
    scope.spawn(eips.run());
    scope.spawn(enis.informer().run());
    scope.spawn(pods.run());
    scope.spawn(nodes.run());
    scope.spawn(events.run());
    clock.settle();
    scope.spawn(enis.controller().run());
    refresh();
  }
  void TearDown() override {
    kube::test::World::TearDown();
    boost::asio::co_spawn(context, client.stop(), boost::asio::detached);
    clock.settle();
  }

  // As at each resync.
  void refresh() {
    EXPECT_TRUE(run(eni_inventory.refresh(observer.interface_ids())));
    enis.wake_all();
    clock.settle();
  }

  void add_group(const std::string& id, const std::string& name) {
    ec2.world.security_groups.put({id, name, "", "vpc-1", {}}, {});
  }
  void add_node(const std::string& name, const std::string& instance) {
    kube_double::KubeFixture::done(server.create(kube_double::KubeFixture::object(
        "v1", "Node", {}, name, {{"spec", {{"providerID", "aws:///us-east-1a/" + instance}}}})));
  }
  void put_pod(const std::string& name, const std::string& node) {
    kube_double::KubeFixture::done(server.create(kube_double::KubeFixture::pod(name, node)));
    clock.settle();
  }
  void remove(const std::string& plural, const std::string& name) {
    kube_double::DeleteOptions options;
    options.grace_seconds = 0;
    EXPECT_TRUE(server.remove({plural, "demo", name}, options));
    clock.settle();
  }
  void put_eni(const std::string& name, json::object spec = {}) {
    spec["subnetID"] = "subnet-1";
    if (!spec.contains("securityGroups")) spec["securityGroups"] = {"sg-1"};
    kube_double::KubeFixture::done(server.create(kube_double::KubeFixture::object(
        "aws.k8s.logmein.com/v1alpha1", "ENI", "demo", name, {{"spec", std::move(spec)}})));
    clock.settle();
  }
  void edit(const std::string& name, const std::string& field, json::value value) {
    EXPECT_TRUE(server.edit({"enis", "demo", name},
                            [&](json::object& eni) { eni["spec"].as_object()[field] = std::move(value); }));
    clock.settle();
  }
  static json::object on(const std::string& pod) { return {{"attachment", {{"podName", pod}}}}; }

  bool there(const std::string& name) { return server.find({"enis", "demo", name}) != nullptr; }
  domain::EniStatus status(const std::string& name = "a") {
    const auto object = server.find({"enis", "demo", name});
    return object ? app::decode_eni(json::serialize(object->value))->eni.status : domain::EniStatus{};
  }
  std::string reason(const std::string& name = "a") {
    const auto status = this->status(name);
    const auto* ready = domain::find_condition(status, "Ready");
    return ready ? ready->reason : "";
  }
  bool ready(const std::string& name = "a") {
    const auto status = this->status(name);
    const auto* ready = domain::find_condition(status, "Ready");
    return ready && ready->status;
  }

  // Network interfaces of the cluster, as they are.
  std::vector<const ec2_double::NetworkInterface*> interfaces() {
    std::vector<const ec2_double::NetworkInterface*> ours;
    for (const auto* interface : ec2.world.network_interfaces.all())
      if (interface->tags.contains(std::string(domain::kUidTag))) ours.push_back(interface);
    return ours;
  }
  std::string instance_of(const std::string& name) {
    const auto* interface = ec2.world.network_interfaces.latest(status(name).network_interface_id);
    return interface && interface->attachment ? interface->attachment->instance_id : "";
  }
  int calls(const std::string& action) {
    return static_cast<int>(std::count_if(ec2.calls.begin(), ec2.calls.end(),
                                          [&](const auto& call) { return call.action == action; }));
  }
  int refused() {
    return static_cast<int>(std::count_if(ec2.calls.begin(), ec2.calls.end(),
                                          [](const auto& call) { return call.status != 200; }));
  }
  void rule(const std::string& action, ec2_double::Rule::Do act) {
    ec2_double::Rule made;
    made.action = action;
    made.act = act;
    ec2.rules.add(made);
  }
};

TEST_F(EniReconciler, CreatesTheInterfaceAndAttachesItToThePodsInstance) {
  put_pod("web", "a");
  json::object spec = on("web");
  spec["secondaryPrivateIPAddressCount"] = 1;
  spec["description"] = "for web";
  spec["tags"] = {{"owner", "network"}};
  put_eni("a", spec);
  clock.advance(10s);
  ASSERT_TRUE(ready());
  ASSERT_EQ(interfaces().size(), 1u);
  const auto& interface = *interfaces().front();
  const auto status = this->status();
  EXPECT_EQ(status.network_interface_id, interface.id);
  EXPECT_EQ(status.mac_address, interface.mac_address);
  EXPECT_EQ(status.private_ip_addresses, interface.private_ip_addresses);
  EXPECT_EQ(interface.private_ip_addresses.size(), 2u);
  EXPECT_EQ(interface.description, "for web");
  EXPECT_EQ(interface.groups, std::vector<std::string>{"sg-1"});
  EXPECT_EQ(interface.tags.at("owner"), "network");
  EXPECT_EQ(interface.tags.at("node.k8s.amazonaws.com/no_manage"), "true");
  ASSERT_TRUE(status.attachment);
  EXPECT_EQ(status.attachment->instance_id, "i-1");
  EXPECT_EQ(status.attachment->device_index, 1);
  EXPECT_EQ(status.attachment->pod_name, "web");
  EXPECT_EQ(interface.attachment->status, "attached");
  EXPECT_EQ(refused(), 0);
  // Settled: nothing is asked or written any more.
  const auto asked = ec2.calls.size();
  const auto written = server.version();
  clock.advance(4min);
  EXPECT_EQ(ec2.calls.size(), asked);
  EXPECT_EQ(server.version(), written);
}

TEST_F(EniReconciler, FollowsThePodToAnotherNode) {
  put_pod("web", "a");
  put_eni("a", on("web"));
  clock.advance(10s);
  ASSERT_EQ(instance_of("a"), "i-1");
  remove("pods", "web");
  EXPECT_FALSE(ready()) << "before any answer of EC2";
  put_pod("web", "b");
  clock.advance(20s);
  EXPECT_EQ(instance_of("a"), "i-2");
  EXPECT_TRUE(ready());
  EXPECT_EQ(interfaces().size(), 1u);
  EXPECT_EQ(calls("CreateNetworkInterface"), 1);
}

TEST_F(EniReconciler, IsDetachedWhenThePodIsGone) {
  put_pod("web", "a");
  put_eni("a", on("web"));
  clock.advance(10s);
  remove("pods", "web");
  clock.advance(10s);
  EXPECT_EQ(instance_of("a"), "");
  EXPECT_FALSE(status().attachment);
  EXPECT_EQ(reason(), "PodNotFound");
}

TEST_F(EniReconciler, DetachesAwaitsAndDeletesWithTheObject) {
  put_pod("web", "a");
  put_eni("a", on("web"));
  clock.advance(10s);
  remove("enis", "a");
  EXPECT_TRUE(there("a"));
  clock.advance(2s);
  EXPECT_EQ(calls("DeleteNetworkInterface"), 0) << "it is still being detached";
  clock.advance(10s);
  EXPECT_FALSE(there("a"));
  EXPECT_THAT(interfaces(), IsEmpty());
  EXPECT_EQ(refused(), 0);
}

TEST_F(EniReconciler, ALostAnswerToTheCreationLeavesOneInterface) {
  rule("CreateNetworkInterface", ec2_double::Rule::Do::reset_after);
  put_eni("a");
  clock.advance(10s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(interfaces().size(), 1u);
  EXPECT_EQ(status().network_interface_id, interfaces().front()->id);
}

TEST_F(EniReconciler, ALostAnswerToTheAttachmentIsLookedFor) {
  put_pod("web", "a");
  rule("AttachNetworkInterface", ec2_double::Rule::Do::reset_after);
  put_eni("a", on("web"));
  clock.advance(20s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(instance_of("a"), "i-1");
}

TEST_F(EniReconciler, ASecondInterfaceOfTheSameObjectIsDeletedAfterTheSettleTime) {
  put_eni("a");
  clock.advance(5s);
  ASSERT_TRUE(ready());
  ground.add_interface("eni-99", "subnet-1", {"10.0.0.99"});
  ground.change_interface("eni-99", [&](auto& spare) { spare.tags = interfaces().front()->tags; });
  refresh();
  clock.advance(1min);
  EXPECT_EQ(interfaces().size(), 2u);
  clock.advance(2min);
  EXPECT_THAT(interfaces(), testing::SizeIs(1));
  EXPECT_NE(interfaces().front()->id, "eni-99");
  EXPECT_EQ(metric("eni_spare_interfaces_total"), "1");
}

TEST_F(EniReconciler, AnInterfaceThatVanishesIsMadeAgain) {
  put_eni("a");
  clock.advance(5min);
  const auto lost = status().network_interface_id;
  ec2.world.network_interfaces.erase(lost, clock.wall_now());
  refresh();
  clock.advance(3min);
  EXPECT_TRUE(ready());
  ASSERT_EQ(interfaces().size(), 1u);
  EXPECT_NE(status().network_interface_id, lost);
}

TEST_F(EniReconciler, SecurityGroupsMayBeGivenByName) {
  put_eni("a", {{"securityGroups", {"web"}}});
  clock.advance(5s);
  EXPECT_TRUE(ready());
  EXPECT_THAT(interfaces().front()->groups, ElementsAre("sg-1"));
}

TEST_F(EniReconciler, AnUnknownSecurityGroupIsSaidAndUsedOnceItIsThere) {
  put_eni("a", {{"securityGroups", {"db"}}});
  clock.advance(2s);
  EXPECT_EQ(reason(), "SecurityGroupNotFound");
  EXPECT_THAT(interfaces(), IsEmpty());
  add_group("sg-2", "db");
  clock.advance(31s);
  EXPECT_TRUE(ready());
  EXPECT_THAT(interfaces().front()->groups, ElementsAre("sg-2"));
}

TEST_F(EniReconciler, AGroupThatWasReplacedByAnotherOfItsNameIsLookedForAgain) {
  put_eni("a", {{"securityGroups", {"web"}}});
  clock.advance(5s);
  ec2.world.security_groups.erase("sg-1", clock.wall_now());
  add_group("sg-9", "web");
  put_eni("b", {{"securityGroups", {"web"}}});
  clock.advance(2min);
  EXPECT_TRUE(ready("b"));
}

TEST_F(EniReconciler, SaysWhichPermissionIsMissing) {
  ec2_double::Rule denied;
  denied.action = "CreateNetworkInterface";
  denied.act = ec2_double::Rule::Do::error;
  denied.code = "UnauthorizedOperation";
  denied.status = 403;
  denied.times = 1;
  ec2.rules.add(denied);
  put_eni("a");
  clock.advance(2s);
  EXPECT_EQ(reason(), "Unauthorized");
  const auto status = this->status();
  EXPECT_THAT(domain::find_condition(status, "Ready")->message, HasSubstr("ec2:CreateNetworkInterface"));
  EXPECT_TRUE(domain::find_condition(status, "Stalled")->status);
  clock.advance(31s);
  EXPECT_TRUE(ready());
}

TEST_F(EniReconciler, KeepsTheAddressThatAnEipWantsUntilItDoesNot) {
  put_eni("a", {{"secondaryPrivateIPAddressCount", 2}});
  clock.advance(5s);
  const auto last = status().private_ip_addresses.back();
  auto eip = kube_double::KubeFixture::eip("e", {{"assignment", {{"privateIPAddress", last}}}});
  kube_double::KubeFixture::done(server.create(eip));
  clock.settle();
  edit("a", "secondaryPrivateIPAddressCount", 0);
  clock.advance(10s);
  EXPECT_EQ(reason(), "AddressInUse");
  EXPECT_EQ(interfaces().front()->private_ip_addresses.size(), 3u);
  remove("eips", "e");
  clock.advance(1s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(interfaces().front()->private_ip_addresses.size(), 1u);
}

TEST_F(EniReconciler, KeepsTheAddressThatAnAssociationWantsUntilItDoesNot) {
  put_eni("a", {{"secondaryPrivateIPAddressCount", 1}});
  clock.advance(5s);
  kube_double::KubeFixture::done(server.create(kube_double::KubeFixture::eip("e", json::object{})));
  app::AssociationObject wish;
  wish.meta.ns = wish.association.ns = "demo";
  wish.meta.name = wish.association.name = "w";
  wish.meta.uid = "uid-w";
  wish.meta.resource_version = "1";
  wish.association.eip_name = "e";
  wish.association.assignment = domain::Assignment{"", "", 0, status().private_ip_addresses.back()};
  associations.apply(wish);
  edit("a", "secondaryPrivateIPAddressCount", 0);
  clock.advance(10s);
  EXPECT_EQ(reason(), "AddressInUse");
  associations.remove(wish.meta);
  clock.advance(1s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(interfaces().front()->private_ip_addresses.size(), 1u);
}

TEST_F(EniReconciler, ManyAtOnceShareTheirReads) {
  for (int i = 0; i < 40; ++i) put_eni("a" + std::to_string(i), {{"securityGroups", {"web"}}});
  clock.advance(1min);
  EXPECT_EQ(interfaces().size(), 40u);
  EXPECT_LE(calls("DescribeSubnets") + calls("DescribeSecurityGroups"), 6);
  EXPECT_LE(calls("DescribeNetworkInterfaces"), 3);
  EXPECT_EQ(refused(), 0);
}

TEST_F(EniReconciler, SeveralForOneInstanceTakeDeviceIndexesOfTheirOwn) {
  put_pod("web", "a");
  put_eni("a", on("web"));
  put_eni("b", on("web"));
  put_eni("c", on("web"));  // an m5.large takes three in all
  clock.advance(20s);
  std::multiset<int> indexes;
  for (const auto* name : {"a", "b", "c"})
    if (const auto& attachment = status(name).attachment) indexes.insert(attachment->device_index);
  EXPECT_EQ(indexes, (std::multiset<int>{1, 2}));
  EXPECT_EQ(refused(), 0);
  std::multiset<std::string> reasons{reason("a"), reason("b"), reason("c")};
  EXPECT_EQ(reasons, (std::multiset<std::string>{"Attached", "Attached", "AttachmentLimitExceeded"}));
}

}  // namespace
