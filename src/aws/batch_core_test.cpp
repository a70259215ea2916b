#include "aws/batch_core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

using Core = aws::BatchCore<aws::Address>;

base::SteadyTime at(int second) {
  return base::SteadyTime(std::chrono::seconds(second));
}

aws::Address address(const std::string& id) {
  aws::Address made;
  made.allocation_id = id;
  return made;
}

std::vector<std::string> ids(const aws::Seen<aws::Address>& seen) {
  std::vector<std::string> out;
  for (const auto& item : seen.items) out.push_back(item.allocation_id);
  return out;
}

TEST(BatchCore, ValuesOfManyCallersGoOutTogetherOnceAndComeBackToWhomTheyBelong) {
  Core core("allocation-id", 200);
  const auto first = core.ask({"a", "b"});
  const auto second = core.ask({"b", "c", "c"});
  EXPECT_THAT(core.next(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(core.next(), IsEmpty()) << "one call at a time";
  auto done = core.finished({address("a"), address("b"), address("x")}, at(5));
  ASSERT_EQ(done.size(), 2u);
  if (done[0].ticket != first) std::swap(done[0], done[1]);
  EXPECT_THAT(ids(done[0].seen), ElementsAre("a", "b"));
  EXPECT_EQ(done[1].ticket, second);
  EXPECT_THAT(ids(done[1].seen), ElementsAre("b"));
  EXPECT_EQ(done[1].seen.asked, at(5));
  EXPECT_FALSE(core.waiting());
}

TEST(BatchCore, AValueInFlightIsAskedAgainForALaterCaller) {
  Core core("allocation-id", 200);
  const auto early = core.ask({"a"});
  EXPECT_THAT(core.next(), ElementsAre("a"));
  const auto late = core.ask({"a"});
  auto done = core.finished({address("a")}, at(1));
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].ticket, early);
  EXPECT_THAT(core.next(), ElementsAre("a"));
  done = core.finished({}, at(2));
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].ticket, late);
  EXPECT_THAT(done[0].seen.items, IsEmpty());
  EXPECT_EQ(done[0].seen.asked, at(2));
}

TEST(BatchCore, ACallHoldsNoMoreThanTheLimitAndACallerWaitsForAllHisParts) {
  Core core("allocation-id", 2);
  const auto big = core.ask({"a", "b", "c"});
  const auto small = core.ask({"c"});
  EXPECT_THAT(core.next(), ElementsAre("a", "b"));
  EXPECT_THAT(core.finished({address("a")}, at(1)), IsEmpty());
  EXPECT_THAT(core.next(), ElementsAre("c"));
  const auto done = core.finished({address("c")}, at(9));
  ASSERT_EQ(done.size(), 2u);
  for (const auto& [ticket, seen] : done) {
    if (ticket == big) {
      EXPECT_THAT(ids(seen), ElementsAre("a", "c"));
      EXPECT_EQ(seen.asked, at(1)) << "the oldest";
    } else {
      EXPECT_EQ(ticket, small);
      EXPECT_EQ(seen.asked, at(9));
    }
  }
}

TEST(BatchCore, ACallerWhoLeavesTakesHisWaitingValuesAlong) {
  Core core("allocation-id", 1);
  const auto leaver = core.ask({"a", "b", "c"});
  const auto stayer = core.ask({"c"});
  EXPECT_THAT(core.next(), ElementsAre("a"));
  core.leave(leaver);
  core.leave(leaver);
  EXPECT_THAT(core.finished({address("a")}, at(1)), IsEmpty());
  EXPECT_THAT(core.next(), ElementsAre("c"));
  const auto done = core.finished({address("c")}, at(2));
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].ticket, stayer);
  EXPECT_FALSE(core.waiting());
}

TEST(BatchCore, AFailureReachesThoseInTheCallAndNoOthers) {
  Core core("allocation-id", 2);
  const auto first = core.ask({"a", "z"});
  const auto second = core.ask({"b", "c"});
  EXPECT_THAT(core.next(), ElementsAre("a", "z"));
  EXPECT_THAT(core.failed(), ElementsAre(first));
  EXPECT_THAT(core.next(), ElementsAre("b", "c"));
  EXPECT_THAT(core.failed(), ElementsAre(second));
  EXPECT_FALSE(core.waiting());
}

TEST(BatchCore, AnItemMayMatchSeveralValuesAndAValueSeveralItems) {
  aws::BatchCore<aws::NetworkInterface> core("addresses.private-ip-address", 200);
  aws::NetworkInterface one, two;
  one.network_interface_id = "eni-1";
  one.private_ip_addresses = {{"10.0.0.5", true, {}}, {"10.0.0.6", false, {}}};
  two.network_interface_id = "eni-2";
  two.private_ip_address = "10.0.0.5";
  two.ipv4_prefixes = {"10.0.1.16/28", "junk", "10.0.0.0/99"};
  core.ask({"10.0.0.5", "10.0.0.6"});
  core.ask({"10.0.1.31"});
  core.ask({"10.0.1.32"});
  core.next();
  const auto done = core.finished({one, two}, at(1));
  ASSERT_EQ(done.size(), 3u);
  for (const auto& [ticket, seen] : done)
    EXPECT_EQ(seen.items.size(), ticket == 1 ? 2u : ticket == 2 ? 1u : 0u) << ticket;
}

