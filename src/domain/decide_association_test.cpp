#include "domain/decide_association.hpp"

#include <gtest/gtest.h>

#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::at;
using namespace std::chrono_literals;

class AnAssociation : public testing::Test {
 protected:
  AnAssociation() {
    association.ns = "ns";
    association.name = association.uid = "mine";
    association.generation = 2;
    association.eip_name = "web";
    association.assignment = Assignment{"pod", "", 0, ""};
    exists();
  }
  Eip& exists() {
    Eip eip;
    eip.ns = "ns";
    eip.name = "web";
    eip.generation = 1;
    world.eip = eip;
    see();
    return *world.eip;
  }
  Eip& eip() { return *world.eip; }
  void see() { world.wish = effective_wish(*world.eip, {association, other}); }
  void is_copied() {
    eip().spec.assignment = Assignment{"pod", "", 0, "10.0.0.1"};
    association.has_finalizer = true;
    see();
  }
  void is_assigned() {
    eip().status.state = state::kAssigned;
    eip().status.assignment = StatusAssignment{"pod", "pod-uid", "10.0.0.1", "", 0};
    eip().status.assigned_by = world.wish.by;
    eip().status.conditions = {{"Ready", true, "Assigned", "1.0.0.1 is on 10.0.0.1", 1, at(1s)}};
  }
  Condition condition(const char* type) const {
    const auto status = report_association(association, world, at(9s)).status;
    return *find_condition(status, type);
  }
  void expect(const char* bound, const char* ready) const {
    EXPECT_EQ(condition("Bound").reason, bound);
    EXPECT_EQ(condition("Bound").status, std::string("Bound") == bound);
    EXPECT_EQ(condition("Ready").reason, ready);
    EXPECT_EQ(condition("Ready").status, std::string("Assigned") == ready);
  }

  Association association;
  Association other;  // names another EIP until a test says otherwise
  AssociationWorld world;
};

TEST_F(AnAssociation, needs_nothing_done_without_a_finalizer) {
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::settled);
  association.deleting = true;
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::settled);
}

TEST_F(AnAssociation, loses_the_finalizer_of_1_4_1) {
  association.has_finalizer = true;
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::remove_finalizer);
  world = {};
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::remove_finalizer);
}

TEST_F(AnAssociation, keeps_that_finalizer_until_the_eips_status_tells_of_the_copy) {
  is_copied();
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::settled);
  is_assigned();
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::remove_finalizer);
}

TEST_F(AnAssociation, takes_its_copy_along_when_it_goes) {
  is_copied();
  association.deleting = true;
  see();
  const auto step = decide_association(association, world);
  EXPECT_EQ(step.kind, AssociationStepKind::remove_copy);
  EXPECT_EQ(step.copy, eip().spec.assignment);
  eip().spec.assignment.reset();
  see();
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::remove_finalizer);
}

TEST_F(AnAssociation, leaves_a_copy_that_the_eips_status_tells_of_to_the_eip) {
  is_copied();
  is_assigned();
  association.deleting = true;
  see();
  ASSERT_TRUE(world.wish.obsolete_copy);
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::remove_finalizer);
}

TEST_F(AnAssociation, does_not_wait_for_an_eip_that_is_going_too) {
  is_copied();
  association.deleting = true;
  eip().deleting = true;
  see();
  EXPECT_EQ(decide_association(association, world).kind, AssociationStepKind::remove_finalizer);
}

TEST_F(AnAssociation, is_bound_before_the_address_is_there) {
  expect("Bound", "Assigning");
  eip().status.conditions = {{"Ready", false, "PodNotFound", "no pod", 1, at(1s)}};
  expect("Bound", "PodNotFound");
  EXPECT_EQ(condition("Bound").observed_generation, 2);
}

TEST_F(AnAssociation, is_ready_when_the_address_is_where_it_wants_it) {
  is_assigned();
  expect("Bound", "Assigned");
  eip().status.assignment->pod_name = "an earlier one";
  expect("Bound", "Assigning");
  eip().status.assignment->pod_name = "pod";
  eip().status.assigned_by.reset();  // the EIP's status is older than this association
  expect("Bound", "Assigning");
}

TEST_F(AnAssociation, says_why_it_is_not_bound) {
  other.ns = "ns";
  other.name = "older";
  other.eip_name = "web";
  other.assignment = Assignment{"another pod", "", 0, ""};
  other.created = association.created - 1s;
  see();
  expect("HeldByAnother", "HeldByAnother");
  EXPECT_NE(condition("Bound").message.find("older"), std::string::npos);
  eip().spec.assignment = Assignment{"own", "", 0, ""};
  see();
  expect("AssignedBySpec", "AssignedBySpec");
  eip().deleting = true;
  expect("EIPDeleting", "EIPDeleting");
  world.eip.reset();
  expect("EIPNotFound", "EIPNotFound");
  association.deleting = true;
  expect("Deleting", "Deleting");
}

TEST_F(AnAssociation, without_a_target_is_invalid) {
  association.assignment.reset();
  see();
  expect("InvalidAssignment", "InvalidAssignment");
}

TEST_F(AnAssociation, tells_once_that_it_is_bound) {
  auto report = report_association(association, world, at(9s));
  ASSERT_EQ(report.notices.size(), 1u);
  EXPECT_EQ(report.notices.front().reason, "Bound");
  association.status = report.status;
  EXPECT_TRUE(report_association(association, world, at(10s)).notices.empty());
}

}  // namespace
}  // namespace domain
