#include "domain/target.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::at;
using namespace std::chrono_literals;

// A pod with an address on the second interface of its node's instance.
struct Scene {
  Assignment wish;
  TargetFacts facts;

  Scene() {
    wish.pod_name = "pod";
    PodView pod;
    pod.uid = "pod-uid";
    pod.name = "pod";
    pod.ip = "10.0.1.5";
    pod.has_any_ip = true;
    pod.node_name = "node";
    facts.pod = pod;
    facts.node = {true, "i-1"};
    facts.asked = at(1s);
    facts.vpc_id = "vpc-1";
    InterfaceView first;
    first.id = "eni-1";
    first.vpc_id = "vpc-1";
    first.instance_id = "i-1";
    first.addresses = {{"10.0.0.1", true, ""}};
    InterfaceView second = first;
    second.id = "eni-2";
    second.addresses = {{"10.0.1.1", true, ""}, {"10.0.1.5", false, "eipalloc-7"}};
    facts.enis = {first, second};
  }

  InterfaceView& eni() { return facts.enis[1]; }
  void wants_private_ip(const std::string& ip) {
    wish = {};
    wish.private_ip_address = ip;
    facts.pod.reset();
  }
  void wants_eni(int index) {
    wish = {"", "my-eni", index, ""};
    facts.pod.reset();
    facts.eni = EniFacts{false, "eni-2", {"10.0.1.1", "10.0.1.5"}, 2};
  }
  Target resolve() const { return resolve_target(wish, facts); }
};

TEST(ATarget, is_not_wanted_without_a_wish) {
  EXPECT_EQ(resolve_target(std::nullopt, {}).kind, Target::Kind::not_wanted);
}

TEST(ATarget, is_the_interface_of_the_pods_instance_that_holds_its_address) {
  const Target target = Scene().resolve();
  ASSERT_EQ(target.kind, Target::Kind::present);
  EXPECT_EQ(target.network_interface_id, "eni-2");
  EXPECT_EQ(target.private_ip_address, "10.0.1.5");
  EXPECT_EQ(target.pod_uid, "pod-uid");
  EXPECT_EQ(target.holder, "eipalloc-7");
  EXPECT_TRUE(target.accepts_new);
  EXPECT_FALSE(target.primary_of_node);
  EXPECT_EQ(target.seen, at(1s));
}

TEST(ATarget, may_be_inside_a_delegated_prefix) {
  Scene scene;
  scene.eni().addresses.resize(1);
  scene.eni().ipv4_prefixes = {"10.0.1.0/28"};
  const Target target = scene.resolve();
  EXPECT_EQ(target.network_interface_id, "eni-2");
  EXPECT_EQ(target.holder, "");
}

TEST(ATarget, of_a_pod_on_the_hosts_network_is_the_nodes_own_address) {
  Scene scene;
  scene.facts.pod->host_network = true;
  scene.facts.pod->ip = "10.0.0.1";
  EXPECT_TRUE(scene.resolve().primary_of_node);
  EXPECT_EQ(scene.resolve().network_interface_id, "eni-1");
}

TEST(ATarget, of_a_terminating_pod_stays_and_accepts_nothing_new) {
  Scene scene;
  scene.facts.pod->terminating = true;
  EXPECT_EQ(scene.resolve().kind, Target::Kind::present);
  EXPECT_FALSE(scene.resolve().accepts_new);
}

TEST(ATarget, may_be_the_pods_branch_interface_in_the_clusters_vpc) {
  Scene scene;
  scene.facts.pod->branch_eni = "eni-2";
  scene.eni().instance_id = "";
  scene.eni().type = "branch";
  scene.eni().managed = true;  // as all branch interfaces are
  EXPECT_EQ(scene.resolve().network_interface_id, "eni-2");
  scene.eni().vpc_id = "vpc-2";
  EXPECT_EQ(scene.resolve().reason, "PodIPNotOnENI");
  scene.eni().vpc_id = "vpc-1";
  scene.eni().type = "interface";
  EXPECT_EQ(scene.resolve().reason, "PodIPNotOnENI");
}

TEST(ATarget, is_unknown_until_ec2_was_asked) {
  Scene scene;
  scene.facts.asked.reset();
  EXPECT_EQ(scene.resolve().kind, Target::Kind::unknown);
  EXPECT_EQ(scene.resolve().private_ip_address, "10.0.1.5");
  EXPECT_EQ(scene.resolve().pod_uid, "pod-uid");
  EXPECT_FALSE(scene.resolve().read);
}

TEST(ATarget, may_be_a_private_address_of_the_clusters_vpc) {
  Scene scene;
  scene.wants_private_ip("10.0.1.5");
  InterfaceView twin = scene.eni();
  twin.id = "eni-of-another-vpc";
  twin.vpc_id = "vpc-2";
  scene.facts.enis.insert(scene.facts.enis.begin(), twin);
  const Target target = scene.resolve();
  EXPECT_EQ(target.kind, Target::Kind::present);
  EXPECT_EQ(target.network_interface_id, "eni-2");
  EXPECT_EQ(target.holder, "eipalloc-7");
  EXPECT_EQ(target.pod_name, "");
}

