#include <gtest/gtest.h>

#include "domain/decide_eni.hpp"
#include "fakes/eni_world.hpp"

namespace domain {
namespace {

using fakes::attached;
using fakes::interface;
using namespace std::chrono_literals;

class AnInterface : public testing::Test, protected fakes::EniWorldBuilder {
 protected:
  AnInterface() { holds(interface()); }

  InterfaceView& mine() { return world.interfaces.front().view; }
  void expect(EniStepKind kind, const std::string& reason) const {
    const EniStep step = decide();
    EXPECT_STREQ(name_of(step.kind), name_of(kind)) << step.reason << ": " << step.message;
    EXPECT_EQ(step.reason, reason);
  }
  // Secondary addresses, as EC2 lists them, and the order in which the status has them.
  void has(std::vector<std::string> ips, std::vector<std::string> status = {}) {
    for (const auto& ip : ips) mine().addresses.push_back({ip, false, ""});
    eni.status.private_ip_addresses = std::move(status);
    eni.spec.secondary_private_ip_address_count = static_cast<int>(ips.size());
  }
  void wants(int count) { eni.spec.secondary_private_ip_address_count = count; }
};

TEST_F(AnInterface, that_is_as_wished_needs_nothing) {
  expect(EniStepKind::settled, "");
}

TEST_F(AnInterface, gets_the_addresses_that_it_lacks) {
  has({"10.0.0.2"});
  wants(3);
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::assign_addresses);
  EXPECT_EQ(step.count, 2);
  world.interfaces.front().seen = now - 6s;
  expect(EniStepKind::look, "Modifying");
}

TEST_F(AnInterface, gets_no_more_addresses_while_a_call_for_them_may_still_take_effect) {
  wants(1);
  world.memory.troubles = {
      {EniStepKind::assign_addresses, "EC2Unavailable", "lost", false, 1, now + 2min, 1, "eni-1"}};
  world.interfaces.front().seen = Time{};
  expect(EniStepKind::look, "Modifying");
  world.interfaces.front().seen = now;
  expect(EniStepKind::blocked, "EC2Unavailable");
  has({"10.0.0.2"});
  expect(EniStepKind::settled, "");
}

TEST_F(AnInterface, gets_no_more_addresses_while_those_of_an_earlier_process_may_not_show_yet) {
  wants(1);
  world.interfaces.front().first_seen = now - 1min;
  expect(EniStepKind::wait, "Modifying");
  EXPECT_EQ(decide().due, now + 1min);
  world.memory.untouched = true;  // there was no earlier process
  expect(EniStepKind::assign_addresses, "Modifying");
}

TEST_F(AnInterface, gets_only_as_many_addresses_as_its_instance_takes) {
  wants_pod();
  mine() = attached(interface());
  world.instance.most_addresses_per_interface = 3;
  wants(5);
  EXPECT_EQ(decide().count, 2);
  has({"10.0.0.2", "10.0.0.3"});
  wants(5);
  expect(EniStepKind::blocked, "PrivateIpAddressLimitExceeded");
  EXPECT_TRUE(decide().stalled);
}

TEST_F(AnInterface, loses_addresses_from_the_end_of_the_statuss_list) {
  has({"10.0.0.7", "10.0.0.3", "10.0.0.5"}, {"10.0.0.1", "10.0.0.5", "10.0.0.7"});
  wants(1);
  world.looked = Looked{now, now};
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::unassign_addresses);
  EXPECT_EQ(step.private_ips, (std::vector<std::string>{"10.0.0.3", "10.0.0.7"}));
}

TEST_F(AnInterface, loses_addresses_only_right_after_a_look_at_what_is_on_them) {
  has({"10.0.0.2"});
  wants(0);
  expect(EniStepKind::look, "Modifying");  // what others have read of it does not count
  world.looked = Looked{now - 3s, now - 1s};
  world.interfaces.front().seen = now - 2s;
  expect(EniStepKind::unassign_addresses, "Modifying");
  world.looked->ended = now - 2s;  // it waited for its turn since
  expect(EniStepKind::look, "Modifying");
}