TEST(BatchCore, FiltersSelectAsEc2Does) {
  aws::Address one = address("eipalloc-1");
  one.public_ip = "203.0.113.7";
  one.network_interface_id = "";
  one.tags = {{"k", "v"}, {"empty", ""}};
  EXPECT_TRUE(aws::matches(one, "allocation-id", "eipalloc-1"));
  EXPECT_TRUE(aws::matches(one, "public-ip", "203.0.113.7"));
  EXPECT_TRUE(aws::matches(one, "tag:k", "v"));
  EXPECT_TRUE(aws::matches(one, "tag:empty", ""));
  EXPECT_TRUE(aws::matches(one, "tag-key", "k"));
  EXPECT_FALSE(aws::matches(one, "tag:k", "V"));
  EXPECT_FALSE(aws::matches(one, "tag:none", ""));
  EXPECT_FALSE(aws::matches(one, "network-interface-id", "")) << "on nothing";
  EXPECT_FALSE(aws::matches(one, "allocation-id", "eipalloc-*"));
  EXPECT_TRUE(aws::knows_address_filter("tag:a"));
  EXPECT_FALSE(aws::knows_address_filter("tag:"));
  EXPECT_FALSE(aws::knows_address_filter("attachment.instance-id"));
  EXPECT_TRUE(aws::knows_interface_filter("attachment.instance-id"));
  EXPECT_FALSE(aws::knows_interface_filter("public-ip"));
  EXPECT_FALSE(aws::matches(one, "instance-id", "i-1"));

  aws::Instance instance;
  instance.instance_id = "i-1";
  instance.instance_type = "m5.large";
  EXPECT_TRUE(aws::matches(instance, "instance-id", "i-1"));
  EXPECT_FALSE(aws::matches(instance, "instance-id", "i-11"));
  EXPECT_FALSE(aws::matches(instance, "instance-type", "m5.large")) << "not asked for by that";
  aws::InstanceType type;
  type.instance_type = "m5.large";
  EXPECT_TRUE(aws::matches(type, "instance-type", "m5.large"));
  EXPECT_FALSE(aws::matches(type, "instance-type", "m5.*"));
  aws::Subnet subnet;
  subnet.subnet_id = "subnet-1";
  EXPECT_TRUE(aws::matches(subnet, "subnet-id", "subnet-1"));
  EXPECT_FALSE(aws::matches(subnet, "vpc-id", ""));
  const aws::SecurityGroup group{.group_id = "sg-1", .group_name = "web", .vpc_id = "vpc-1"};
  EXPECT_TRUE(aws::matches(group, "group-id", "sg-1"));
  EXPECT_TRUE(aws::matches(group, "group-name", "web"));
  EXPECT_FALSE(aws::matches(group, "group-name", "sg-1"));
  EXPECT_EQ(aws::identity(instance), "i-1");
  EXPECT_EQ(aws::identity(type), "m5.large");
  EXPECT_EQ(aws::identity(subnet), "subnet-1");
  EXPECT_EQ(aws::identity(group), "sg-1");
}

// Whatever the order of asking, leaving, sending and answering: everyone who stays is answered once,
// completely, and by calls that were sent after he asked.
TEST(BatchCore, KeepsItsPromisesInAnyOrderOfEvents) {
  std::mt19937 random{42};
  for (int round = 0; round < 300; ++round) {
    Core core("allocation-id", 1 + random() % 4);
    struct Asked {
      std::set<std::string> values;
      base::SteadyTime when;
    };
    std::map<Core::Ticket, Asked> open;
    std::vector<std::string> flight;
    base::SteadyTime sent{};
    int now = 1;
    for (int step = 0; step < 200 || !open.empty(); ++step, ++now) {
      ASSERT_LT(step, 2000);
      const auto what = random() % 10;
      if (what < 4 && step < 200) {
        std::vector<std::string> values;
        for (unsigned i = 0; i <= random() % 5; ++i)
          values.push_back(std::string(1, static_cast<char>('a' + random() % 8)));
        const auto ticket = core.ask(values);
        open[ticket] = {{values.begin(), values.end()}, at(now)};
      } else if (what == 4 && !open.empty()) {
        core.leave(open.begin()->first);
        open.erase(open.begin());
      } else if (what < 8 && flight.empty()) {
        flight = core.next();
        sent = at(now);
      } else if (!flight.empty() && what == 8 && random() % 4 == 0) {
        for (const auto ticket : core.failed()) ASSERT_EQ(open.erase(ticket), 1u);
        flight.clear();
      } else if (!flight.empty()) {
        std::vector<aws::Address> items;
        for (const auto& value : flight) items.push_back(address(value));
        for (const auto& [ticket, seen] : core.finished(items, sent)) {
          const auto asked = open.find(ticket);
          ASSERT_NE(asked, open.end());
          const auto got = ids(seen);
          EXPECT_EQ(std::set<std::string>(got.begin(), got.end()), asked->second.values);
          EXPECT_EQ(got.size(), asked->second.values.size());
          EXPECT_GT(seen.asked, asked->second.when);
          open.erase(asked);
        }
        flight.clear();
      }
    }
    EXPECT_FALSE(core.waiting());
  }
}

}  // namespace
