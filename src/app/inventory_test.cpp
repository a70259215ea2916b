#include "app/inventory.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "domain/tags.hpp"
#include "fakes/fake_ec2.hpp"
#include "fakes/manual_clock.hpp"

using namespace std::chrono_literals;
using Calls = std::vector<std::string>;

namespace {

const std::string kByCluster = "DescribeAddresses tag:" + std::string(domain::kClusterTag) + "=c";

struct Inventory : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  fakes::FakeEc2 ec2{clock};
  domain::Settings settings = [] {
    domain::Settings s;
    s.cluster = "c";
    return s;
  }();
  app::Inventory inventory{ec2, clock, settings, ""};

  base::Result<> run(base::Task<base::Result<>> task) {
    std::optional<base::Result<>> outcome;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, base::Result<> result) {
      if (!thrown) outcome = std::move(result);
    });
    clock.settle();
    for (int second = 0; second < 60 && !outcome; ++second) clock.advance(1s);
    EXPECT_TRUE(outcome);
    return *outcome;
  }
  // The calls that it makes.
  Calls calls_of(base::Task<base::Result<>> task) {
    ec2.calls.clear();
    EXPECT_TRUE(run(std::move(task)));
    return ec2.calls;
  }

  aws::Address& address(const std::string& id, const std::string& uid, const std::string& cluster = "c") {
    auto& address = ec2.held[id];
    address.allocation_id = id;
    address.tags = domain::ownership_tags(cluster, "n", "a", uid);
    return address;
  }
  aws::NetworkInterface& interface(const std::string& id, const std::string& instance,
                                   const std::string& ip) {
    aws::NetworkInterface eni;
    eni.network_interface_id = id;
    eni.instance_id = instance;
    eni.vpc_id = "vpc-1";
    eni.owner_id = "111122223333";
    eni.private_ip_address = ip;
    eni.private_ip_addresses = {{ip, true, {}}};
    return ec2.interfaces.emplace_back(eni);
  }
  // An Elastic IP on an interface, as both sides show it.
  void put_on(aws::Address& address, aws::NetworkInterface& eni) {
    address.association_id = "eipassoc-1";
    address.network_interface_id = eni.network_interface_id;
    address.private_ip_address = eni.private_ip_address;
    eni.private_ip_addresses[0].association.allocation_id = address.allocation_id;
  }
};

TEST_F(Inventory, KnowsAnAddressAsOfWhenItWasAskedFor) {
  address("eipalloc-1", "u");
  ec2.latency = 3s;
  const auto asked = inventory.now();
  EXPECT_EQ(calls_of(inventory.look_at_uid("u")),
            Calls{"DescribeAddresses tag:" + std::string(domain::kUidTag) + "=u"});
  ASSERT_NE(inventory.ledger().find("eipalloc-1"), nullptr);
  EXPECT_EQ(inventory.ledger().find("eipalloc-1")->seen, asked);
  EXPECT_EQ(inventory.ledger().asked_by_uid("u"), asked);
  EXPECT_EQ(calls_of(inventory.look_at_addresses({"eipalloc-1", "eipalloc-2"})),
            Calls{"DescribeAddresses allocation-id=eipalloc-1,eipalloc-2"});
  EXPECT_TRUE(inventory.ledger().absence("eipalloc-2"));
  EXPECT_EQ(calls_of(inventory.look_at_addresses({})), Calls{});
}

TEST_F(Inventory, RefreshesEverythingWithOneCallOfEachKind) {
  address("eipalloc-1", "u1");
  address("eipalloc-2", "u2", "another");
  interface("eni-1", "i-1", "10.0.0.5");
  interface("eni-2", "i-2", "10.0.0.6");
  EXPECT_FALSE(inventory.listed());
  EXPECT_EQ(calls_of(inventory.refresh({"eipalloc-1", "eipalloc-2"}, {"i-1", "i-2"})),
            (Calls{kByCluster, "DescribeAddresses allocation-id=eipalloc-2",
                   "DescribeNetworkInterfaces attachment.instance-id=i-1,i-2"}));
  EXPECT_TRUE(inventory.listed());
  EXPECT_NE(inventory.ledger().find("eipalloc-2"), nullptr);
  EXPECT_EQ(inventory.vpc_id(), "vpc-1");
  EXPECT_EQ(inventory.account_id(), "111122223333");
  ASSERT_NE(inventory.of_instance("i-2"), nullptr);
  EXPECT_TRUE(inventory.of_instance("i-2")->enis.at(0).holds("10.0.0.6"));
  // What nobody needs any more is forgotten.
  EXPECT_EQ(calls_of(inventory.refresh({}, {})), Calls{kByCluster});
  EXPECT_EQ(inventory.of_instance("i-2"), nullptr);
}

