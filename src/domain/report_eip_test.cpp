#include "domain/report_eip.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::address;
using fakes::put_on;
using namespace std::chrono_literals;

const Condition& condition(const EipStatus& status, const char* type) {
  static const Condition none;
  const auto* found = find_condition(status, type);
  return found ? *found : none;
}

using Scene = fakes::EipWorldBuilder;

struct StateCase {
  const char* sentence;
  std::function<void(Scene&)> scene;
  const char* state;
  bool ready;
  const char* reason;  // of Ready
};

class AState : public testing::TestWithParam<StateCase> {};

TEST_P(AState, says_how_it_is) {
  Scene scene;
  GetParam().scene(scene);
  const EipStatus status = scene.report().status;
  EXPECT_EQ(status.state, GetParam().state) << GetParam().sentence;
  EXPECT_EQ(condition(status, "Ready").status, GetParam().ready) << GetParam().sentence;
  EXPECT_EQ(condition(status, "Ready").reason, GetParam().reason) << GetParam().sentence;
  EXPECT_EQ(condition(status, "Assigned").status, status.state == state::kAssigned) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(When, AState,
                         testing::Values(StateCase{"there is no address yet", [](Scene&) {}, "allocating",
                                                   false, "Allocating"},
                                         StateCase{"an address is held", [](Scene& s) { s.holds(address()); },
                                                   "allocated", true, "Allocated"},
                                         StateCase{"a pod is wanted that does not exist",
                                                   [](Scene& s) {
                                                     s.holds(address());
                                                     s.cannot_have_target("PodNotFound");
                                                   },
                                                   "assigning", false, "PodNotFound"},
                                         StateCase{"the call is under way",
                                                   [](Scene& s) {
                                                     s.holds(address());
                                                     s.wants_pod();
                                                   },
                                                   "assigning", false, "Assigning"},
                                         StateCase{"the address is on its pod",
                                                   [](Scene& s) {
                                                     s.holds(put_on(address(), "10.0.0.1"));
                                                     s.wants_pod();
                                                   },
                                                   "assigned", true, "Assigned"},
                                         StateCase{"after a restart, before EC2 was asked for the interface",
                                                   [](Scene& s) {
                                                     s.holds(put_on(address(), "10.0.0.1"));
                                                     s.wants_pod();
                                                     s.world.target.kind = Target::Kind::unknown;
                                                   },
                                                   "assigned", true, "Assigned"},
                                         StateCase{"another object comes first at the target",
                                                   [](Scene& s) {
                                                     s.holds(put_on(address(), "10.0.0.1"));
                                                     s.wants_pod();
                                                     s.world.rival = "ns/older";
                                                   },
                                                   "reassigning", false, "TargetTaken"},
                                         StateCase{"the address is on another pod still",
                                                   [](Scene& s) {
                                                     s.holds(put_on(address(), "10.0.0.2"));
                                                     s.wants_pod();
                                                   },
                                                   "reassigning", false, "Assigning"},
                                         StateCase{"its pod is gone and the address is still there",
                                                   [](Scene& s) {
                                                     s.holds(put_on(address(), "10.0.0.1"));
                                                     s.cannot_have_target("PodNotFound");
                                                   },
                                                   "reassigning", false, "PodNotFound"},
                                         StateCase{"nothing is wanted and it is on something",
                                                   [](Scene& s) { s.holds(put_on(address(), "10.0.0.1")); },
                                                   "unassigning", false, "Unassigning"},
                                         StateCase{"it is deleted and on something",
                                                   [](Scene& s) {
                                                     s.holds(put_on(address(), "10.0.0.1"));
                                                     s.eip.deleting = true;
                                                   },
                                                   "unassigning", false, "Unassigning"},
                                         StateCase{"it is deleted and on nothing",
                                                   [](Scene& s) {
                                                     s.holds(address());
                                                     s.eip.deleting = true;
                                                   },
                                                   "releasing", false, "Releasing"}));

TEST(AReport, names_the_association_that_assigns_it) {
  Scene scene;
  scene.holds(address());
  scene.world.assigned_by = AssignedBy{"mine", std::nullopt};
  EXPECT_EQ(scene.report().status.assigned_by, scene.world.assigned_by);
  scene.eip.status = scene.report().status;
  scene.world.assigned_by.reset();
  EXPECT_EQ(scene.report().status.assigned_by, std::nullopt);
}

TEST(AReport, says_what_is_true_in_ec2) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1")).view.tags["team"] = "a";
  scene.wants_pod();
  scene.eip.spec.tags = {{"team", "a"}, {"refused", "x"}};
  const EipStatus status = scene.report().status;
  EXPECT_EQ(status.allocation_id, "eipalloc-1");
  EXPECT_EQ(status.public_ip_address, "1.0.0.1");
  EXPECT_EQ(status.association_id, "eipassoc-10.0.0.1");
  EXPECT_EQ(status.network_interface_id, "eni-1");
  EXPECT_EQ(status.assignment->pod_uid, "pod-uid");
  EXPECT_EQ(status.tag_keys, std::vector<std::string>{"team"});
  EXPECT_EQ(status.region, "eu-west-1");
  EXPECT_EQ(status.account_id, "1234");
  EXPECT_EQ(status.observed_generation, 1);
}

