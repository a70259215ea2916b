#include "domain/decide_eip.hpp"

#include <gtest/gtest.h>

#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::address;
using fakes::put_on;
using namespace std::chrono_literals;

class ADecision : public testing::Test, protected fakes::EipWorldBuilder {
 protected:
  void expect(StepKind kind, const std::string& reason) const {
    const Step step = decide();
    EXPECT_STREQ(name_of(step.kind), name_of(kind)) << step.reason << ": " << step.message;
    EXPECT_EQ(step.reason, reason);
  }
  void in_trouble(StepKind kind, const std::string& subject) {
    world.memory.troubles = {{kind, "Throttled", "later", false, 1, now + 5s, eip.generation, subject}};
  }
};

TEST_F(ADecision, puts_the_finalizer_on_before_anything_else) {
  eip.has_finalizer = false;
  expect(StepKind::add_finalizer, "");
  eip.deleting = true;
  expect(StepKind::settled, "");
}

TEST_F(ADecision, removes_an_obsolete_copy_before_anything_else) {
  holds(fakes::put_on(fakes::address(), "10.0.0.1"));
  eip.status.assigned_by = AssignedBy{"gone", Assignment{"pod", "", 0, "10.0.0.1"}};
  world.obsolete_copy = eip.status.assigned_by->copy;
  const Step step = decide();
  EXPECT_EQ(step.kind, StepKind::remove_copy);
  EXPECT_EQ(step.copy, world.obsolete_copy);
  EXPECT_EQ(report().status.assigned_by, eip.status.assigned_by) << "or the copy would be taken for a wish";
  world.obsolete_copy.reset();
  EXPECT_EQ(decide().kind, StepKind::disassociate);
  EXPECT_EQ(report().status.assigned_by, std::nullopt);
}

TEST_F(ADecision, says_that_a_copy_cannot_be_removed_until_the_object_is_edited) {
  holds(fakes::address());
  world.obsolete_copy = Assignment{"pod", "", 0, "10.0.0.1"};
  Answer refused;
  refused.ok = false;
  refused.refused = refused.stalled = true;
  refused.reason = "CopyNotRemoved";
  world.memory.remember(StepKind::remove_copy, refused, "", eip.generation, now);
  const Step step = decide();
  EXPECT_EQ(step.kind, StepKind::blocked);
  EXPECT_EQ(step.reason, "CopyNotRemoved");
  EXPECT_TRUE(step.stalled);
  ++eip.generation;
  EXPECT_EQ(decide().kind, StepKind::remove_copy);
}

TEST_F(ADecision, leaves_a_copy_in_what_is_deleted) {
  holds(fakes::address());
  eip.deleting = true;
  world.obsolete_copy = Assignment{"pod", "", 0, "10.0.0.1"};
  EXPECT_EQ(decide().kind, StepKind::release);
}

TEST_F(ADecision, touches_nothing_in_another_account_or_region) {
  holds(put_on(address(), "10.0.0.1"));
  eip.status.account_id = "9999";
  expect(StepKind::blocked, "AccountMismatch");
  eip.status.account_id = "1234";
  eip.status.region = "us-east-1";
  eip.deleting = true;
  expect(StepKind::blocked, "AccountMismatch");
  EXPECT_TRUE(decide().stalled);
}

// Allocation.

TEST_F(ADecision, looks_for_an_address_of_the_object_once_before_it_allocates) {
  world.asked.reset();
  expect(StepKind::look, "Allocating");
  EXPECT_TRUE(decide().look_addresses);
  world.asked = now - 1h;
  expect(StepKind::record_intent, "Allocating");
}

TEST_F(ADecision, allocates_without_a_look_for_an_object_that_nobody_acted_for_before) {
  world.asked.reset();
  world.memory.untouched = true;
  expect(StepKind::record_intent, "Allocating");
}

TEST_F(ADecision, records_what_it_will_ask_for_under_a_new_name) {
  eip.spec.public_ipv4_pool = "pool-1";
  has_intent(-1s);  // the clock was set back since
  world.memory.intent_void = eip.status.intent->recorded_at;
  const Step step = decide();
  ASSERT_EQ(step.kind, StepKind::record_intent);
  EXPECT_EQ(step.intent->public_ipv4_pool, "pool-1");
  EXPECT_GT(step.intent->recorded_at, eip.status.intent->recorded_at);
}

