#include "domain/decide_eni.hpp"

#include <gtest/gtest.h>

#include "fakes/eni_world.hpp"

namespace domain {
namespace {

using fakes::attached;
using fakes::interface;
using namespace std::chrono_literals;

class AnEniDecision : public testing::Test, protected fakes::EniWorldBuilder {
 protected:
  void expect(EniStepKind kind, const std::string& reason) const {
    const EniStep step = decide();
    EXPECT_STREQ(name_of(step.kind), name_of(kind)) << step.reason << ": " << step.message;
    EXPECT_EQ(step.reason, reason);
  }
  void in_trouble(EniStepKind kind, const std::string& subject) {
    world.memory.troubles = {{kind, "Throttled", "later", false, 1, now + 5s, eni.generation, subject}};
  }
  void not_seen(std::vector<Span> ages) {
    eni.status.network_interface_id = "eni-1";
    world.absence.emplace();
    for (const Span age : ages) world.absence->asked.push_back(now - age);
  }
};

// Beginning.

TEST_F(AnEniDecision, puts_the_finalizer_on_before_anything_else) {
  eni.has_finalizer = false;
  expect(EniStepKind::add_finalizer, "");
  eni.deleting = true;
  expect(EniStepKind::settled, "");
}

TEST_F(AnEniDecision, touches_nothing_in_another_account) {
  holds(interface());
  eni.status.account_id = "9999";
  eni.deleting = true;
  expect(EniStepKind::blocked, "AccountMismatch");
}

TEST_F(AnEniDecision, waits_until_everything_was_read_once) {
  world.not_listed = true;
  expect(EniStepKind::wait, "Starting");
}

TEST_F(AnEniDecision, looks_for_an_interface_of_the_object_once_before_it_creates_one) {
  world.asked.reset();
  expect(EniStepKind::look, "Creating");
  EXPECT_TRUE(decide().look_interfaces);
  world.memory.untouched = true;
  expect(EniStepKind::record_intent, "Creating");
}

// Creation.

TEST_F(AnEniDecision, records_all_that_goes_with_the_client_token) {
  eni.spec.secondary_private_ip_address_count = 2;
  eni.spec.description = "web";
  eni.spec.tags = {{"team", "a"}};
  eni.status.client_token_sequence = 4;
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::record_intent);
  EXPECT_EQ(step.client_token_sequence, 5);
  EXPECT_EQ(step.intent->subnet_id, "subnet-1");
  EXPECT_EQ(step.intent->security_group_ids, std::set<std::string>{"sg-1"});
  EXPECT_EQ(step.intent->secondary_private_ip_address_count, 2);
  EXPECT_EQ(step.intent->description, "web");
  EXPECT_EQ(step.intent->tags.at("team"), "a");
  EXPECT_EQ(step.intent->tags.at("node.k8s.amazonaws.com/no_manage"), "true");
  EXPECT_EQ(step.intent->tags.at(kUidTag), "uid-1");
  EXPECT_FALSE(step.intent->repeated);
}

TEST_F(AnEniDecision, creates_on_an_intent_that_it_has_written) {
  has_intent(10s);
  world.memory.intent_written = eni.status.intent->recorded_at;
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::create);
  EXPECT_EQ(step.intent->description, "as recorded");
  EXPECT_EQ(client_token(eni, step.client_token_sequence), "uid-1-3");
}

TEST_F(AnEniDecision, records_what_is_wanted_by_now_if_no_call_was_made_for_long) {
  has_intent(31s);
  world.memory.intent_written = world.memory.intent_unused = eni.status.intent->recorded_at;
  eni.spec.description = "new";
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::record_intent);
  EXPECT_EQ(step.client_token_sequence, 3);
  EXPECT_EQ(step.intent->description, "new");
}

TEST_F(AnEniDecision, makes_the_same_call_again_if_one_may_have_been_made) {
  has_intent(10s);
  world.asked = now - 6s;
  expect(EniStepKind::look, "AwaitingCreation");
  world.asked = now;
  eni.spec.description = "new";
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::record_intent);
  EXPECT_TRUE(step.intent->repeated);
  EXPECT_EQ(step.client_token_sequence, 3);
  EXPECT_EQ(step.intent->description, "as recorded");
  EXPECT_EQ(step.intent->recorded_at, now);
}