TEST(ATarget, by_pod_wins_over_a_private_address_beside_it) {
  Scene scene;
  scene.wish.private_ip_address = "10.0.0.1";
  EXPECT_EQ(scene.resolve().network_interface_id, "eni-2");
}

TEST(ATarget, may_be_an_address_of_an_eni_in_the_order_of_its_status) {
  Scene scene;
  scene.wants_eni(1);
  scene.facts.eni->private_ip_addresses = {"10.0.1.5", "10.0.1.1"};
  const Target target = scene.resolve();
  ASSERT_EQ(target.kind, Target::Kind::present);
  EXPECT_EQ(target.network_interface_id, "eni-2");
  EXPECT_EQ(target.private_ip_address, "10.0.1.1");
  EXPECT_EQ(target.eni, "my-eni");
  EXPECT_EQ(target.eni_index, 1);
  scene.wish.eni_private_ip_address_index = 0;
  EXPECT_EQ(scene.resolve().holder, "eipalloc-7");
  scene.facts.asked.reset();
  EXPECT_EQ(scene.resolve().kind, Target::Kind::unknown);
  EXPECT_EQ(scene.resolve().private_ip_address, "10.0.1.5");
}

TEST(ATarget, of_an_eni_stays_while_the_address_exists_though_it_is_not_wanted_any_more) {
  Scene scene;
  scene.wants_eni(1);
  scene.facts.eni->wanted_addresses = 1;
  EXPECT_EQ(scene.resolve().kind, Target::Kind::present);
}

TEST(ATarget, of_an_eni_is_made_of_its_object) {
  Eni eni;
  eni.deleting = true;
  eni.spec.secondary_private_ip_address_count = 2;
  eni.status.network_interface_id = "eni-2";
  eni.status.private_ip_addresses = {"10.0.1.1"};
  const EniFacts facts = facts_of(eni);
  EXPECT_TRUE(facts.deleting);
  EXPECT_EQ(facts.network_interface_id, "eni-2");
  EXPECT_EQ(facts.wanted_addresses, 3);
  EXPECT_EQ(wished_address({"", "my-eni", 0, ""}, facts), "10.0.1.1");
  EXPECT_EQ(wished_address({"", "my-eni", 1, ""}, facts), "");
}

struct Missing {
  const char* sentence;
  std::function<void(Scene&)> change;
  const char* reason;
  bool stalled;
  bool read;  // said after a look at EC2
};

class AMissingTarget : public testing::TestWithParam<Missing> {};

