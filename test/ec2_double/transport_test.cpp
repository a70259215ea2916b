#include "ec2_double/transport.hpp"

#include <gmock/gmock.h>

#include "aws/ec2_client.hpp"
#include "base/scope.hpp"
#include "ec2_double/double_fixture.hpp"
#include "fakes/aws_fixture.hpp"

namespace ec2_double {
namespace {

using namespace std::chrono_literals;
using aws::Action;
using base::FaultKind;
using testing::HasSubstr;

// The world of DoubleFixture, and the product's own client, on one clock.
struct TransportTest : aws::AwsFixture {
  struct Ground : DoubleFixture {
    void TestBody() override {}
  };
  Ground ground;
  Double& ec2 = ground.ec2;
  DoubleTransport wire{ec2, clock};
  aws::ChannelConfig here{.region = "us-east-1",
                          .ec2_endpoint = "https://ec2.test/",
                          .sts_endpoint = "https://sts.test/",
                          .draw = [] { return 0.5; }};
  aws::Channel line{wire, credentials, throttle, clock, log, metrics, here};
  aws::Ec2Client client{context.get_executor(), clock, line, throttle, metrics};

  ~TransportTest() override {
    boost::asio::co_spawn(context, client.stop(), boost::asio::detached);
    clock.settle();
  }