TEST_F(ADecision, allocates_on_an_intent_of_its_own_that_is_not_used) {
  has_intent(10s);
  world.memory.intent_unused = eip.status.intent->recorded_at;
  eip.spec.tags = {{"team", "a"}};
  const Step step = decide();
  ASSERT_EQ(step.kind, StepKind::allocate);
  EXPECT_EQ(step.tags.set.at("team"), "a");
  EXPECT_EQ(step.tags.set.at(kUidTag), "uid-1");
}

TEST_F(ADecision, records_a_new_intent_if_its_own_is_too_old_to_cover_the_call) {
  has_intent(31s);
  world.memory.intent_unused = eip.status.intent->recorded_at;
  expect(StepKind::record_intent, "Allocating");
}

TEST_F(ADecision, awaits_the_address_of_an_intent_that_may_have_been_used) {
  has_intent(10s);
  world.asked = now - 1s;
  expect(StepKind::wait, "AwaitingAllocation");
  EXPECT_EQ(decide().due, now + 8s);  // as long after the last look as that was after the intent
  world.asked = now - 10s;
  expect(StepKind::look, "AwaitingAllocation");
  has_intent(2min);
  expect(StepKind::look, "AwaitingAllocation");  // the last read was sent before the settle time was over
  world.asked = now;
  expect(StepKind::record_intent, "Allocating");
}

TEST_F(ADecision, does_not_wait_for_a_call_that_surely_had_no_effect) {
  has_intent(1s);
  world.memory.intent_void = eip.status.intent->recorded_at;
  expect(StepKind::record_intent, "Allocating");
  in_trouble(StepKind::allocate, "");
  expect(StepKind::blocked, "Throttled");
  EXPECT_EQ(decide().due, now + 5s);
  ++eip.generation;
  expect(StepKind::record_intent, "Allocating");
}

TEST_F(ADecision, takes_the_pool_with_the_most_free_addresses) {
  eip.spec.public_ipv4_pools = {"pool-1", "pool-2", "pool-3"};
  expect(StepKind::look, "Allocating");
  EXPECT_TRUE(decide().look_pools);
  world.pools_asked = now;
  world.pool_free = {{"pool-1", 2}, {"pool-2", 5}, {"pool-3", 0}, {"pool-4", 100}};
  EXPECT_EQ(decide().intent->public_ipv4_pool, "pool-2");
  EXPECT_EQ(decide().message, "allocating an address");
  world.pool_free = {{"pool-1", 0}, {"pool-2", 0}, {"pool-3", 0}};
  expect(StepKind::blocked, "InsufficientAddressCapacity");
}

TEST_F(ADecision, allocates_from_the_good_pools_and_names_those_that_do_not_exist) {
  eip.spec.public_ipv4_pools = {"pool-1", "pool-2", "pool-3"};
  world.pools_asked = now;
  world.pool_free = {{"pool-2", 5}};
  world.pools_asked = now - 20s;
  expect(StepKind::look, "Allocating");  // they may be new
  world.pools_asked = now;
  expect(StepKind::record_intent, "Allocating");
  EXPECT_EQ(decide().intent->public_ipv4_pool, "pool-2");
  EXPECT_NE(decide().message.find("pool-1, pool-3"), std::string::npos) << decide().message;
  world.pool_free = {{"pool-2", 0}};
  expect(StepKind::blocked, "PoolNotFound");
  EXPECT_NE(decide().message.find("pool-1, pool-3"), std::string::npos) << decide().message;
  EXPECT_TRUE(decide().stalled);
}

TEST_F(ADecision, asks_for_one_exact_address) {
  eip.spec.public_ip_address = "1.0.0.9";
  EXPECT_EQ(decide().intent->public_ip_address, "1.0.0.9");
}

// Whose is it?

