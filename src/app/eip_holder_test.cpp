// Whose address is on the target: interfaces and addresses may say different things, and calls are on their
// way.

#include <gtest/gtest.h>

#include "fakes/eip_reconciler_world.hpp"

using namespace std::chrono_literals;

namespace {

struct AnAddressOfAnother : fakes::EipReconcilerWorld {
  domain::Ledger& ledger = inventory.ledger();

  void SetUp() override {
    EipReconcilerWorld::SetUp();
    domain::AddressView other;
    other.allocation_id = "eipalloc-2";
    other.tags = domain::ownership_tags("c", "n", "b", "uid-of-b");
    ledger.made(other, clock.wall_now());
  }
  void read_target() {
    clock.advance(1s);
    start();
    clock.advance(1s);
    ledger.disassociated("eipalloc-1", clock.wall_now());
  }
  std::string holder() { return observer.world(eips.find(key)->eip, {}).target.holder; }
};

TEST_F(AnAddressOfAnother, IsOnTheTargetIfItWasPutThereSinceItWasRead) {
  read_target();
  ledger.associated("eipalloc-2", "eipassoc-2", "eni-1", "10.0.0.5", clock.wall_now());
  EXPECT_EQ(holder(), "eipalloc-2");
}

TEST_F(AnAddressOfAnother, IsOnTheTargetIfItWasPutThereAMomentBeforeItWasRead) {
  ledger.associated("eipalloc-2", "eipassoc-2", "eni-1", "10.0.0.5", clock.wall_now());
  clock.advance(1s);
  EXPECT_TRUE(run(inventory.look_at_instance("i-1")));
  EXPECT_EQ(holder(), "eipalloc-2") << "the read does not show it yet";
  clock.advance(settings.settle);
  EXPECT_TRUE(run(inventory.look_at_instance("i-1")));
  EXPECT_EQ(holder(), "") << "it would show it by now";
}

TEST_F(AnAddressOfAnother, IsOnTheTargetThoughTheReadStillShowsTheOneBefore) {
  start();  // puts the object's own address there
  ledger.disassociated("eipalloc-1", clock.wall_now());
  ledger.associated("eipalloc-2", "eipassoc-2", "eni-1", "10.0.0.5", clock.wall_now());
  ec2.interfaces[0].private_ip_addresses[0].association.allocation_id = "eipalloc-1";
  clock.advance(1s);
  EXPECT_TRUE(run(inventory.look_at_instance("i-1")));
  EXPECT_EQ(holder(), "eipalloc-2");
}

TEST_F(AnAddressOfAnother, IsOnTheTargetIfTheInterfaceSaysSoAndItsOwnViewIsOlder) {
  clock.advance(settings.settle);
  ec2.interfaces[0].private_ip_addresses[0].association.allocation_id = "eipalloc-2";
  EXPECT_TRUE(run(inventory.refresh({}, {"i-1"})));
  EXPECT_EQ(holder(), "eipalloc-2");
}

TEST_F(AnAddressOfAnother, IsOnTheTargetUntilItsObjectKnowsThatItHasLeft) {
  stored.at("metadata").at("name") = "b";
  stored.at("metadata").at("uid") = "uid-of-b";
  eips.apply(*app::decode_eip(boost::json::serialize(stored)));
  auto view = ledger.find("eipalloc-2")->view;
  view.association_id = "eipassoc-2";
  view.network_interface_id = "eni-1";
  view.private_ip_address = "10.0.0.5";
  clock.advance(1s);
  ledger.read_by_id({"eipalloc-2"}, {view}, clock.wall_now());  // after a restart: no write of ours is known
  clock.advance(settings.settle);
  EXPECT_TRUE(run(inventory.look_at_instance("i-1")));
  EXPECT_EQ(holder(), "eipalloc-2") << "the newer read may be the later one to show it";
  ledger.disassociated("eipalloc-2", clock.wall_now());
  EXPECT_EQ(holder(), "");
}

TEST_F(AnAddressOfAnother, MayBeOnTheTargetWhileTheCallIsOnItsWay) {
  read_target();
  ledger.associating("eipalloc-2", "eni-1", "10.0.0.5");
  EXPECT_EQ(holder(), "eipalloc-2");
  ledger.association_failed("eipalloc-2", false, clock.wall_now());
  EXPECT_EQ(holder(), "");
}

}  // namespace