TEST(AReport, keeps_saying_whose_the_address_was_until_it_leaves) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1"));
  scene.wants_pod();
  scene.eip.status = scene.report().status;
  scene.cannot_have_target("PodNotFound");
  EXPECT_EQ(scene.report().status.assignment->pod_uid, "pod-uid");
  scene.world.addresses[0].view = put_on(address(), "10.0.0.9");
  EXPECT_EQ(scene.report().status.assignment->pod_uid, "");
  EXPECT_EQ(scene.report().status.assignment->private_ip_address, "10.0.0.9");
  scene.world.addresses[0].view = address();
  EXPECT_FALSE(scene.report().status.assignment.has_value());
}

TEST(AReport, keeps_what_was_last_said_until_it_is_settled_that_the_address_is_gone) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1"));
  scene.wants_pod();
  scene.eip.status = scene.report().status;
  scene.world.addresses.clear();
  EXPECT_EQ(scene.report().status.state, "assigned");
  scene.world.released = true;
  EXPECT_EQ(scene.report().status.allocation_id, "");
  EXPECT_EQ(condition(scene.report().status, "Allocated").status, false);
}

TEST(AReport, of_an_unchanged_world_is_the_status_that_is_there) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1"));
  scene.wants_pod();
  scene.eip.status = scene.report().status;
  scene.now += 1h;
  scene.world.addresses[0].seen = scene.now;
  scene.world.target.seen = scene.now;
  EXPECT_EQ(scene.report().status, scene.eip.status);
  EXPECT_TRUE(scene.report().notices.empty());
}

TEST(AReport, dates_a_condition_from_its_last_change) {
  Scene scene;
  scene.holds(address());
  scene.wants_pod();
  scene.eip.status = scene.report().status;
  const Time before = scene.now;
  scene.now += 10s;
  scene.world.addresses[0].view = put_on(address(), "10.0.0.1");
  const EipStatus status = scene.report().status;
  EXPECT_EQ(condition(status, "Allocated").last_transition, before);
  EXPECT_EQ(condition(status, "Ready").last_transition, scene.now);
}

TEST(AReport, says_of_nothing_wanted_that_it_is_ready_and_not_requested) {
  Scene scene;
  scene.holds(address());
  const EipStatus status = scene.report().status;
  EXPECT_EQ(condition(status, "Assigned").reason, "NotRequested");
  EXPECT_FALSE(condition(status, "Stalled").status);
}

TEST(AReport, of_a_refused_tag_says_so_and_stays_ready) {
  Scene scene;
  scene.holds(address());
  scene.eip.spec.tags = {{"team", "a"}};
  scene.world.memory.troubles = {
      {StepKind::set_tags, "TagLimitExceeded", "too many", true, 1, scene.now + 30s, 1, "eipalloc-1"}};
  const EipStatus status = scene.report().status;
  EXPECT_TRUE(condition(status, "Ready").status);
  EXPECT_EQ(condition(status, "Ready").message, "too many");
  EXPECT_TRUE(condition(status, "Stalled").status);
  EXPECT_EQ(condition(status, "Stalled").reason, "TagLimitExceeded");
}

TEST(AReport, has_exactly_one_notice_from_create_to_assigned) {
  Scene scene;
  scene.wants_pod();
  std::vector<Notice> notices;
  const auto publish = [&] {
    const Report report = scene.report();
    scene.eip.status = report.status;
    notices.insert(notices.end(), report.notices.begin(), report.notices.end());
  };
  publish();
  scene.eip.status = with_intent(scene.eip, scene.world, scene.decide(), scene.settings, scene.now);
  scene.world.memory.intent_void = scene.eip.status.intent->recorded_at;
  scene.sees(address());
  publish();
  scene.world.addresses[0].view = put_on(address(), "10.0.0.1");
  publish();
  publish();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].reason, "Assigned");
  EXPECT_FALSE(notices[0].warning);
}

TEST(AReport, warns_once_of_what_only_a_person_can_mend) {
  Scene scene;
  scene.holds(address());
  scene.wants_pod();
  scene.world.target.holder = "eipalloc-foreign";
  const Report report = scene.report();
  ASSERT_EQ(report.notices.size(), 1u);
  EXPECT_TRUE(report.notices[0].warning);
  EXPECT_EQ(report.notices[0].reason, "TargetInUse");
  EXPECT_TRUE(condition(report.status, "Stalled").status);
  scene.eip.status = report.status;
  EXPECT_TRUE(scene.report().notices.empty());
}

TEST(AReport, warns_that_a_node_loses_its_public_address) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1"));
  scene.wants_pod();
  scene.world.target.primary_of_node = true;
  ASSERT_EQ(scene.report().notices.size(), 2u);
  EXPECT_EQ(scene.report().notices[1].reason, "NodeAddress");
}