TEST_F(ADecision, takes_over_an_address_of_version_1_4_1_after_a_look) {
  auto bare = address();
  bare.tags = {{"team", "a"}};
  holds(bare).seen = now - 6s;
  expect(StepKind::look, "Adopting");
  world.addresses[0].seen = now;
  const Step step = decide();
  ASSERT_EQ(step.kind, StepKind::take_over);
  EXPECT_EQ(step.tags.set, fakes::our_tags());
}

TEST_F(ADecision, gives_an_address_back_its_uid_tag) {
  auto untagged = address();
  untagged.tags.erase(kUidTag);
  holds(untagged);
  expect(StepKind::take_over, "Adopting");
}

struct Foreign {
  const char* sentence;
  std::function<void(AddressView&, EipWorld&)> change;
};

class AForeignAddress : public testing::TestWithParam<Foreign>, protected fakes::EipWorldBuilder {};

TEST_P(AForeignAddress, is_left_alone_and_survives_the_object) {
  auto view = put_on(address(), "10.0.0.1");
  view.tags.clear();
  GetParam().change(view, world);
  holds(view);
  eip.status.public_ip_address = "1.0.0.1";
  EXPECT_EQ(decide().kind, StepKind::blocked) << GetParam().sentence;
  EXPECT_EQ(decide().reason, "AddressNotOurs") << GetParam().sentence;
  world.addresses[0].seen = now - 1min;
  EXPECT_EQ(decide().kind, StepKind::look) << GetParam().sentence;
  world.addresses[0].seen = now;
  eip.deleting = true;
  EXPECT_EQ(decide().kind, StepKind::remove_finalizer) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Like, AForeignAddress,
    testing::Values(
        Foreign{"another object's", [](auto& a, auto&) { a.tags = fakes::our_tags("uid-2"); }},
        Foreign{"one with another public address", [](auto& a, auto&) { a.public_ip = "1.0.0.2"; }},
        Foreign{"a service's", [](auto& a, auto&) { a.service_managed = "nlb"; }},
        Foreign{"one that an older object holds", [](auto&, auto& w) { w.claimed_by_older = true; }}));

TEST_F(ADecision, names_an_address_of_an_earlier_object_before_it_adopts_it) {
  auto old = address("eipalloc-old", "1.0.0.7");
  old.tags = fakes::our_tags("uid-0");
  world.restorable.push_back({old, now, now, now});
  Step step = decide();
  ASSERT_EQ(step.kind, StepKind::record_intent);
  EXPECT_EQ(step.address.allocation_id, "eipalloc-old");
  const EipStatus status = with_intent(eip, world, step, settings, now);
  EXPECT_EQ(status.allocation_id, "eipalloc-old");
  EXPECT_FALSE(status.intent.has_value());
  eip.status = status;
  sees(old);
  expect(StepKind::take_over, "Adopting");
  eip.deleting = true;
  expect(StepKind::take_over, "Adopting");
}

TEST_F(ADecision, adopts_only_what_fits_the_spec_and_after_a_pending_intent) {
  auto old = address("eipalloc-old", "1.0.0.7");
  old.public_ipv4_pool = "pool-1";
  world.restorable.push_back({old, now, now, now});
  has_intent(1s);
  world.asked = now;
  expect(StepKind::wait, "AwaitingAllocation");
  eip.status.intent.reset();
  eip.spec.public_ipv4_pool = "pool-1";
  EXPECT_FALSE(decide().address.allocation_id.empty());
  eip.spec.public_ipv4_pool = "pool-2";
  EXPECT_TRUE(decide().address.allocation_id.empty());
  eip.spec.public_ipv4_pool = "";
  eip.spec.public_ipv4_pools = {"pool-0", "pool-1"};
  EXPECT_FALSE(decide().address.allocation_id.empty());
  eip.spec.public_ip_address = "1.0.0.8";
  EXPECT_TRUE(decide().address.allocation_id.empty());
}

TEST_F(ADecision, does_not_touch_its_address_while_a_service_manages_it) {
  auto view = put_on(address(), "10.0.0.9");
  view.service_managed = "nlb";
  holds(view);
  expect(StepKind::blocked, "InUseByService");
  eip.deleting = true;
  expect(StepKind::blocked, "InUseByService");
}

