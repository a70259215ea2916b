#include "domain/report_eni.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "fakes/eni_world.hpp"

namespace domain {
namespace {

using fakes::attached;
using fakes::interface;
using namespace std::chrono_literals;

const Condition& condition(const EniStatus& status, const char* type) {
  static const Condition none;
  const auto* found = find_condition(status, type);
  return found ? *found : none;
}

using Scene = fakes::EniWorldBuilder;

struct Life {
  const char* sentence;
  std::function<void(Scene&)> scene;
  bool created;
  bool attached;
  bool ready;
  const char* reason;  // of Ready
};

class AnEniReport : public testing::TestWithParam<Life> {};

TEST_P(AnEniReport, says_how_it_is) {
  Scene scene;
  GetParam().scene(scene);
  const EniStatus status = scene.report().status;
  EXPECT_EQ(condition(status, "Created").status, GetParam().created) << GetParam().sentence;
  EXPECT_EQ(condition(status, "Attached").status, GetParam().attached) << GetParam().sentence;
  EXPECT_EQ(condition(status, "Ready").status, GetParam().ready) << GetParam().sentence;
  EXPECT_EQ(condition(status, "Ready").reason, GetParam().reason) << GetParam().sentence;
  EXPECT_EQ(status.attachment.has_value(),
            scene.world.interfaces.size() == 1 && scene.world.interfaces.front().view.attached())
      << GetParam().sentence;
}

INSTANTIATE_TEST_SUITE_P(
    When, AnEniReport,
    testing::Values(Life{"there is no interface yet", [](Scene&) {}, false, false, false, "Creating"},
                    Life{"one is held", [](Scene& s) { s.holds(interface()); }, true, false, true, "Created"},
                    Life{"it is not yet as wished",
                         [](Scene& s) {
                           s.holds(interface());
                           s.eni.spec.description = "new";
                         },
                         true, false, false, "Modifying"},
                    Life{"it lacks only tags",
                         [](Scene& s) {
                           s.holds(interface());
                           s.eni.spec.tags = {{"team", "a"}};
                         },
                         true, false, true, "Created"},
                    Life{"a pod is wanted that does not exist",
                         [](Scene& s) {
                           s.holds(interface());
                           s.eni.spec.pod_name = "pod";
                         },
                         true, false, false, "PodNotFound"},
                    Life{"it is being attached",
                         [](Scene& s) {
                           s.wants_pod();
                           s.holds(attached(interface(), "i-1", "attaching"));
                         },
                         true, false, false, "Attaching"},
                    Life{"it is attached",
                         [](Scene& s) {
                           s.wants_pod();
                           s.holds(attached(interface()));
                         },
                         true, true, true, "Attached"},
                    Life{"it is attached where its pod was",
                         [](Scene& s) {
                           s.wants_pod();
                           s.holds(attached(interface(), "i-2"));
                         },
                         true, false, false, "Detaching"},
                    Life{"an attachment is not wanted any more",
                         [](Scene& s) { s.holds(attached(interface())); }, true, false, false, "Detaching"},
                    Life{"it is attached and the object is deleted",
                         [](Scene& s) {
                           s.wants_pod();
                           s.holds(attached(interface()));
                           s.eni.deleting = true;
                         },
                         true, false, false, "Detaching"},
                    Life{"it takes a person to make it as wished",
                         [](Scene& s) {
                           s.holds(interface()).addresses.push_back({"10.0.0.2", false, "eipalloc-1"});
                         },
                         true, false, false, "AddressInUse"}));

TEST(AnEniStatus, says_what_is_true_in_ec2) {
  Scene scene;
  scene.wants_pod();
  auto& mine = scene.holds(attached(interface()));
  mine.addresses.push_back({"10.0.0.2", false, ""});
  mine.tags["team"] = "a";
  scene.eni.spec.tags = {{"team", "a"}, {"refused", "x"}};
  const EniStatus status = scene.report().status;
  EXPECT_EQ(status.network_interface_id, "eni-1");
  EXPECT_EQ(status.mac_address, "02:00");
  EXPECT_EQ(status.private_ip_addresses, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(status.attachment, (EniAttachment{"pod", "pod-uid", "i-1", "eni-attach-i-1", 1}));
  EXPECT_EQ(status.tag_keys, (std::vector<std::string>{"node.k8s.amazonaws.com/no_manage", "team"}));
  EXPECT_EQ(status.region, "eu-west-1");
  EXPECT_EQ(status.account_id, "1234");
  EXPECT_EQ(status.observed_generation, 1);
}

TEST(AnEniStatus, of_another_interface_does_not_keep_the_order_of_the_one_before) {
  Scene scene;
  scene.holds(interface()).addresses.push_back({"10.0.0.2", false, ""});
  scene.eni.status.private_ip_addresses = {"10.0.0.1", "10.0.0.9", "10.0.0.2"};
  EXPECT_EQ(scene.report().status.private_ip_addresses.size(), 2u);
  scene.eni.status.network_interface_id = "eni-0";
  EXPECT_EQ(scene.report().status.private_ip_addresses, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
}

TEST(AnEniStatus, keeps_what_was_last_said_until_ec2_was_read) {
  Scene scene;
  scene.wants_pod();
  scene.holds(attached(interface()));
  scene.eni.status = scene.report().status;
  scene.world.interfaces.clear();
  scene.world.not_listed = true;
  const EniStatus status = scene.report().status;
  EXPECT_EQ(status.attachment, scene.eni.status.attachment);
  EXPECT_TRUE(condition(status, "Attached").status);
  EXPECT_TRUE(condition(status, "Ready").status);
  ++scene.eni.generation;
  EXPECT_FALSE(condition(scene.report().status, "Ready").status);
}

TEST(AnEniStatus, is_not_overwritten_by_what_is_not_taken_over) {
  Scene scene;
  auto theirs = interface();
  theirs.mac_address = "02:99";
  theirs.tags.clear();
  scene.eni.status.network_interface_id = "eni-1";
  scene.eni.status.mac_address = "02:00";
  scene.sees(theirs);
  EXPECT_EQ(scene.report().status.mac_address, "02:00");
}

TEST(AnEniStatus, forgets_what_is_gone_for_good) {
  Scene scene;
  scene.wants_pod();
  scene.holds(attached(interface()));
  scene.eni.status = scene.report().status;
  scene.world.interfaces.clear();
  scene.eni.status.conditions.clear();  // created long ago
  scene.world.absence = Absence{{scene.now - 60s, scene.now - 30s, scene.now}};
  EniStep step = scene.decide();
  ASSERT_EQ(step.kind, EniStepKind::record_intent);
  const EniStatus status = with_intent(scene.eni, scene.world, step, scene.settings, scene.now);
  EXPECT_EQ(status.network_interface_id, "");
  EXPECT_EQ(status.attachment, std::nullopt);
  EXPECT_TRUE(status.private_ip_addresses.empty());
  EXPECT_EQ(status.client_token_sequence, 1);
  EXPECT_EQ(status.intent, step.intent);
}

TEST(AnEniStatus, names_what_is_to_be_adopted) {
  Scene scene;
  EniStep step;
  step.kind = EniStepKind::record_intent;
  step.interface = interface();
  scene.eni.status.client_token_sequence = 7;
  const EniStatus status = with_intent(scene.eni, scene.world, step, scene.settings, scene.now);
  EXPECT_EQ(status.network_interface_id, "eni-1");
  EXPECT_EQ(status.mac_address, "02:00");
  EXPECT_EQ(status.intent, std::nullopt);
  EXPECT_EQ(status.client_token_sequence, 7);
}

TEST(AnEniStatus, drops_an_intent_that_nobody_has_to_wait_for) {
  Scene scene;
  scene.has_intent(1s);
  EXPECT_TRUE(scene.report().status.intent.has_value());
  scene.world.memory.intent_void = scene.eni.status.intent->recorded_at;
  EniStep refused = blocked("SubnetFull", "full", true);
  EXPECT_EQ(report_eni(scene.eni, scene.world, refused, scene.settings, scene.now).status.intent,
            std::nullopt);
  scene.holds(interface());
  scene.world.memory.intent_void.reset();
  EXPECT_TRUE(scene.report().status.intent.has_value());  // it may be of another one
  scene.now += 2min;
  scene.world.interfaces.front().seen = scene.now;
  EXPECT_EQ(scene.report().status.intent, std::nullopt);
  EXPECT_EQ(scene.report().status.client_token_sequence, 3);
}

TEST(AnEniStatus, is_written_before_an_attachment_ends) {
  Scene scene;
  scene.wants_pod();
  auto& mine = scene.holds(attached(interface()));
  scene.eni.status = scene.report().status;
  EXPECT_FALSE(must_publish_first(scene.eni.status, scene.report().status));
  scene.eni.deleting = true;
  EXPECT_TRUE(must_publish_first(scene.eni.status, scene.report().status));
  scene.eni.status = scene.report().status;
  EXPECT_FALSE(must_publish_first(scene.eni.status, scene.report().status));
  scene.eni.deleting = false;
  mine = attached(interface());
  scene.eni.status = scene.report().status;
  scene.world.pod->uid = "another pod";
  EXPECT_TRUE(must_publish_first(scene.eni.status, scene.report().status));
}

TEST(AnEniEvent, tells_of_each_transition_once) {
  Scene scene;
  const auto reasons = [&] {
    std::vector<std::string> all;
    for (const auto& notice : scene.report().notices) all.push_back(notice.reason);
    scene.eni.status = scene.report().status;
    return all;
  };
  scene.wants_pod();
  auto& mine = scene.sees(interface()).view;
  EXPECT_EQ(reasons(), std::vector<std::string>{"Created"});
  mine = attached(interface());
  EXPECT_EQ(reasons(), std::vector<std::string>{"Attached"});
  EXPECT_EQ(reasons(), std::vector<std::string>{});
  scene.world.pod.reset();
  EXPECT_EQ(reasons(), std::vector<std::string>{});
  mine = interface();
  EXPECT_EQ(reasons(), std::vector<std::string>{"Detached"});
  scene.eni.spec.pod_name.clear();
  mine.addresses.push_back({"10.0.0.2", false, "eipalloc-1"});
  EXPECT_EQ(reasons(), std::vector<std::string>{"AddressInUse"});
  EXPECT_EQ(reasons(), std::vector<std::string>{});
}

}  // namespace
}  // namespace domain