TEST_F(Inventory, KeepsWhatItKnewWhenAReadFails) {
  address("eipalloc-1", "u");
  interface("eni-1", "i-1", "10.0.0.5");
  ASSERT_TRUE(run(inventory.refresh({}, {"i-1"})));
  const auto asked = inventory.of_instance("i-1")->asked;
  ec2.fault = base::Fault{base::FaultKind::unavailable, "InternalError", "trouble", false, {}};
  EXPECT_FALSE(run(inventory.refresh({}, {"i-1"})));
  EXPECT_FALSE(run(inventory.look_at_instance("i-1")));
  EXPECT_FALSE(run(inventory.look_at_uid("u")));
  EXPECT_FALSE(run(inventory.look_at_pools()));
  EXPECT_FALSE(run(inventory.look_at_account()));
  EXPECT_NE(inventory.ledger().find("eipalloc-1"), nullptr);
  EXPECT_EQ(inventory.of_instance("i-1")->asked, asked);
  EXPECT_EQ(inventory.pools_asked(), std::nullopt);
}

TEST_F(Inventory, ReadsWithAnInstanceThoseThatOthersAreAboutToNeed) {
  for (const char* id : {"i-1", "i-2"}) interface(std::string("eni-") + id, id, "10.0.0.5");
  const Calls one{"DescribeNetworkInterfaces attachment.instance-id=i-1"};
  const Calls both{"DescribeNetworkInterfaces attachment.instance-id=i-1,i-2"};
  inventory.await_instance("i-2");
  inventory.await_instance("i-2");
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")), both);
  ASSERT_NE(inventory.of_instance("i-2"), nullptr);
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")), one) << "the other is still young";
  clock.advance(settings.fresh);
  inventory.done_awaiting("i-2");
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")), both) << "one of two still waits";
  clock.advance(settings.fresh);
  inventory.done_awaiting("i-2");
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")), one);
}

TEST_F(Inventory, AsksAnAddressWhetherItIsWhereAnInterfaceShowsIt) {
  auto& eni = interface("eni-1", "i-1", "10.0.0.5");
  put_on(address("eipalloc-1", "u"), eni);
  const std::string interfaces = "DescribeNetworkInterfaces attachment.instance-id=i-1";
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")),
            (Calls{interfaces, "DescribeAddresses allocation-id=eipalloc-1"}));
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")), Calls{interfaces}) << "the ledger agrees by now";
  ec2.held["eipalloc-1"].private_ip_address = "10.0.0.6";  // it has left, and the interface lags behind
  ASSERT_TRUE(run(inventory.look_at_addresses({"eipalloc-1"})));
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")).size(), 2u);
}

TEST_F(Inventory, AsksAddressesWhatIsInsideAPrefixSinceNoInterfaceListsThem) {
  auto& eni = interface("eni-1", "i-1", "10.0.0.5");
  eni.ipv4_prefixes = {"10.0.4.0/28"};
  auto& inside = address("eipalloc-1", "u");
  inside.association_id = "eipassoc-1";
  inside.network_interface_id = "eni-1";
  inside.private_ip_address = "10.0.4.3";
  EXPECT_EQ(calls_of(inventory.look_at_instance("i-1")).back(),
            "DescribeAddresses network-interface-id=eni-1");
  EXPECT_EQ(inventory.ledger().by_interface("eni-1").size(), 1u);
  EXPECT_EQ(inventory.instance_holding("10.0.4.3"), "i-1");
  EXPECT_EQ(inventory.instance_holding("10.0.4.16"), "");
  EXPECT_EQ(inventory.instance_holding("10.0.0.5"), "") << "an address of its own, which EC2's filter finds";
}