TEST_F(AnInterface, keeps_an_address_that_holds_an_elastic_ip_and_all_before_it) {
  has({"10.0.0.2", "10.0.0.3", "10.0.0.4"});
  wants(0);
  world.looked = Looked{now, now};
  mine().addresses[2].allocation_id = "eipalloc-1";
  EXPECT_EQ(decide().private_ips, (std::vector<std::string>{"10.0.0.4"}));
  mine().addresses.pop_back();
  expect(EniStepKind::blocked, "AddressInUse");
  EXPECT_TRUE(decide().stalled);
  EXPECT_EQ(decide().due, now + 30s);
  world.interfaces.front().seen = now - 30s;
  expect(EniStepKind::look, "Modifying");
}

TEST_F(AnInterface, keeps_an_address_that_an_eip_wants) {
  has({"10.0.0.2"});
  wants(0);
  world.wanted_addresses = {"10.0.0.2"};
  expect(EniStepKind::blocked, "AddressInUse");
  EXPECT_EQ(decide().due, std::nullopt);  // the objects will tell
}

TEST_F(AnInterface, lists_its_addresses_in_the_order_that_it_had_and_new_ones_last) {
  has({"10.0.0.20", "10.0.0.3", "10.0.0.7"}, {"10.0.0.1", "10.0.0.7", "10.0.0.99"});
  EXPECT_EQ(addresses_in_order(eni.status, mine()),
            (std::vector<std::string>{"10.0.0.1", "10.0.0.7", "10.0.0.3", "10.0.0.20"}));
}

TEST_F(AnInterface, gets_other_security_groups) {
  eni.spec.security_groups = {"web", "sg-1"};
  expect(EniStepKind::look, "Modifying");
  EXPECT_TRUE(decide().look_groups);
  world.groups.asked = now;
  world.groups.ids = {{"web", "sg-2"}};
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::modify_groups);
  EXPECT_EQ(step.security_group_ids, (std::set<std::string>{"sg-1", "sg-2"}));
  mine().security_group_ids = {"sg-2", "sg-1"};
  expect(EniStepKind::settled, "");
  eni.spec.security_groups.clear();  // an odd object of 1.4.1
  expect(EniStepKind::settled, "");
}

TEST_F(AnInterface, gets_another_description) {
  eni.spec.description = "new";
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::modify_description);
  EXPECT_EQ(step.description, "new");
  world.memory.troubles = {
      {EniStepKind::modify_description, "Throttled", "later", false, 1, now + 5s, 1, "eni-1"}};
  expect(EniStepKind::blocked, "Throttled");
}

TEST_F(AnInterface, gets_its_tags_last_and_is_ready_without_them) {
  eni.spec.tags = {{"team", "a"}};
  eni.status.tag_keys = {"old"};
  mine().tags["old"] = "x";
  const EniStep step = decide();
  ASSERT_EQ(step.kind, EniStepKind::set_tags);
  EXPECT_EQ(step.tags.set, (Tags{{"team", "a"}}));
  mine().tags["team"] = "a";
  expect(EniStepKind::remove_tags, "SettingTags");
  world.memory.troubles = {{EniStepKind::remove_tags, "Throttled", "later", false, 1, now + 5s, 1, "eni-1"}};
  expect(EniStepKind::settled, "Throttled");
  EXPECT_EQ(decide().due, now + 5s);
}

TEST_F(AnInterface, keeps_the_cni_away_unless_the_spec_says_otherwise) {
  mine().tags.erase("node.k8s.amazonaws.com/no_manage");
  EXPECT_EQ(decide().tags.set, (Tags{{"node.k8s.amazonaws.com/no_manage", "true"}}));
  settings.default_tags = {{"node.k8s.amazonaws.com/no_manage", "default"}};
  EXPECT_EQ(decide().tags.set.at("node.k8s.amazonaws.com/no_manage"), "true");
  eni.spec.tags = {{"node.k8s.amazonaws.com/no_manage", "false"}};
  EXPECT_EQ(decide().tags.set.at("node.k8s.amazonaws.com/no_manage"), "false");
}

}  // namespace
}  // namespace domain