TEST_P(AMissingTarget, has_a_reason) {
  Scene scene;
  GetParam().change(scene);
  const Target target = scene.resolve();
  EXPECT_EQ(target.kind, Target::Kind::absent) << GetParam().sentence;
  EXPECT_EQ(target.reason, GetParam().reason) << GetParam().sentence;
  EXPECT_EQ(target.stalled, GetParam().stalled) << GetParam().sentence;
  EXPECT_EQ(target.read, GetParam().read) << GetParam().sentence;
  EXPECT_FALSE(target.message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    For, AMissingTarget,
    testing::Values(
        Missing{"there is no such pod", [](Scene& s) { s.facts.pod.reset(); }, "PodNotFound", false, false},
        Missing{"the pod has ended", [](Scene& s) { s.facts.pod->finished = true; }, "PodFinished", false,
                false},
        Missing{"the pod runs on Fargate", [](Scene& s) { s.facts.pod->fargate = true; }, "Unsupported", true,
                false},
        Missing{"the pod has no address yet",
                [](Scene& s) {
                  s.facts.pod->ip = "";
                  s.facts.pod->has_any_ip = false;
                },
                "PodHasNoIP", false, false},
        Missing{"the pod has IPv6 only", [](Scene& s) { s.facts.pod->ip = ""; }, "NoIPv4", true, false},
        Missing{"the pod terminates and never had an address",
                [](Scene& s) {
                  s.facts.pod->ip = "";
                  s.facts.pod->has_any_ip = false;
                  s.facts.pod->terminating = true;
                },
                "PodTerminating", false, false},
        Missing{"its node is not known", [](Scene& s) { s.facts.node = {}; }, "NodeNotFound", false, false},
        Missing{"its node has no instance yet", [](Scene& s) { s.facts.node.instance_id = ""; },
                "NodeNotReady", false, false},
        Missing{"no interface holds the address", [](Scene& s) { s.facts.pod->ip = "192.168.0.1"; },
                "PodIPNotOnENI", false, true},
        Missing{"another instance's interface holds it", [](Scene& s) { s.eni().instance_id = "i-2"; },
                "PodIPNotOnENI", false, true},
        Missing{"the interface is managed by a service", [](Scene& s) { s.eni().managed = true; },
                "Unsupported", true, true},
        Missing{"the private address is none", [](Scene& s) { s.wants_private_ip("10.0.1"); },
                "InvalidPrivateIP", true, false},
        Missing{"the cluster's VPC is not known",
                [](Scene& s) {
                  s.wants_private_ip("10.0.1.5");
                  s.facts.vpc_id = "";
                },
                "VPCUnknown", false, true},
        Missing{"the private address is on no interface", [](Scene& s) { s.wants_private_ip("10.0.9.9"); },
                "PrivateIPNotFound", false, true},
        Missing{"there is no such ENI object",
                [](Scene& s) {
                  s.wants_eni(0);
                  s.facts.eni.reset();
                },
                "ENINotFound", false, false},
        Missing{"the ENI is being deleted",
                [](Scene& s) {
                  s.wants_eni(0);
                  s.facts.eni->deleting = true;
                },
                "ENIDeleting", false, false},
        Missing{"the ENI has no interface yet",
                [](Scene& s) {
                  s.wants_eni(0);
                  s.facts.eni->network_interface_id.clear();
                },
                "ENINotReady", false, false},
        Missing{"the ENI is to have as many addresses, and has not yet",
                [](Scene& s) {
                  s.wants_eni(2);
                  s.facts.eni->wanted_addresses = 3;
                },
                "ENINotReady", false, false},
        Missing{"the ENI is to have fewer addresses", [](Scene& s) { s.wants_eni(2); }, "ENIIndexOutOfRange",
                true, false},
        Missing{"the index is none", [](Scene& s) { s.wants_eni(-1); }, "ENINotReady", false, false},
        Missing{"the ENI's interface is not seen",
                [](Scene& s) {
                  s.wants_eni(1);
                  s.eni().id = "eni-3";
                },
                "PrivateIPNotOnENI", false, true},
        Missing{"the ENI's interface is not seen with that address",
                [](Scene& s) {
                  s.wants_eni(1);
                  s.eni().addresses.pop_back();
                },
                "PrivateIPNotOnENI", false, true},
        Missing{"the wish names nothing", [](Scene& s) { s.wish = {}; }, "InvalidAssignment", true, false}));

struct Prefix {
  const char* prefix;
  const char* ip;
  bool inside;
};

class APrefix : public testing::TestWithParam<Prefix> {};

TEST_P(APrefix, contains_what_is_inside) {
  EXPECT_EQ(cidr_contains(GetParam().prefix, GetParam().ip), GetParam().inside)
      << GetParam().prefix << " and " << GetParam().ip;
}

INSTANTIATE_TEST_SUITE_P(
    And, APrefix,
    testing::Values(Prefix{"10.0.1.16/28", "10.0.1.16", true}, Prefix{"10.0.1.16/28", "10.0.1.31", true},
                    Prefix{"10.0.1.16/28", "10.0.1.32", false}, Prefix{"10.0.1.16/28", "10.0.1.15", false},
                    Prefix{"0.0.0.0/0", "200.1.2.3", true}, Prefix{"10.0.0.1/32", "10.0.0.1", true},
                    Prefix{"10.0.0.1/32", "10.0.0.2", false}, Prefix{"10.0.0.1", "10.0.0.1", false},
                    Prefix{"10.0.0.0/33", "10.0.0.1", false}, Prefix{"10.0.0.0/", "10.0.0.1", false},
                    Prefix{"10.0.0.0/8x", "10.0.0.1", false}, Prefix{"10.0.0/8", "10.0.0.1", false},
                    Prefix{"10.0.0.0/8", "10.0.0.256", false}, Prefix{"10.0.0.0/8", "10.0.0.1.1", false},
                    Prefix{"10.0.0.0/8", "", false}, Prefix{"10.0.0.0/8", "10.0.0.0001", false},
                    Prefix{"fd00::/80", "10.0.0.1", false}));

TEST(AmongClaims, a_pod_comes_before_a_private_address_even_if_that_one_holds) {
  const Claim pod{"ns", "a", "2", at(2s), false, false};
  const Claim private_ip{"ns", "b", "1", at(1s), true, true};
  EXPECT_TRUE(precedes(pod, private_ip));
  EXPECT_FALSE(precedes(private_ip, pod));
}

TEST(AmongClaims, the_holder_comes_first_then_the_oldest_then_the_lowest_uid) {
  const Claim holder{"ns", "a", "9", at(9s), false, true};
  const Claim oldest{"ns", "b", "8", at(1s), false, false};
  const Claim low{"ns", "c", "1", at(5s), false, false};
  const Claim high{"other", "c", "2", at(5s), false, false};
  EXPECT_TRUE(precedes(holder, oldest));
  EXPECT_TRUE(precedes(oldest, low));
  EXPECT_TRUE(precedes(low, high));
  EXPECT_FALSE(precedes(high, low));
  EXPECT_FALSE(precedes(low, low));
}

}  // namespace
}  // namespace domain