// Restored from a backup with its status: the call would tag what it makes as that of the object before.
TEST_F(AnEniDecision, does_not_see_an_intent_through_that_another_object_of_its_name_had) {
  has_intent(10s);
  eni.status.intent->tags[kUidTag] = "uid-0";
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::record_intent);
  EXPECT_FALSE(step.intent->repeated);
  EXPECT_EQ(step.intent->tags.at(kUidTag), "uid-1");
  EXPECT_EQ(step.client_token_sequence, 4);
}

TEST_F(AnEniDecision, takes_another_token_after_a_call_that_surely_had_no_effect) {
  has_intent(1s);
  world.memory.intent_void = eni.status.intent->recorded_at;
  EXPECT_EQ(decide().client_token_sequence, 4);
  in_trouble(EniStepKind::create, "subnet-1");
  expect(EniStepKind::blocked, "Throttled");
  ++eni.generation;
  expect(EniStepKind::record_intent, "Creating");
}

TEST_F(AnEniDecision, takes_another_token_after_the_settle_time_if_a_repeated_call_was_refused) {
  has_intent(10s, true);
  world.memory.intent_refused = eni.status.intent->recorded_at;
  in_trouble(EniStepKind::create, "subnet-1");
  world.asked = now - 1s;
  expect(EniStepKind::blocked, "Throttled");
  world.asked = now - 10s;
  expect(EniStepKind::look, "AwaitingCreation");
  world.memory.troubles.clear();
  world.asked = now - 1s;
  expect(EniStepKind::wait, "AwaitingCreation");
  eni.status.intent->recorded_at = now - 3min;
  world.memory.intent_refused = eni.status.intent->recorded_at;
  expect(EniStepKind::record_intent, "Creating");
  EXPECT_EQ(decide().client_token_sequence, 4);
}

TEST_F(AnEniDecision, finds_security_groups_by_their_names) {
  eni.spec.security_groups = {"sg-1", "web"};
  expect(EniStepKind::look, "Creating");
  EXPECT_TRUE(decide().look_groups);
  world.groups.asked = now - 29s;
  expect(EniStepKind::blocked, "SubnetNotFound");
  world.groups.subnet_found = true;
  expect(EniStepKind::blocked, "SecurityGroupNotFound");
  EXPECT_TRUE(decide().stalled);
  EXPECT_EQ(decide().due, now + 1s);
  now += 1s;
  EXPECT_TRUE(decide().look_groups);
  world.groups.ids = {{"web", "sg-2"}};
  EXPECT_EQ(decide().intent->security_group_ids, (std::set<std::string>{"sg-1", "sg-2"}));
}

TEST_F(AnEniDecision, believes_that_an_interface_is_gone_after_three_reads_over_a_minute) {
  not_seen({30s});
  expect(EniStepKind::look, "InterfaceNotSeen");
  not_seen({50s, 25s, 0s});
  expect(EniStepKind::wait, "InterfaceNotSeen");
  not_seen({60s, 30s, 0s});
  eni.status.client_token_sequence = 1;
  const EniStep step = decide();
  EXPECT_EQ(step.kind, EniStepKind::record_intent);
  EXPECT_EQ(step.lost_id, "eni-1");
  EXPECT_EQ(step.client_token_sequence, 2);
  world.many_vanished = true;
  expect(EniStepKind::blocked, "ManyInterfacesVanished");
}

// Ownership.

TEST_F(AnEniDecision, takes_over_what_the_status_of_1_4_1_names) {
  auto bare = interface();
  bare.tags.clear();
  holds(bare);
  expect(EniStepKind::take_over, "Adopting");
  EXPECT_EQ(decide().tags.set.at(kUidTag), "uid-1");
  world.claimed_by_older = true;
  expect(EniStepKind::blocked, "InterfaceNotOurs");
  world.claimed_by_older = false;
  eni.status.mac_address = "02:99";
  expect(EniStepKind::blocked, "InterfaceNotOurs");
  world.interfaces.front().seen = now - 6s;
  expect(EniStepKind::look, "InterfaceNotOurs");
}

