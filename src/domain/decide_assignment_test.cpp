// The part of decide_eip that brings an address to its target.

#include <gtest/gtest.h>

#include "domain/decide_eip.hpp"
#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::address;
using fakes::put_on;
using namespace std::chrono_literals;

class AnAssignment : public testing::Test, protected fakes::EipWorldBuilder {
 protected:
  void expect(StepKind kind, const std::string& reason) const {
    const Step step = decide();
    EXPECT_STREQ(name_of(step.kind), name_of(kind)) << step.reason << ": " << step.message;
    EXPECT_EQ(step.reason, reason);
  }
};

TEST_F(AnAssignment, that_nobody_wants_ends) {
  holds(put_on(address(), "10.0.0.1"));
  expect(StepKind::disassociate, "Unassigning");
  world.addresses[0].view = address();
  expect(StepKind::settled, "");
}

TEST_F(AnAssignment, is_made_after_a_fresh_look_at_the_target) {
  holds(address()).seen = now - 1h;  // on nothing: EC2 refuses if that has changed
  wants_pod();
  world.target.seen = now - 6s;
  expect(StepKind::look, "Assigning");
  EXPECT_TRUE(decide().look_target);
  EXPECT_FALSE(decide().look_addresses);
  world.target.seen = now - 5s;
  expect(StepKind::associate, "Assigning");
  EXPECT_EQ(decide().target.private_ip_address, "10.0.0.1");
}

TEST_F(AnAssignment, is_repaired_after_a_look_at_the_target_since_it_was_undone) {
  holds(address()).seen = now - 1s;
  wants_pod();
  world.memory.placed = place_of(world.target);
  world.target.seen = now - 2s;
  expect(StepKind::look, "Assigning");
  EXPECT_TRUE(decide().look_target);
  world.target.seen = now - 1s;
  expect(StepKind::associate, "Assigning");
}

// Its look at what is on the target reads the address itself once more.
TEST_F(AnAssignment, is_repaired_after_one_look_though_the_address_was_read_after_the_target) {
  holds(address()).seen = now;
  wants_pod();
  world.memory.placed = place_of(world.target);
  world.target.seen = now - 1s;
  world.looked = Looked{now - 2s, now};
  expect(StepKind::associate, "Assigning");
}

TEST_F(AnAssignment, moves_an_address_only_after_a_fresh_look_at_it) {
  holds(put_on(address(), "10.0.0.2")).seen = now - 6s;
  wants_pod();
  expect(StepKind::look, "Assigning");
  EXPECT_TRUE(decide().look_addresses);
  EXPECT_FALSE(decide().look_target);
  world.addresses[0].seen = now;
  expect(StepKind::associate, "Assigning");
}

TEST_F(AnAssignment, rests_on_the_look_it_waited_for_however_slow_ec2_was_to_answer) {
  holds(put_on(address(), "10.0.0.2")).seen = now - 30s;
  wants_pod();
  world.target.seen = now - 10s;
  world.looked = Looked{now - 31s, now - 5s};
  expect(StepKind::associate, "Assigning");
  world.looked->ended = now - 6s;  // too long ago
  expect(StepKind::look, "Assigning");
  world.looked = Looked{now - 9s, now};  // the target was read before
  expect(StepKind::look, "Assigning");
  EXPECT_TRUE(decide().look_target);
  world.looked = Looked{now - 31s, now};
  world.addresses[0].seen = Time{};  // distrusted since
  expect(StepKind::look, "Assigning");
  EXPECT_FALSE(decide().look_target);
}

TEST_F(AnAssignment, that_is_in_place_needs_no_look) {
  holds(put_on(address(), "10.0.0.1")).seen = now - 1h;
  wants_pod();
  world.target.seen = now - 1h;
  world.target.accepts_new = false;
  world.target.holder = "eipalloc-other";
  expect(StepKind::settled, "");
}

TEST_F(AnAssignment, leaves_at_once_what_the_pod_no_longer_has) {
  holds(put_on(address(), "10.0.0.1")).seen = now - 1h;
  cannot_have_target("PodNotFound");
  expect(StepKind::disassociate, "PodNotFound");
  wants_pod("10.0.0.2");
  world.target.kind = Target::Kind::unknown;
  expect(StepKind::disassociate, "Reassigning");
  world.target.private_ip_address = "10.0.0.1";
  expect(StepKind::look, "Assigning");
}

TEST_F(AnAssignment, waits_for_a_watch_event_if_only_that_can_help) {
  holds(address());
  cannot_have_target("PodNotFound");
  expect(StepKind::blocked, "PodNotFound");
  EXPECT_EQ(decide().due, std::nullopt);
  EXPECT_FALSE(decide().stalled);
}

TEST_F(AnAssignment, looks_again_if_only_ec2_can_tell) {
  holds(address());
  cannot_have_target("PodIPNotOnENI");
  world.target.read = true;
  expect(StepKind::blocked, "PodIPNotOnENI");
  EXPECT_EQ(decide().due, now + 10s);
  world.target.seen = now - 6s;
  expect(StepKind::look, "PodIPNotOnENI");
}