TEST(AReport, tells_of_an_address_that_came_off) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1"));
  scene.eip.status = scene.report().status;
  scene.world.addresses[0].view = address();
  ASSERT_EQ(scene.report().notices.size(), 1u);
  EXPECT_EQ(scene.report().notices[0].reason, "Unassigned");
}

// The intent in the status.

TEST(AnIntent, is_written_in_place_of_what_was_lost) {
  Scene scene;
  scene.eip.status.allocation_id = "eipalloc-1";
  scene.eip.status.public_ip_address = "1.0.0.1";
  scene.world.absence = Ledger::Absence{{scene.now - 60s, scene.now - 30s, scene.now}};
  const Step step = scene.decide();
  const EipStatus status = with_intent(scene.eip, scene.world, step, scene.settings, scene.now);
  EXPECT_EQ(status.allocation_id, "");
  EXPECT_EQ(status.intent, step.intent);
  EXPECT_EQ(status.state, "allocating");
  EXPECT_FALSE(condition(status, "Allocated").status);
}

TEST(AnIntent, stays_until_its_outcome_is_known_or_the_settle_time_is_over) {
  Scene scene;
  scene.has_intent(30s);
  scene.sees(address());
  EXPECT_TRUE(scene.report().status.intent.has_value());  // the address may be another one
  scene.world.memory.intent_void = scene.eip.status.intent->recorded_at;
  EXPECT_FALSE(scene.report().status.intent.has_value());
  scene.world.memory.intent_void.reset();
  scene.has_intent(2min);
  EXPECT_FALSE(scene.report().status.intent.has_value());
}

TEST(AnIntent, that_is_void_goes_unless_it_says_which_address_was_lost) {
  Scene scene;
  scene.has_intent(1s);
  scene.world.memory.intent_void = scene.eip.status.intent->recorded_at;
  Step blocked;
  blocked.kind = StepKind::blocked;
  const auto intent = [&] {
    return report_eip(scene.eip, scene.world, blocked, scene.settings, scene.now).status.intent;
  };
  EXPECT_FALSE(intent().has_value());
  scene.eip.status.intent->recovery = true;
  EXPECT_TRUE(intent().has_value());
  scene.world.memory.recovery_refused = true;
  EXPECT_FALSE(intent().has_value());
}

// Evidence is not overwritten.

TEST(AReport, leaves_what_the_status_says_of_an_address_that_is_not_taken_over) {
  Scene scene;
  scene.holds(address()).view.tags.clear();
  scene.eip.status.public_ip_address = "9.9.9.9";
  EXPECT_EQ(scene.report().status.public_ip_address, "9.9.9.9");
}

TEST(AReport, does_not_correct_the_account_and_region_once_they_are_said) {
  Scene scene;
  scene.holds(address());
  scene.eip.status.account_id = "other";
  scene.eip.status.region = "elsewhere";
  EXPECT_EQ(scene.report().status.account_id, "other");
  EXPECT_EQ(scene.report().status.region, "elsewhere");
  EXPECT_EQ(condition(scene.report().status, "Ready").reason, "AccountMismatch");
}

TEST(AReport, tells_of_an_address_that_was_held_and_is_now_assigned) {
  Scene scene;
  scene.holds(put_on(address(), "10.0.0.1"));
  scene.wants_pod();
  scene.eip.status.state = state::kAllocated;
  scene.eip.status.conditions.push_back({"Ready", true, "Allocated", "", 1, scene.now});
  ASSERT_EQ(scene.report().notices.size(), 1u);
  EXPECT_EQ(scene.report().notices[0].reason, "Assigned");
}

TEST(AReport, keeps_the_conditions_while_what_was_refused_is_tried_again) {
  Scene scene;
  scene.eip.status.conditions.push_back({"Stalled", true, "AddressLimitExceeded", "quota", 1, scene.now});
  Trouble trouble;
  trouble.step = StepKind::allocate;
  scene.world.memory.troubles.push_back(trouble);
  Step step;
  step.kind = StepKind::record_intent;
  step.intent.emplace();
  const auto status = with_intent(scene.eip, scene.world, step, scene.settings, scene.now);
  EXPECT_EQ(status.conditions, scene.eip.status.conditions);
  EXPECT_TRUE(status.intent.has_value());
}

// What has to be said before it is done.

TEST(AnAssignedStatus, is_taken_back_before_the_address_moves) {
  EipStatus assigned;
  assigned.state = state::kAssigned;
  assigned.assignment.emplace();
  assigned.assignment->pod_uid = "a";
  EipStatus report = assigned;
  EXPECT_FALSE(must_publish_first(assigned, report));
  report.state = state::kReassigning;
  EXPECT_TRUE(must_publish_first(assigned, report));
  report = assigned;
  report.assignment->pod_uid = "b";  // same name and address, another pod
  EXPECT_TRUE(must_publish_first(assigned, report));
  EXPECT_FALSE(must_publish_first(report = {}, assigned));
}

}  // namespace
}  // namespace domain
