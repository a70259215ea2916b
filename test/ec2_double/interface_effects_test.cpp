#include "ec2_double/effects.hpp"

#include <gtest/gtest.h>

namespace ec2_double {
namespace {

using std::chrono::seconds;

class Settling : public testing::Test {
 protected:
  void add_interface(const std::string& id, const std::string& status, int due,
                     std::optional<Attachment> attachment = std::nullopt) {
    NetworkInterface interface;
    interface.id = id;
    interface.status = status;
    interface.due = at(due);
    interface.private_ip_addresses = {"10.0.0.4"};
    interface.attachment = std::move(attachment);
    world.network_interfaces.put(interface, start);
  }
  Attachment attachment(const std::string& status, int due) {
    Attachment attachment;
    attachment.instance_id = "i-1";
    attachment.status = status;
    attachment.due = at(due);
    return attachment;
  }
  void add_instance(const std::string& state, int due) {
    Instance instance;
    instance.id = "i-1";
    instance.state = state;
    instance.due = at(due);
    world.instances.put(instance, start);
  }
  Time at(int second) const { return start + seconds(second); }
  const NetworkInterface& interface(const std::string& id) { return *world.network_interfaces.latest(id); }

  World world;
  Time start{std::chrono::hours(500'000)};
};

TEST_F(Settling, WhatIsNotDueStays) {
  add_interface("eni-1", "pending", 5);
  add_interface("eni-2", "in-use", 0, attachment("attaching", 6));
  add_instance("pending", 7);
  settle(world, at(4));
  EXPECT_EQ(interface("eni-1").status, "pending");
  settle(world, at(6));
  EXPECT_EQ(interface("eni-1").status, "available");
  EXPECT_EQ(interface("eni-2").attachment->status, "attached");
  EXPECT_EQ(world.instances.latest("i-1")->state, "pending");
  settle(world, at(7));
  EXPECT_EQ(world.instances.latest("i-1")->state, "running");
  EXPECT_FALSE(world.network_interfaces.next_due());
  EXPECT_FALSE(world.instances.next_due());
}

TEST_F(Settling, ThingsHappenWhenTheyAreDueAndNotWhenSomebodyLooks) {
  add_interface("eni-1", "pending", 5);
  settle(world, at(60));
  const auto seen_at = [&](int second) {
    return world.network_interfaces.seen("eni-1", View(at(second), Span{}, 0))->status;
  };
  EXPECT_EQ(seen_at(4), "pending");
  EXPECT_EQ(seen_at(5), "available");
}

TEST_F(Settling, TheEarlierComesFirst) {
  // Attached before its instance is terminated, and deleted with it: not the other way round.
  auto before = attachment("attaching", 5);
  before.delete_on_termination = true;
  add_interface("eni-1", "in-use", 0, before);
  add_interface("eni-2", "in-use", 0, attachment("detaching", 20));
  add_instance("shutting-down", 10);
  settle(world, at(30));
  EXPECT_EQ(world.network_interfaces.latest("eni-1"), nullptr);
  EXPECT_FALSE(interface("eni-2").attachment);
  EXPECT_EQ(interface("eni-2").status, "available");
  EXPECT_EQ(world.instances.latest("i-1")->state, "terminated");
}

TEST_F(Settling, ReverseDnsEndsToo) {
  Address address;
  address.id = "eipalloc-1";
  address.ptr_update = "a.example.";
  address.ptr_due = at(5);
  world.addresses.put(address, start);
  settle(world, at(5));
  EXPECT_EQ(world.addresses.latest("eipalloc-1")->ptr_record, "a.example.");
  EXPECT_FALSE(world.addresses.next_due());
}

TEST_F(Settling, AChangedRowIsDueWhenItsLatestVersionSaysSo) {
  add_interface("eni-1", "in-use", 0, attachment("detaching", 100));
  add_interface("eni-1", "in-use", 0, attachment("detaching", 5));
  EXPECT_EQ(world.network_interfaces.next_due(), std::pair(at(5), std::string("eni-1")));
  world.network_interfaces.erase("eni-1", at(1));
  EXPECT_FALSE(world.network_interfaces.next_due());
}

TEST_F(Settling, AnInstanceThatWasSeededAsTerminatedStays) {
  Instance instance;
  instance.id = "i-2";
  instance.state = "terminated";
  world.instances.put(instance, start);
  settle(world, at(36'000));
  EXPECT_NE(world.instances.latest("i-2"), nullptr);
}

}  // namespace
}  // namespace ec2_double