TEST_F(Inventory, ARefreshLeavesTheViewOfWhatIsInsideAPrefixAsOldAsItWas) {
  interface("eni-1", "i-1", "10.0.0.5").ipv4_prefixes = {"10.0.4.0/28"};
  ASSERT_TRUE(run(inventory.look_at_instance("i-1")));
  const auto looked = inventory.of_instance("i-1")->asked;
  clock.advance(1min);
  auto& of_somebody = ec2.held["eipalloc-1"];  // put there since
  of_somebody.allocation_id = "eipalloc-1";
  of_somebody.association_id = "eipassoc-1";
  of_somebody.network_interface_id = "eni-1";
  of_somebody.private_ip_address = "10.0.4.3";
  ASSERT_TRUE(run(inventory.refresh({}, {"i-1"})));
  EXPECT_EQ(inventory.of_instance("i-1")->read, inventory.now());
  EXPECT_TRUE(inventory.ledger().by_interface("eni-1").empty()) << "nothing has told of it";
  EXPECT_EQ(inventory.of_instance("i-1")->asked, looked) << "before anything is put there, a look is due";
  ASSERT_TRUE(run(inventory.look_at_instance("i-1")));
  EXPECT_EQ(inventory.of_instance("i-1")->asked, inventory.now());
  EXPECT_EQ(inventory.ledger().by_interface("eni-1").size(), 1u);
}

TEST_F(Inventory, FindsInterfacesByAddressAndById) {
  interface("eni-1", "", "10.0.0.5");
  EXPECT_EQ(inventory.by_private_ip("10.0.0.5"), nullptr);
  EXPECT_EQ(calls_of(inventory.look_at_private_ip("10.0.0.5")),
            Calls{"DescribeNetworkInterfaces addresses.private-ip-address=10.0.0.5"});
  EXPECT_EQ(inventory.by_private_ip("10.0.0.5")->enis.at(0).id, "eni-1");
  EXPECT_EQ(calls_of(inventory.look_at_interface("eni-2")),
            Calls{"DescribeNetworkInterfaces network-interface-id=eni-2"});
  EXPECT_TRUE(inventory.by_id("eni-2")->enis.empty()) << "asked for, and not there";
}

TEST_F(Inventory, TakesTheElasticIpOfAnInterfaceForThatOfItsPrimaryAddress) {
  auto& eni = interface("eni-1", "i-1", "10.0.0.5");
  eni.association.allocation_id = "eipalloc-1";  // as some emulators tell it
  eni.operator_managed = true;
  ASSERT_TRUE(run(inventory.look_at_instance("i-1")));
  const auto& seen = inventory.of_instance("i-1")->enis.at(0);
  EXPECT_EQ(seen.find("10.0.0.5")->allocation_id, "eipalloc-1");
  EXPECT_TRUE(seen.managed);
}

TEST_F(Inventory, KnowsThePoolsOfTheAccount) {
  EXPECT_EQ(inventory.pools_asked(), std::nullopt);
  ec2.pools = {{"ipv4pool-ec2-1", "", 16, 3}, {"ipv4pool-ec2-2", "", 16, 0}};
  ASSERT_TRUE(run(inventory.look_at_pools()));
  EXPECT_EQ(inventory.pools(), (std::map<std::string, long>{{"ipv4pool-ec2-1", 3}, {"ipv4pool-ec2-2", 0}}));
  EXPECT_TRUE(inventory.pools_asked());
  ec2.pools.pop_back();
  ASSERT_TRUE(run(inventory.look_at_pools()));
  EXPECT_FALSE(inventory.pools().contains("ipv4pool-ec2-2"));
}

TEST_F(Inventory, AsksWhoTheCredentialsAreOf) {
  ASSERT_TRUE(run(inventory.look_at_account()));
  EXPECT_EQ(inventory.account_id(), "111122223333");
}

}  // namespace