// A lost address.

class ALostAddress : public ADecision {
 protected:
  ALostAddress() {
    eip.status.allocation_id = "eipalloc-1";
    eip.status.public_ip_address = "1.0.0.1";
  }
  void missed(std::vector<Span> ago) {
    world.absence.emplace();
    for (const Span span : ago) world.absence->asked.push_back(now - span);
  }
};

TEST_F(ALostAddress, is_looked_for_before_it_is_given_up) {
  expect(StepKind::look, "AddressNotSeen");
  missed({0s});
  expect(StepKind::wait, "AddressNotSeen");
  EXPECT_EQ(decide().due, now + 30s);
  missed({30s});
  expect(StepKind::look, "AddressNotSeen");
}

TEST_F(ALostAddress, is_gone_after_three_reads_over_half_the_settle_time) {
  missed({59s, 30s, 0s});
  expect(StepKind::wait, "AddressNotSeen");
  missed({60s, 0s});
  expect(StepKind::wait, "AddressNotSeen");
  missed({60s, 30s, 0s});
  const Step step = decide();
  ASSERT_EQ(step.kind, StepKind::record_intent);
  EXPECT_EQ(step.lost_ip, "1.0.0.1");
  EXPECT_TRUE(step.intent->recovery);
  EXPECT_EQ(step.intent->public_ip_address, "1.0.0.1");
}

TEST_F(ALostAddress, is_not_gone_while_it_is_young) {
  missed({100s, 60s, 0s});
  said_allocated_for(3min);
  expect(StepKind::wait, "AddressNotSeen");  // the first read came too early to count
  eip.status.conditions.clear();
  said_allocated_for(4min);
  expect(StepKind::record_intent, "Allocating");
}

TEST_F(ALostAddress, is_gone_at_once_if_the_release_did_not_know_it_either) {
  eip.deleting = true;
  missed({0s});
  world.memory.release_not_found = "eipalloc-1";
  world.memory.release_not_found_at = now - 1s;
  expect(StepKind::remove_finalizer, "Released");
  said_allocated_for(1min);  // too young for that
  expect(StepKind::wait, "AddressNotSeen");
}

TEST_F(ALostAddress, is_not_replaced_when_many_vanish_together) {
  missed({60s, 30s, 0s});
  world.many_vanished = true;
  expect(StepKind::blocked, "ManyAddressesVanished");
}

TEST_F(ALostAddress, is_asked_back_until_that_is_refused_and_then_another_one_is_taken) {
  eip.status = {};
  has_intent(1s);
  eip.status.intent->recovery = true;
  eip.status.intent->public_ip_address = "1.0.0.1";
  world.memory.intent_void = eip.status.intent->recorded_at;
  EXPECT_TRUE(decide().intent->recovery);
  world.memory.recovery_refused = true;
  EXPECT_FALSE(decide().intent->recovery);
  EXPECT_EQ(decide().intent->public_ip_address, "");
  eip.spec.public_ip_address = "1.0.0.1";  // an exact address is never replaced by another
  EXPECT_EQ(decide().intent->public_ip_address, "1.0.0.1");
}

// Spares and tags.

TEST_F(ADecision, keeps_the_address_that_status_names_then_the_associated_then_the_lowest) {
  sees(address("eipalloc-2", "1.0.0.2"));
  sees(address("eipalloc-1", "1.0.0.1"));
  EXPECT_EQ(own_address(eip, world)->view.allocation_id, "eipalloc-1");
  sees(put_on(address("eipalloc-3", "1.0.0.3"), "10.0.0.1"));
  EXPECT_EQ(own_address(eip, world)->view.allocation_id, "eipalloc-3");
  eip.status.allocation_id = "eipalloc-2";
  EXPECT_EQ(own_address(eip, world)->view.allocation_id, "eipalloc-2");
}

