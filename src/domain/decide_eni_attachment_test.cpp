#include <gtest/gtest.h>

#include "domain/decide_eni.hpp"
#include "fakes/eni_world.hpp"

namespace domain {
namespace {

using fakes::attached;
using fakes::interface;
using namespace std::chrono_literals;

class AnAttachment : public testing::Test, protected fakes::EniWorldBuilder {
 protected:
  AnAttachment() { wants_pod(); }

  void expect(EniStepKind kind, const std::string& reason) const {
    const EniStep step = decide();
    EXPECT_STREQ(name_of(step.kind), name_of(kind)) << step.reason << ": " << step.message;
    EXPECT_EQ(step.reason, reason);
  }
  void began(const InterfaceView& mine, Span ago) {
    world.memory.changing_attachment = mine.attachment_id;
    world.memory.changing_since = now - ago;
  }
};

TEST_F(AnAttachment, is_made_at_the_lowest_free_device_index) {
  holds(interface());
  world.instance.device_indexes = {0, 1, 3};
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::attach);
  EXPECT_EQ(step.host.instance_id, "i-1");
  EXPECT_EQ(step.device_index, 2);
  world.instance.device_indexes.clear();
  EXPECT_EQ(decide().device_index, 1);
}

TEST_F(AnAttachment, rests_on_a_fresh_look_at_the_instance) {
  holds(interface());
  world.instance.asked.reset();
  expect(EniStepKind::look, "Attaching");
  EXPECT_TRUE(decide().look_instance);
  world.instance.asked = now - 6s;
  EXPECT_TRUE(decide().look_instance);
  world.instance.asked = now - 1s;
  world.memory.target_changed_at = now;  // a call failed there after the look
  EXPECT_TRUE(decide().look_instance);
}

TEST_F(AnAttachment, rests_on_another_look_at_an_interface_that_a_call_failed_for) {
  holds(interface());
  world.interfaces.front().seen = Time{};
  EXPECT_TRUE(decide().look_interfaces);
}

TEST_F(AnAttachment, that_ec2_did_not_know_may_show_later_and_is_looked_for) {
  eni.spec.pod_name.clear();
  holds(interface());
  auto& seen = world.interfaces.front().seen;
  seen = now - 3s;
  world.memory.attachment_unknown_at = now - 5s;
  expect(EniStepKind::look, "Detaching");
  seen = now;
  EXPECT_EQ(decide().kind, EniStepKind::settled);
  EXPECT_EQ(decide().due, now + 5s);
  world.memory.attachment_unknown_at = now - settings.settle;
  EXPECT_EQ(decide().due, std::nullopt);
}

TEST_F(AnAttachment, is_awaited_with_looks_at_growing_distances) {
  auto& mine = holds(attached(interface(), "i-1", "attaching"));
  auto& seen = world.interfaces.front().seen;
  began(mine, 3s);
  seen = now - 1s;
  expect(EniStepKind::wait, "Attaching");
  EXPECT_EQ(decide().due, now + 1s);
  seen = now - 2s;
  expect(EniStepKind::look, "Attaching");
  seen = Time{};
  expect(EniStepKind::look, "Attaching");
}

TEST_F(AnAttachment, that_takes_far_too_long_needs_a_person) {
  auto& mine = holds(attached(interface(), "i-1", "attaching"));
  began(mine, 11min);
  expect(EniStepKind::blocked, "AttachmentStuck");
  EXPECT_TRUE(decide().stalled);
  world.memory.changing_attachment = "eni-attach-earlier";
  expect(EniStepKind::wait, "Attaching");
}

TEST_F(AnAttachment, to_the_pods_instance_is_all_that_is_wanted) {
  holds(attached(interface()));
  expect(EniStepKind::settled, "");
}

TEST_F(AnAttachment, follows_the_pod_to_another_node) {
  auto& mine = holds(attached(interface(), "i-2"));
  expect(EniStepKind::detach, "Detaching");
  EXPECT_EQ(decide().interface.attachment_id, "eni-attach-i-2");
  mine.attachment_status = "detaching";
  expect(EniStepKind::wait, "Detaching");
  mine = interface();
  expect(EniStepKind::attach, "Attaching");
}

TEST_F(AnAttachment, ends_when_none_is_wanted) {
  auto& mine = holds(attached(interface()));
  eni.spec.pod_name.clear();
  expect(EniStepKind::detach, "Detaching");
  mine = interface();
  expect(EniStepKind::settled, "");
}

struct NoHost {
  const char* reason;
  void (*scene)(EniWorld&);
  bool stalled = false;
};

class WithoutAHost : public AnAttachment, public testing::WithParamInterface<NoHost> {};

TEST_P(WithoutAHost, the_interface_is_detached_and_says_why) {
  GetParam().scene(world);
  auto& mine = holds(attached(interface()));
  expect(EniStepKind::detach, GetParam().reason);
  mine = interface();
  expect(EniStepKind::blocked, GetParam().reason);
  EXPECT_EQ(decide().stalled, GetParam().stalled);
}

INSTANTIATE_TEST_SUITE_P(
    When, WithoutAHost,
    testing::Values(NoHost{"PodNotFound", [](EniWorld& w) { w.pod.reset(); }},
                    NoHost{"PodFinished", [](EniWorld& w) { w.pod->finished = true; }},
                    NoHost{"Unsupported", [](EniWorld& w) { w.pod->fargate = true; }, true},
                    NoHost{"PodNotScheduled", [](EniWorld& w) { w.pod->node_name.clear(); }},
                    NoHost{"NodeNotFound", [](EniWorld& w) { w.node.known = false; }},
                    NoHost{"NodeNotReady", [](EniWorld& w) { w.node.instance_id.clear(); }}),
    [](const auto& info) { return info.param.reason; });

TEST_F(AnAttachment, of_the_same_pod_stays_while_its_node_is_not_known) {
  holds(attached(interface()));
  eni.status.attachment = {"pod", "pod-uid", "i-1", "eni-attach-i-1", 1};
  world.node.known = false;
  expect(EniStepKind::settled, "");
  eni.status.attachment->pod_uid.clear();  // version 1.4.1
  expect(EniStepKind::settled, "");
  eni.status.attachment->pod_uid = "an earlier pod";
  expect(EniStepKind::detach, "NodeNotFound");
}

TEST_F(AnAttachment, of_a_terminating_pod_stays_and_none_is_made) {
  world.pod->terminating = true;
  auto& mine = holds(attached(interface()));
  expect(EniStepKind::settled, "");
  mine = interface();
  expect(EniStepKind::blocked, "PodTerminating");
}

struct Limit {
  const char* reason;
  void (*scene)(EniWorld&);
  bool stalled;
};

class ALimit : public AnAttachment, public testing::WithParamInterface<Limit> {};

TEST_P(ALimit, is_known_before_ec2_is_asked_in_vain) {
  holds(interface());
  GetParam().scene(world);
  eni.spec.secondary_private_ip_address_count =
      static_cast<int>(world.interfaces.front().view.addresses.size()) - 1;
  expect(EniStepKind::blocked, GetParam().reason);
  EXPECT_EQ(decide().stalled, GetParam().stalled);
}

INSTANTIATE_TEST_SUITE_P(
    Of, ALimit,
    testing::Values(Limit{"InstanceNotFound", [](EniWorld& w) { w.instance.found = false; }, false},
                    Limit{"InstanceNotReady", [](EniWorld& w) { w.instance.state = "terminated"; }, false},
                    Limit{"WrongAvailabilityZone",
                          [](EniWorld& w) { w.instance.availability_zone = "zone-b"; }, true},
                    Limit{"AttachmentLimitExceeded",
                          [](EniWorld& w) {
                            w.instance.device_indexes = {0, 1, 2};
                            w.instance.most_interfaces = 3;
                          },
                          true},
                    Limit{"PrivateIpAddressLimitExceeded",
                          [](EniWorld& w) {
                            w.instance.most_addresses_per_interface = 1;
                            w.interfaces.front().view.addresses.push_back({"10.0.0.2", false, ""});
                          },
                          true}),
    [](const auto& info) { return info.param.reason; });

TEST_F(AnAttachment, within_the_limits_is_made) {
  holds(interface());
  world.instance.most_interfaces = 2;
  world.instance.most_addresses_per_interface = 1;
  world.instance.state = "stopped";
  expect(EniStepKind::attach, "Attaching");
}

TEST_F(AnAttachment, that_failed_is_made_again_after_a_while_or_elsewhere) {
  holds(interface());
  world.memory.troubles = {
      {EniStepKind::attach, "Conflict", "taken", false, 1, now + 5s, eni.generation, "i-1/pod-uid"}};
  expect(EniStepKind::blocked, "Conflict");
  EXPECT_EQ(decide().due, now + 5s);
  world.node.instance_id = "i-2";
  expect(EniStepKind::attach, "Attaching");
}

TEST_F(AnAttachment, that_someone_keeps_undoing_is_held_back) {
  holds(interface());
  world.memory.placed = "i-1/pod-uid";
  expect(EniStepKind::attach, "Attaching");
  EXPECT_TRUE(decide().repair);
  world.memory.repairs = 2;
  world.memory.repaired_at = now - 1s;
  expect(EniStepKind::blocked, "Contended");
}

TEST_F(AnAttachment, does_not_keep_the_rest_from_being_done_while_it_is_awaited) {
  holds(attached(interface(), "i-1", "attaching"));
  eni.spec.description = "new";
  expect(EniStepKind::modify_description, "Modifying");
}

TEST_F(AnAttachment, that_is_awaited_gives_way_to_what_a_person_must_mend) {
  holds(attached(interface(), "i-1", "attaching"));
  eni.spec.security_groups = {"unknown"};
  world.groups.asked = now;
  world.groups.subnet_found = true;
  expect(EniStepKind::blocked, "SecurityGroupNotFound");
  EXPECT_EQ(decide().due, now + 5s);  // the sooner of both
}

}  // namespace
}  // namespace domain
