#include "app/eip_observer.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "domain/decide_eip.hpp"
#include "fakes/manual_clock.hpp"
#include "fakes/no_ec2.hpp"

using namespace std::chrono_literals;
using app::EipObject;

namespace {

struct EipObserver : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  fakes::NoEc2 ec2;  // nothing here asks: what is known is put into the ledger
  domain::Settings settings = [] {
    domain::Settings s;
    s.cluster = "c";
    return s;
  }();
  app::Inventory inventory{ec2, clock, settings, ""};
  kube::Store<EipObject> eips;
  kube::Store<app::EniObject> enis;
  kube::Store<app::AssociationObject> associations;
  kube::Store<kube::Pod> pods;
  kube::Store<kube::Node> nodes;
  app::Wishes wishes{eips, associations};
  app::EipObserver observer{{eips, enis, associations, pods, nodes}, wishes, inventory, settings};
  int version = 0;

  domain::Eip put_eip(const std::string& name, std::optional<domain::Assignment> wish,
                      const std::string& allocation = "") {
    EipObject object;
    object.meta.ns = "n";
    object.meta.name = name;
    object.meta.uid = "uid-" + name;
    object.meta.resource_version = std::to_string(++version);
    object.eip = {"n", name, "uid-" + name, 1, domain::Time{} + std::chrono::seconds(version), false, true,
                  {},  {}};
    object.eip.spec.assignment = std::move(wish);
    object.eip.status.allocation_id = allocation;
    eips.apply(object);
    return object.eip;
  }

  void put_pod(const std::string& name, const std::string& ip, const std::string& node = "node") {
    kube::Pod pod;
    pod.meta.ns = "n";
    pod.meta.name = name;
    pod.meta.uid = "uid-" + name;
    pod.meta.resource_version = std::to_string(++version);
    pod.node_name = node;
    pod.phase = "Running";
    if (!ip.empty()) pod.pod_ips = {ip};
    pods.apply(pod);
  }

  void put_association(const std::string& name, const std::string& eip, domain::Assignment wish) {
    app::AssociationObject object;
    object.meta.ns = object.association.ns = "n";
    object.meta.name = object.association.name = name;
    object.meta.resource_version = std::to_string(++version);
    object.association.eip_name = eip;
    object.association.assignment = std::move(wish);
    associations.apply(object);
  }

  // With one secondary address in its spec.
  void put_eni(const std::string& name, std::vector<std::string> ips) {
    app::EniObject object;
    object.meta.ns = object.eni.ns = "n";
    object.meta.name = object.eni.name = name;
    object.meta.resource_version = std::to_string(++version);
    object.eni.spec.secondary_private_ip_address_count = 1;
    if (!ips.empty()) object.eni.status.network_interface_id = "eni-" + name;
    object.eni.status.private_ip_addresses = std::move(ips);
    enis.apply(object);
  }

  void put_address(const std::string& id, const domain::Tags& tags) {
    domain::AddressView view;
    view.allocation_id = id;
    view.public_ip = "1.2.3.4";
    view.tags = tags;
    inventory.ledger().made(view, clock.wall_now());
  }

  static domain::Assignment to_pod(const std::string& name) { return {name, "", 0, ""}; }
  static domain::Assignment to_ip(const std::string& ip) { return {"", "", 0, ip}; }
};

TEST_F(EipObserver, KnowsWhichEipsAPodConcerns) {
  put_eip("by-pod", to_pod("web"));
  put_eip("by-ip", to_ip("10.0.0.5"));
  put_eip("other", to_pod("db"));
  put_pod("web", "10.0.0.5");
  const std::set<kube::Key> expected{{"n", "by-ip"}, {"n", "by-pod"}};
  EXPECT_EQ(observer.eips_of(*pods.find({"n", "web"})), expected);
  EXPECT_EQ(observer.eips_wanting("10.0.0.5"), expected);
}

TEST_F(EipObserver, NamesTheRivalsOfAWish) {
  const auto by_pod = put_eip("by-pod", to_pod("web"));
  const auto by_ip = put_eip("by-ip", to_ip("10.0.0.5"));
  put_pod("web", "10.0.0.5");
  EXPECT_EQ(observer.rivals_of(by_pod), (std::set<kube::Key>{{"n", "by-ip"}}));
  EXPECT_EQ(observer.rivals_of(by_ip), (std::set<kube::Key>{{"n", "by-pod"}}));
}

