#include "domain/association.hpp"

#include <gtest/gtest.h>

#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::at;
using namespace std::chrono_literals;

Assignment pod(const std::string& name, const std::string& ip = "") {
  return {name, "", 0, ip};
}

class AWish : public testing::Test {
 protected:
  AWish() {
    eip.ns = "ns";
    eip.name = "web";
  }
  Association& names_it(const std::string& name, Span created, Assignment assignment) {
    Association association;
    association.ns = "ns";
    association.name = association.uid = name;
    association.created = at(created);
    association.eip_name = "web";
    association.assignment = std::move(assignment);
    return all.emplace_back(std::move(association));
  }
  Wish wish() const { return effective_wish(eip, all); }
  std::string pod_name() const { return wish().assignment ? wish().assignment->pod_name : "none"; }
  std::string by() const { return wish().by ? wish().by->association : ""; }

  Eip eip;
  std::vector<Association> all;
};

TEST_F(AWish, is_none_without_a_spec_and_an_association) {
  EXPECT_EQ(pod_name(), "none");
  names_it("a", 1s, pod("x")).eip_name = "another";
  names_it("b", 1s, pod("x")).ns = "another";
  names_it("c", 1s, pod("x")).assignment.reset();
  EXPECT_EQ(pod_name(), "none");
}

TEST_F(AWish, of_the_spec_wins) {
  eip.spec.assignment = pod("own");
  names_it("a", 1s, pod("x"));
  EXPECT_EQ(pod_name(), "own");
  EXPECT_EQ(by(), "");
}

TEST_F(AWish, of_the_oldest_association_counts_and_then_that_of_the_lowest_uid) {
  names_it("b", 2s, pod("y"));
  names_it("c", 1s, pod("z"));
  names_it("a", 2s, pod("x"));
  EXPECT_EQ(by(), "c");
  EXPECT_EQ(pod_name(), "z");
  all[1].deleting = true;
  EXPECT_EQ(by(), "a");
}

TEST_F(AWish, in_a_spec_with_the_mark_of_1_4_1_is_that_of_its_association) {
  eip.spec.assignment = pod("x", "10.0.0.1");
  names_it("older", 1s, pod("y"));
  names_it("a", 2s, pod("x"));
  const Wish wish = effective_wish(eip, all);
  EXPECT_EQ(wish.by, (AssignedBy{"a", pod("x", "10.0.0.1")}));
  EXPECT_EQ(wish.assignment, pod("x"));
  EXPECT_EQ(wish.obsolete_copy, std::nullopt);
}

TEST_F(AWish, in_a_spec_without_the_mark_is_the_specs_own) {
  eip.spec.assignment = pod("x");
  names_it("a", 1s, pod("x"));
  EXPECT_EQ(by(), "");
}

TEST_F(AWish, in_a_spec_that_names_another_target_is_the_specs_own) {
  eip.spec.assignment = pod("own", "10.0.0.1");
  names_it("a", 1s, pod("x"));
  EXPECT_EQ(pod_name(), "own");
  EXPECT_EQ(by(), "");
}

TEST_F(AWish, ends_with_its_association_and_leaves_an_obsolete_copy) {
  eip.spec.assignment = pod("x", "10.0.0.1");
  names_it("a", 1s, pod("x")).deleting = true;
  EXPECT_EQ(pod_name(), "none");
  EXPECT_EQ(wish().obsolete_copy, eip.spec.assignment);
  names_it("b", 2s, pod("y"));
  EXPECT_EQ(by(), "b");
  EXPECT_EQ(wish().obsolete_copy, eip.spec.assignment);
  EXPECT_EQ(wish().by->copy, std::nullopt);
}

TEST_F(AWish, of_an_association_that_went_while_nobody_looked_is_known_from_the_status) {
  eip.spec.assignment = pod("x", "10.0.0.1");
  eip.status.assigned_by = AssignedBy{"a", pod("x", "10.0.0.1")};
  EXPECT_EQ(pod_name(), "none");
  EXPECT_EQ(wish().obsolete_copy, eip.spec.assignment);
  eip.spec.assignment->private_ip_address = "10.0.0.2";  // someone has edited it since
  EXPECT_EQ(pod_name(), "x");
  EXPECT_EQ(wish().obsolete_copy, std::nullopt);
}

TEST_F(AWish, of_an_association_that_was_edited_is_the_new_one) {
  eip.spec.assignment = pod("x", "10.0.0.1");
  eip.status.assigned_by = AssignedBy{"a", pod("x", "10.0.0.1")};
  names_it("a", 1s, pod("y"));
  EXPECT_EQ(pod_name(), "y");
  EXPECT_EQ(wish().obsolete_copy, eip.spec.assignment);
}

struct Pair {
  const char* sentence;
  Assignment a;
  Assignment b;
  bool same;
};

class TwoAssignments : public testing::TestWithParam<Pair> {};

TEST_P(TwoAssignments, may_have_the_same_target) {
  EXPECT_EQ(same_target(GetParam().a, GetParam().b), GetParam().same) << GetParam().sentence;
  EXPECT_EQ(same_target(GetParam().b, GetParam().a), GetParam().same) << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    As, TwoAssignments,
    testing::Values(Pair{"a pod, whatever the address beside it", pod("x", "10.0.0.1"), pod("x"), true},
                    Pair{"two pods", pod("x", "10.0.0.1"), pod("y", "10.0.0.1"), false},
                    Pair{"a pod and its address", pod("x", "10.0.0.1"), pod("", "10.0.0.1"), false},
                    Pair{"an ENI's address", {"", "e", 1, "10.0.0.1"}, {"", "e", 1, ""}, true},
                    Pair{"two of an ENI's addresses", {"", "e", 1, ""}, {"", "e", 0, ""}, false},
                    Pair{"two ENIs", {"", "e", 0, ""}, {"", "f", 0, ""}, false},
                    Pair{"an address", pod("", "10.0.0.1"), pod("", "10.0.0.1"), true},
                    Pair{"two addresses", pod("", "10.0.0.1"), pod("", "10.0.0.2"), false}));

}  // namespace
}  // namespace domain