TEST_F(ADecision, releases_a_spare_only_when_it_has_been_one_for_the_settle_time) {
  holds(address());
  auto& spare = sees(put_on(address("eipalloc-2", "1.0.0.2"), "10.0.0.5"));
  spare.first_seen = now - 1min;
  expect(StepKind::settled, "");
  EXPECT_EQ(decide().due, now + 1min);
  world.addresses[1].first_seen = now - 2min;
  expect(StepKind::disassociate, "ReleasingSpare");
  EXPECT_TRUE(decide().spare);
  world.addresses[1].view = address("eipalloc-2", "1.0.0.2");
  expect(StepKind::release, "Releasing");
  EXPECT_TRUE(decide().spare);
  world.addresses[1].seen = now - 1min;
  expect(StepKind::look, "ReleasingSpare");
}

TEST_F(ADecision, brings_tags_in_line_and_leaves_those_of_others) {
  auto view = address();
  view.tags["theirs"] = "1";
  view.tags["old"] = "1";
  holds(view);
  eip.status.tag_keys = {"old"};
  expect(StepKind::remove_tags, "SettingTags");
  EXPECT_EQ(decide().tags.remove, std::vector<std::string>{"old"});
  eip.spec.tags = {{"team", "a"}};
  expect(StepKind::set_tags, "SettingTags");
  world.addresses[0].seen = now - 1min;
  expect(StepKind::look, "SettingTags");
}

TEST_F(ADecision, is_settled_though_tags_are_refused) {
  holds(address());
  eip.spec.tags = {{"team", "a"}};
  in_trouble(StepKind::set_tags, "eipalloc-1");
  expect(StepKind::settled, "Throttled");
  EXPECT_EQ(decide().due, now + 5s);
}

TEST_F(ADecision, comes_back_when_a_pending_intent_is_settled) {
  holds(address());
  has_intent(30s);
  EXPECT_EQ(decide().due, now + 90s);
  world.memory.intent_void = eip.status.intent->recorded_at;
  EXPECT_EQ(decide().due, std::nullopt);
}

// Deletion.

TEST_F(ADecision, looks_disassociates_and_releases_at_deletion) {
  eip.deleting = true;
  wants_pod();
  holds(put_on(address(), "10.0.0.1")).seen = now - 6s;
  expect(StepKind::look, "Releasing");
  world.addresses[0].seen = now;
  expect(StepKind::disassociate, "Unassigning");
  world.addresses[0].view = address();
  expect(StepKind::release, "Releasing");
  world.addresses.clear();
  world.released = true;
  world.asked = now - 1h;
  expect(StepKind::remove_finalizer, "Released");
}

TEST_F(ADecision, holds_a_deleted_object_until_its_intent_is_settled) {
  eip.deleting = true;
  has_intent(10s);
  world.asked = now;
  expect(StepKind::wait, "AwaitingAllocation");
  world.released = true;  // another address; not that of the intent
  expect(StepKind::wait, "AwaitingAllocation");
  world.memory.intent_void = eip.status.intent->recorded_at;
  expect(StepKind::remove_finalizer, "Released");
}

TEST_F(ADecision, lets_an_object_go_only_after_a_fresh_look_for_addresses) {
  eip.deleting = true;
  world.asked = now - 6s;
  expect(StepKind::look, "Releasing");
  world.asked = now;
  expect(StepKind::remove_finalizer, "Released");
}

// The first read of a process.

TEST_F(ADecision, allocates_nothing_before_all_of_ours_was_read_once) {
  world.not_listed = true;
  world.memory.untouched = true;
  expect(StepKind::wait, "Starting");
  world.unread_reason = "CredentialsRejected";
  world.unread_stalled = true;
  expect(StepKind::wait, "CredentialsRejected");
  EXPECT_TRUE(decide().stalled);
  eip.status.allocation_id = "eipalloc-1";  // held, as far as is known: nothing is wrong with it
  EXPECT_FALSE(decide().stalled);
}

TEST_F(ADecision, asks_for_the_public_address_that_ec2_did_not_tell) {
  holds(address("eipalloc-1", "")).seen = now - 1h;
  EXPECT_EQ(decide().kind, StepKind::look);
  world.addresses[0].seen = now;
  EXPECT_EQ(decide().due, now + settings.fresh);
}

}  // namespace
}  // namespace domain