TEST_F(EipObserver, TakesTheWishOfAnAssociationForTheEips) {
  const auto eip = put_eip("a", std::nullopt);
  put_association("association", "a", to_pod("web"));
  put_pod("web", "10.0.0.5");
  const auto world = observer.world(eip, {});
  EXPECT_EQ(world.target.reason, "NodeNotFound");
  EXPECT_EQ(world.assigned_by, (domain::AssignedBy{"association", std::nullopt}));
  EXPECT_EQ(observer.eips_of(*pods.find({"n", "web"})), (std::set<kube::Key>{{"n", "a"}}));
  EXPECT_EQ(observer.eips_on_node("node"), (std::set<kube::Key>{{"n", "a"}}));
  EXPECT_EQ(observer.eips_wanting("n", to_pod("web")), (std::set<kube::Key>{{"n", "a"}}));
}

TEST_F(EipObserver, FindsAnAddressOfAnEni) {
  const auto eip = put_eip("a", domain::Assignment{"", "e", 1, ""});
  EXPECT_EQ(observer.world(eip, {}).target.reason, "ENINotFound");
  put_eni("e", {});
  EXPECT_EQ(observer.world(eip, {}).target.reason, "ENINotReady");
  EXPECT_EQ(observer.target_place(eip), app::EipObserver::TargetPlace{});
  put_eni("e", {"10.0.0.5", "10.0.0.6"});
  EXPECT_EQ(observer.world(eip, {}).target.kind, domain::Target::Kind::unknown) << "EC2 was not asked yet";
  EXPECT_EQ(observer.target_place(eip).network_interface_id, "eni-e");
  EXPECT_EQ(observer.eips_of(enis.find({"n", "e"})->eni), (std::set<kube::Key>{{"n", "a"}}));
}

TEST_F(EipObserver, NamesTheRivalsForAnAddressOfAnEni) {
  put_eip("by-eni", domain::Assignment{"", "e", 1, ""});
  const auto by_ip = put_eip("by-ip", to_ip("10.0.0.6"));
  put_eip("primary", domain::Assignment{"", "e", 0, ""});
  put_eni("e", {"10.0.0.5", "10.0.0.6"});
  EXPECT_EQ(observer.rivals_of(by_ip), (std::set<kube::Key>{{"n", "by-eni"}}));
  EXPECT_EQ(observer.eips_wanting("n", domain::Assignment{"", "e", 1, ""}),
            (std::set<kube::Key>{{"n", "by-eni"}, {"n", "by-ip"}}));
  put_eni("e", {"10.0.0.5"});
  EXPECT_TRUE(observer.rivals_of(by_ip).empty());
}

TEST_F(EipObserver, SaysThatAPodIsMissingOrHasNoAddress) {
  const auto eip = put_eip("a", to_pod("web"));
  EXPECT_EQ(observer.world(eip, {}).target.reason, "PodNotFound");
  put_pod("web", "");
  EXPECT_EQ(observer.world(eip, {}).target.reason, "PodHasNoIP");
  put_pod("web", "10.0.0.5");
  EXPECT_EQ(observer.world(eip, {}).target.reason, "NodeNotFound");
}

TEST_F(EipObserver, FindsWhatWasAnotherObjectsOfTheSameNameBeforeARestore) {
  const auto eip = put_eip("a", std::nullopt);
  put_address("eipalloc-old", domain::ownership_tags("c", "n", "a", "uid-of-former-life"));
  put_address("eipalloc-other-cluster", domain::ownership_tags("d", "n", "a", "uid-there"));
  const auto world = observer.world(eip, {});
  ASSERT_EQ(world.restorable.size(), 1u);
  EXPECT_EQ(world.restorable[0].view.allocation_id, "eipalloc-old");
}

TEST_F(EipObserver, LeavesAnAddressToALivingObject) {
  put_eip("b", std::nullopt);
  const auto eip = put_eip("a", std::nullopt);
  put_address("eipalloc-b", domain::ownership_tags("c", "n", "a", "uid-b"));
  EXPECT_TRUE(observer.world(eip, {}).restorable.empty());
}

TEST_F(EipObserver, KnowsThatAnOlderObjectNamesTheSameAllocation) {
  const auto older = put_eip("older", std::nullopt, "eipalloc-1");
  const auto younger = put_eip("younger", std::nullopt, "eipalloc-1");
  EXPECT_FALSE(observer.world(older, {}).claimed_by_older);
  EXPECT_TRUE(observer.world(younger, {}).claimed_by_older);
}

TEST_F(EipObserver, NoticesWhenMoreThanHalfOfAllAddressesVanish) {
  domain::Eip eip;
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i)
    eip = put_eip("e" + std::to_string(i), std::nullopt, "eipalloc-" + std::to_string(i));
  for (int i = 3; i < 6; ++i) ids.push_back("eipalloc-" + std::to_string(i));
  inventory.ledger().read_by_id(ids, {}, clock.wall_now());
  EXPECT_FALSE(observer.world(eip, {}).many_vanished) << "three of six";
  inventory.ledger().read_by_id({"eipalloc-0"}, {}, clock.wall_now());
  EXPECT_TRUE(observer.world(eip, {}).many_vanished) << "four of six";
}

}  // namespace
