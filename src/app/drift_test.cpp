// What it costs to compare everything with EC2, counted at the double: at most ten calls for 5,000 EIPs.

#include <gtest/gtest.h>

#include "app/eni_inventory.hpp"
#include "app/resync.hpp"
#include "ec2_double/double_fixture.hpp"
#include "ec2_double/transport.hpp"
#include "fakes/aws_fixture.hpp"

using namespace std::chrono_literals;

namespace {

constexpr int kEips = 5'000;
constexpr int kEnis = 1'500;
constexpr int kInterfacesOfNode = 3;

// So many nodes, each with its primary interface and those that the VPC CNI added; the pods' addresses are on
// them, in turn. Some ENI objects have interfaces of their own.
struct Drift : aws::AwsFixture {
  struct Ground : ec2_double::DoubleFixture {
    void TestBody() override {}
  };
  Ground ground;
  ec2_double::Double& ec2 = ground.ec2;
  ec2_double::DoubleTransport wire{ec2, clock};
  aws::ChannelConfig here{.region = "us-east-1",
                          .ec2_endpoint = "https://ec2.test/",
                          .sts_endpoint = "https://sts.test/",
                          .draw = [] { return 0.5; }};
  aws::Channel line{wire, credentials, throttle, clock, log, metrics, here};
  aws::Ec2Client client{context.get_executor(), clock, line, throttle, metrics};
  domain::Settings settings = [] {
    domain::Settings s;
    s.cluster = "c";
    return s;
  }();
  app::Inventory inventory{client, clock, settings, "vpc-1"};
  app::EniInventory eni_inventory{client, inventory, settings};
  std::vector<std::string> eips;   // allocation ids
  std::vector<std::string> enis;   // interface ids
  std::vector<std::string> nodes;  // instance ids
  app::Resync resync{inventory,
                     {{[this] { return inventory.refresh(eips, nodes); }, [] {}},
                      {[this] { return eni_inventory.refresh(enis); }, [] {}}},
                     clock,
                     log,
                     metrics,
                     5min};

  ~Drift() override {
    boost::asio::co_spawn(context, client.stop(), boost::asio::detached);
    clock.settle();
  }

  void build(int node_count) {
    std::vector<std::string> of_nodes;
    for (int n = 0; n < node_count; ++n) {
      nodes.push_back("i-node" + std::to_string(n));
      ground.add_instance(nodes.back());
      for (int i = 0; i < kInterfacesOfNode; ++i) {
        of_nodes.push_back("eni-" + std::to_string(n) + "x" + std::to_string(i));
        ground.add_interface(of_nodes.back(), "subnet-1", {ip(of_nodes.size())}, nodes.back(), i);
      }
    }
    for (int i = 0; i < kEnis; ++i) {
      enis.push_back("eni-own" + std::to_string(i));
      ground.add_interface(enis.back(), "subnet-1", {ip(500'000 + i)});
      ground.change_interface(enis.back(), [&](auto& interface) { interface.tags = tags("eni", i); });
    }
    for (int i = 0; i < kEips; ++i) {
      ec2_double::Address address;
      address.id = "eipalloc-" + std::to_string(i);
      address.public_ip = ip(1'000'000 + i);
      address.tags = tags("eip", i);
      const auto place = i % of_nodes.size();
      address.association = {"eipassoc-" + std::to_string(i), of_nodes[place], ip(place + 1)};
      ec2.world.addresses.put(address, {});
      eips.push_back(address.id);
    }
    compare();
  }
  static std::string ip(std::size_t number) {
    return "10." + std::to_string(number >> 16) + "." + std::to_string(number >> 8 & 255) + "." +
           std::to_string(number & 255);
  }
  static domain::Tags tags(const std::string& kind, int number) {
    const std::string name = kind + std::to_string(number);
    return domain::ownership_tags("c", "n", name, "uid-" + name);
  }
  // The calls that a comparison makes.
  std::size_t compare() {
    const auto before = ec2.calls.size();
    const auto done = start(keep(resync.once()));
    clock.advance(1min);
    EXPECT_TRUE(done->has_value());
    EXPECT_FALSE(resync.last_fault()) << resync.last_fault()->text();
    return ec2.calls.size() - before;
  }
  static base::Task<int> keep(base::Task<> task) {
    co_await std::move(task);
    co_return 0;
  }
  const domain::AddressView* known(const std::string& id) {
    const auto* record = inventory.ledger().find(id);
    return record ? &record->view : nullptr;
  }
};

TEST_F(Drift, IsFoundInAtMostTenCalls) {
  build(600);
  ASSERT_NE(known("eipalloc-7"), nullptr);
  ASSERT_TRUE(known("eipalloc-7")->associated());
  clock.advance(5min);
  auto disassociated = *ec2.world.addresses.latest("eipalloc-7");
  disassociated.association.reset();
  ec2.world.addresses.put(disassociated, clock.wall_now());
  auto moved = *ec2.world.addresses.latest("eipalloc-8");
  moved.association->network_interface_id = "eni-1x1";
  ec2.world.addresses.put(moved, clock.wall_now());
  ec2.world.addresses.erase("eipalloc-9", clock.wall_now());
  ec2.world.network_interfaces.erase("eni-own3", clock.wall_now());
  ground.change_interface("eni-own4", [](auto& interface) { interface.description = "edited"; });

  EXPECT_LE(compare(), 10u);
  EXPECT_FALSE(known("eipalloc-7")->associated());
  EXPECT_EQ(known("eipalloc-8")->network_interface_id, "eni-1x1");
  EXPECT_EQ(known("eipalloc-9"), nullptr);
  EXPECT_EQ(eni_inventory.ledger().find("eni-own3"), nullptr);
  EXPECT_EQ(eni_inventory.ledger().find("eni-own4")->view.description, "edited");
}

TEST_F(Drift, OfAddressesOnVeryManyNodesToo) {
  build(1'500);
  ASSERT_EQ(inventory.of_instance("i-node1499")->enis.size(), 3u) << "the first time all are read";
  clock.advance(5min);
  auto disassociated = *ec2.world.addresses.latest("eipalloc-4999");
  disassociated.association.reset();
  ec2.world.addresses.put(disassociated, clock.wall_now());
  EXPECT_LE(compare(), 10u);
  EXPECT_FALSE(known("eipalloc-4999")->associated());
}

}  // namespace