TEST_F(AnAssignment, never_displaces_an_address_that_is_not_ours) {
  holds(address());
  wants_pod();
  world.target.holder = "eipalloc-foreign";
  expect(StepKind::blocked, "TargetInUse");
  EXPECT_TRUE(decide().stalled);
  EXPECT_EQ(decide().due, now + 30s);
  world.holder_is_ours = true;
  expect(StepKind::blocked, "TargetTaken");
  EXPECT_FALSE(decide().stalled);
  world.target.seen = now - 6s;
  expect(StepKind::look, "Assigning");
  world.target.holder = "eipalloc-1";
  world.target.seen = now;
  expect(StepKind::associate, "Assigning");
}

TEST_F(AnAssignment, gives_way_to_a_claim_that_comes_first) {
  holds(put_on(address(), "10.0.0.1"));
  wants_pod();
  world.rival = "ns/older";
  expect(StepKind::disassociate, "TargetTaken");
  world.addresses[0].view = address();
  expect(StepKind::blocked, "TargetTaken");
}

TEST_F(AnAssignment, is_not_made_to_a_terminating_pod) {
  holds(put_on(address(), "10.0.0.2"));
  wants_pod();
  world.target.accepts_new = false;
  expect(StepKind::disassociate, "PodTerminating");
  world.addresses[0].view = address();
  expect(StepKind::blocked, "PodTerminating");
}

TEST_F(AnAssignment, that_failed_is_held_back_at_this_target_only) {
  holds(address());
  wants_pod();
  world.memory.troubles = {
      {StepKind::associate, "NoInternetGateway", "none", true, 1, now + 30s, 1, place_of(world.target)}};
  expect(StepKind::blocked, "NoInternetGateway");
  EXPECT_TRUE(decide().stalled);
  wants_pod("10.0.0.2");
  expect(StepKind::associate, "Assigning");
  wants_pod();
  now += 30s;
  world.target.seen = now;
  expect(StepKind::associate, "Assigning");
}

TEST_F(AnAssignment, that_someone_keeps_undoing_is_repaired_ever_more_slowly) {
  holds(address());
  wants_pod();
  EXPECT_FALSE(decide().repair);
  world.memory.placed = place_of(world.target);
  expect(StepKind::associate, "Assigning");
  EXPECT_TRUE(decide().repair);
  world.memory.repairs = 2;
  world.memory.repaired_at = now;
  expect(StepKind::blocked, "Contended");
  EXPECT_EQ(decide().due, now + 30s);
  world.memory.repairs = 4;
  EXPECT_EQ(decide().due, now + 2min);
  world.memory.repairs = 100;
  EXPECT_EQ(decide().due, now + 16min);
  wants_pod("10.0.0.2");  // another target is no repair
  expect(StepKind::associate, "Assigning");
}

// A node that is unknown for a moment, or one read that misses an interface, says nothing against the private
// address.
TEST_F(AnAssignment, stays_while_only_the_place_of_its_private_address_is_not_seen) {
  holds(put_on(address(), "10.0.0.1"));
  cannot_have_target("NodeNotFound");
  world.target.uncertain = true;
  expect(StepKind::wait, "NodeNotFound");
  EXPECT_EQ(report().status.state, state::kAssigned);
  world.target.private_ip_address = "10.0.0.2";  // the pod has another address now
  expect(StepKind::disassociate, "NodeNotFound");
}

TEST_F(AnAssignment, ends_when_the_private_address_is_that_of_another_instance_now) {
  auto moved = put_on(address(), "10.0.0.1");
  moved.instance_id = "i-2";
  holds(moved);
  cannot_have_target("PodIPNotOnENI");
  world.target.uncertain = true;
  expect(StepKind::wait, "PodIPNotOnENI");
  world.target.instance_id = "i-2";
  expect(StepKind::wait, "PodIPNotOnENI");
  world.target.instance_id = "i-1";
  expect(StepKind::disassociate, "PodIPNotOnENI");
  EXPECT_EQ(report().status.state, state::kReassigning);
}

TEST_F(AnAssignment, that_was_ended_before_ec2_knew_of_it_is_looked_for_until_the_settle_time) {
  auto& record = holds(address());
  record.seen = now - 3s;
  world.memory.association_unknown_at = now - 5s;
  expect(StepKind::look, "Unassigning");
  record.seen = now;
  expect(StepKind::settled, "");
  EXPECT_EQ(decide().due, now + 5s);
  world.memory.association_unknown_at = now - settings.settle;
  EXPECT_EQ(decide().due, std::nullopt);
}

TEST_F(AnAssignment, looks_again_when_the_pod_changed_after_the_read_that_does_not_show_its_address) {
  holds(address());
  cannot_have_target("PodIPNotOnENI");
  world.target.read = true;
  world.target.seen = now - 1s;
  expect(StepKind::blocked, "PodIPNotOnENI");
  world.memory.target_changed_at = now - 500ms;
  EXPECT_TRUE(decide().look_target);
}

TEST_F(AnAssignment, of_an_address_that_ec2_refused_to_associate_is_looked_at_first) {
  holds(address()).seen = Time{};
  wants_pod();
  EXPECT_EQ(decide().kind, StepKind::look);
  EXPECT_TRUE(decide().look_addresses);
}

TEST_F(AnAssignment, does_not_keep_tags_and_spares_from_being_seen_to) {
  holds(address());
  cannot_have_target("PodNotFound");
  eip.spec.tags = {{"team", "a"}};
  expect(StepKind::set_tags, "SettingTags");
}

}  // namespace
}  // namespace domain