  void rule(Rule::Do act, Span latency = {}) {
    Rule made;
    made.act = act;
    made.latency = latency;
    ec2.rules.add(made);
  }
  // A request as the product's channel makes it, and how long it took.
  base::Result<http::Response> send(const std::string& action, std::chrono::milliseconds timeout = 10s) {
    http::Request request;
    request.method = "POST";
    request.body = DoubleFixture::form(action);
    request.timeout = timeout;
    request.signature = http::AwsSignature{"us-east-1", "ec2", "AKIA1", "secret", "token"};
    const auto begun = clock.now();
    const auto ended = std::make_shared<std::optional<base::SteadyTime>>();
    const auto result = start(timed(wire.send(std::move(request)), ended));
    clock.advance(1min);
    took = ended->value_or(base::SteadyTime::max()) - begun;
    return std::move(**result);
  }
  base::Task<base::Result<http::Response>> timed(base::Task<base::Result<http::Response>> task,
                                                 std::shared_ptr<std::optional<base::SteadyTime>> ended) {
    auto result = co_await std::move(task);
    *ended = clock.now();
    co_return result;
  }
  base::Duration took{};
};

TEST_F(TransportTest, AnAnswerComesAtOnceAndWithLowerCaseHeaders) {
  const auto response = send("DescribeAddresses");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, HasSubstr("<addressesSet"));
  EXPECT_NE(response->header("date"), "");
  EXPECT_EQ(took, 0s);
  EXPECT_EQ(ec2.calls.back().access_key_id, "AKIA1");
}

TEST_F(TransportTest, ALateAnswerIsWaitedForWithinTheTimeout) {
  rule(Rule::Do::latency, 3s);
  ASSERT_TRUE(send("AllocateAddress"));
  EXPECT_EQ(took, 3s);
  rule(Rule::Do::latency, 30s);
  const auto late = send("AllocateAddress");
  ASSERT_FALSE(late);
  EXPECT_EQ(took, 10s);
  EXPECT_EQ(late.error().kind, FaultKind::timed_out);
  EXPECT_TRUE(late.error().effect_possible);
  EXPECT_EQ(ec2.world.addresses.all().size(), 2u);
}

TEST_F(TransportTest, AHangEndsWithTheTimeoutOrAStop) {
  rule(Rule::Do::hang);
  EXPECT_EQ(send("AllocateAddress", 2s).error().kind, FaultKind::timed_out);
  EXPECT_EQ(took, 2s);
  rule(Rule::Do::hang);
  boost::asio::cancellation_signal stop;
  http::Request request;
  request.body = DoubleFixture::form("AllocateAddress");
  const auto stopped = start(wire.send(request), stop.slot());
  stop.emit(boost::asio::cancellation_type::terminal);
  clock.settle();
  EXPECT_FALSE(stopped->has_value());
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(TransportTest, ACutIsAFaultThatMayHaveHadAnEffect) {
  for (const auto act : {Rule::Do::reset_before, Rule::Do::reset_after, Rule::Do::truncate}) {
    rule(act, 1s);
    const auto cut = send("AllocateAddress");
    ASSERT_FALSE(cut) << name_of(act);
    EXPECT_EQ(cut.error().kind, FaultKind::unavailable) << name_of(act);
    EXPECT_TRUE(cut.error().effect_possible) << name_of(act);
    EXPECT_EQ(took, 1s) << name_of(act);
  }
  EXPECT_EQ(ec2.world.addresses.all().size(), 2u) << "all but the first had their effect";
}

TEST_F(TransportTest, TheModelsTimeIsTheClocks) {
  ec2.world.settings.reverse_dns = 30s;
  send("AllocateAddress");
  const auto begun = ec2.calls.back().at;
  clock.advance(1h);
  send("AllocateAddress");
  EXPECT_EQ(ec2.calls.back().at - begun, 1h + 1min);
}

TEST_F(TransportTest, TheProductsClientLivesOnIt) {
  const aws::AllocateRequest wanted{.address = {}, .public_ipv4_pool = {}, .tags = {{"owner", "me"}}};
  const auto made = run(client.allocate(client.acquire(Action::allocate_address), wanted));
  ASSERT_TRUE(made) << made.error().text();
  const aws::AssociateRequest to{made->allocation_id, "eni-1", "10.0.0.11", false};
  const auto association = run(client.associate(client.acquire(Action::associate_address), to));
  ASSERT_TRUE(association) << association.error().text();
  const auto seen = run(client.addresses("tag:owner", {"me"}));
  ASSERT_TRUE(seen) << seen.error().text();
  ASSERT_EQ(seen->items.size(), 1u);
  EXPECT_EQ(seen->items[0].allocation_id, made->allocation_id);
  EXPECT_EQ(seen->items[0].association_id, *association);
  EXPECT_EQ(seen->items[0].instance_id, "i-1");
  EXPECT_EQ(seen->items[0].private_ip_address, "10.0.0.11");
  const auto interfaces = run(client.network_interfaces("attachment.instance-id", {"i-1"}));
  ASSERT_TRUE(interfaces) << interfaces.error().text();
  ASSERT_EQ(interfaces->items.size(), 1u);
  EXPECT_EQ(interfaces->items[0].private_ip_addresses.at(1).association.allocation_id, made->allocation_id);
  ASSERT_TRUE(run(client.public_ipv4_pools()));
  EXPECT_EQ(*run(client.account_id()), "123456789012");
  const aws::Tags more{{"more", ""}};
  EXPECT_TRUE(run(client.create_tags(client.acquire(Action::create_tags), made->allocation_id, more)));
  EXPECT_TRUE(run(client.delete_tags(client.acquire(Action::delete_tags), made->allocation_id, {"owner"})));
  EXPECT_EQ(ec2.world.addresses.latest(made->allocation_id)->tags, (Tags{{"more", ""}}));
  EXPECT_TRUE(run(client.disassociate(client.acquire(Action::disassociate_address), *association)));
  EXPECT_TRUE(run(client.release(client.acquire(Action::release_address), made->allocation_id,
                                 made->network_border_group)));
  EXPECT_TRUE(ec2.world.addresses.all().empty());
}

TEST_F(TransportTest, TheProductsClientSeesFaultsForWhatTheyAre) {
  const auto allocate = [&] {
    return run(client.allocate(client.acquire(Action::allocate_address), aws::AllocateRequest{})).error();
  };
  rule(Rule::Do::throttle);
  EXPECT_EQ(allocate().kind, FaultKind::throttled);
  rule(Rule::Do::reset_after);
  EXPECT_TRUE(allocate().effect_possible);
  rule(Rule::Do::garble);
  EXPECT_TRUE(allocate().effect_possible);
  rule(Rule::Do::error_after);
  EXPECT_TRUE(allocate().effect_possible);
  EXPECT_EQ(ec2.world.addresses.all().size(), 3u);
  rule(Rule::Do::expire);
  EXPECT_EQ(allocate().kind, FaultKind::denied);
  Rule skew;
  skew.act = Rule::Do::skew;
  skew.skew = 20min;
  skew.times = 0;
  ec2.rules.add(skew);
  EXPECT_THAT(allocate().message, HasSubstr("this machine's clock is 1200 s behind"));
  ec2.rules.clear();
  ec2.world.settings.quotas.addresses = 3;
  EXPECT_EQ(allocate().kind, FaultKind::exhausted);
}

TEST_F(TransportTest, TheProductsReadsOutliveALostAnswer) {
  rule(Rule::Do::truncate);
  const auto seen = run(client.addresses("allocation-id", {"eipalloc-1"}));
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->items.empty());
  EXPECT_EQ(ec2.calls.size(), 2u);
}

TEST_F(TransportTest, TheProductStaysWithinTheBuckets) {
  ec2.world.settings.rate_limits = 1;
  std::vector<std::shared_ptr<std::optional<base::Result<>>>> done;
  for (int i = 0; i < 200; ++i)
    done.push_back(
        start(client.create_tags(client.acquire(Action::create_tags), "eni-1", {{"n", std::to_string(i)}})));
  clock.advance(30s);
  for (const auto& one : done) {
    ASSERT_TRUE(one->has_value());
    EXPECT_TRUE(**one) << (*one)->error().text();
  }
}

}  // namespace
}  // namespace ec2_double