TEST_F(AnEniDecision, never_touches_what_an_aws_service_or_another_owner_has) {
  auto bare = interface();
  bare.tags.clear();
  bare.managed = true;
  holds(bare);
  expect(EniStepKind::blocked, "InterfaceNotOurs");
  world.interfaces.front().view.tags = fakes::our_tags();
  expect(EniStepKind::blocked, "InUseByService");
  eni.deleting = true;
  expect(EniStepKind::blocked, "InUseByService");
  eni.deleting = false;
  world.interfaces.front().view.managed = false;
  world.interfaces.front().view.tags[kUidTag] = "uid-9";
  expect(EniStepKind::blocked, "InterfaceNotOurs");
}

TEST_F(AnEniDecision, adopts_the_interface_of_an_earlier_object_of_its_name_in_the_same_subnet) {
  auto earlier = interface();
  earlier.tags[kUidTag] = "uid-0";
  world.restorable.push_back({earlier, now, now, now});
  EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::record_intent);
  EXPECT_EQ(step.interface.id, "eni-1");
  EXPECT_FALSE(step.intent.has_value());
  eni.spec.subnet_id = "subnet-2";
  EXPECT_TRUE(decide().intent.has_value());
  eni.spec.subnet_id = "subnet-1";
  holds(earlier);
  expect(EniStepKind::take_over, "Adopting");
}

TEST_F(AnEniDecision, deletes_a_second_interface_once_it_is_sure_that_it_is_one) {
  holds(interface());
  auto& spare = sees(attached(interface("eni-0")));
  spare.first_seen = now - 1min;
  expect(EniStepKind::settled, "");
  EXPECT_EQ(decide().due, now + 1min);
  spare.first_seen = now - 2min;
  expect(EniStepKind::detach, "Detaching");
  EXPECT_TRUE(decide().spare);
  spare.view.attachment_status = "detaching";
  expect(EniStepKind::settled, "");
  EXPECT_EQ(decide().due, now + 5s);
  spare.view = interface("eni-0");
  expect(EniStepKind::delete_interface, "Deleting");
  EXPECT_EQ(decide().interface.id, "eni-0");
  spare.seen = now - 6s;
  expect(EniStepKind::look, "DeletingSpare");
}

// Deletion.

TEST_F(AnEniDecision, detaches_awaits_and_deletes_with_the_object) {
  auto& mine = holds(attached(interface()));
  eni.deleting = true;
  expect(EniStepKind::detach, "Detaching");
  mine.attachment_status = "detaching";
  expect(EniStepKind::wait, "Detaching");
  EXPECT_EQ(decide().due, now + 5s);
  mine = interface();
  expect(EniStepKind::delete_interface, "Deleting");
  world.interfaces.front().seen = now - 6s;
  expect(EniStepKind::look, "Deleting");
}

TEST_F(AnEniDecision, lets_a_deleted_object_go_when_nothing_is_left_of_it) {
  eni.deleting = true;
  world.asked = now - 6s;
  expect(EniStepKind::look, "Deleting");
  world.asked = now;
  expect(EniStepKind::remove_finalizer, "Deleted");
  has_intent(10s);
  expect(EniStepKind::wait, "AwaitingCreation");
  world.memory.intent_unused = eni.status.intent->recorded_at;
  expect(EniStepKind::remove_finalizer, "Deleted");
  eni.status.intent.reset();
  not_seen({30s, 1s});
  expect(EniStepKind::wait, "InterfaceNotSeen");
  world.released = true;
  expect(EniStepKind::remove_finalizer, "Deleted");
}

TEST_F(AnEniDecision, leaves_an_interface_alone_that_is_not_the_deleted_objects) {
  auto theirs = interface();
  theirs.tags[kUidTag] = "uid-9";
  holds(theirs);
  eni.deleting = true;
  expect(EniStepKind::remove_finalizer, "Deleted");
  world.interfaces.front().view.tags.clear();
  expect(EniStepKind::take_over, "Adopting");
}

}  // namespace
}  // namespace domain
