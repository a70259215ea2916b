#include "app/eip_performer.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "fakes/fake_ec2.hpp"
#include "fakes/manual_clock.hpp"

using domain::Step;
using domain::StepKind;

namespace {

struct EipPerformer : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  fakes::FakeEc2 ec2{clock};
  app::EipPerformer performer{ec2};

  domain::Outcome perform(const Step& step) {
    std::optional<domain::Outcome> outcome;
    boost::asio::co_spawn(context, performer.perform(step, performer.acquire(app::action_of(step))),
                          [&](std::exception_ptr thrown, domain::Outcome result) {
                            if (!thrown) outcome = std::move(result);
                          });
    clock.advance(std::chrono::seconds(1));
    EXPECT_TRUE(outcome);
    return outcome.value_or(domain::Outcome{});
  }

  static Step step(StepKind kind) {
    Step step;
    step.kind = kind;
    return step;
  }
  static Step allocation(const std::string& address, const std::string& pool) {
    Step step = EipPerformer::step(StepKind::allocate);
    step.intent.emplace();
    step.intent->public_ip_address = address;
    step.intent->public_ipv4_pool = pool;
    step.tags.set = {{"team", "a"}};
    return step;
  }
  // Over an address that EC2 holds.
  Step over(StepKind kind) {
    Step step = EipPerformer::step(kind);
    step.address.allocation_id = "eipalloc-x";
    step.address.network_border_group = "us-east-1";
    ec2.held["eipalloc-x"].allocation_id = "eipalloc-x";
    step.target.network_interface_id = "eni-1";
    step.target.private_ip_address = "10.0.0.5";
    return step;
  }
};

TEST_F(EipPerformer, SaysThatAnExactAddressIsSomebodyElses) {
  ec2.fault.emplace();
  ec2.fault->kind = base::FaultKind::conflict;
  ec2.fault->code = "InvalidIPAddress.InUse";
  const auto outcome = perform(allocation("203.0.113.7", ""));
  EXPECT_EQ(outcome.reason, "AddressNotAvailable");
  EXPECT_TRUE(outcome.stalled);
  EXPECT_FALSE(outcome.refused) << "it may become free";
  Step recovery = allocation("203.0.113.7", "");
  recovery.intent->recovery = true;
  EXPECT_TRUE(perform(recovery).refused) << "another one will do";
  EXPECT_EQ(perform(allocation("", "pool")).reason, "Conflict");
}

TEST_F(EipPerformer, AllocatesWithTheTagsAndTellsTheAddress) {
  const auto outcome = perform(allocation("203.0.113.7", ""));
  ASSERT_TRUE(outcome.ok);
  EXPECT_EQ(ec2.calls, std::vector<std::string>{"AllocateAddress 203.0.113.7,"});
  EXPECT_EQ(outcome.address.public_ip, "203.0.113.7");
  EXPECT_EQ(outcome.address.tags, (domain::Tags{{"team", "a"}}));
  EXPECT_EQ(ec2.held.at(outcome.address.allocation_id).tags, outcome.address.tags);
}

TEST_F(EipPerformer, AsksForTheAddressThatAnAllocationFromAPoolDoesNotTell) {
  const auto outcome = perform(allocation("", "ipv4pool-ec2-1"));
  ASSERT_TRUE(outcome.ok);
  EXPECT_EQ(outcome.address.public_ip, "198.51.100.1");
  EXPECT_EQ(outcome.address.public_ipv4_pool, "ipv4pool-ec2-1");
  EXPECT_EQ(ec2.calls.back(), "DescribeAddresses allocation-id=eipalloc-1");
}

TEST_F(EipPerformer, AssociatesAndMovesOnlyWhatIsOnSomething) {
  Step step = over(StepKind::associate);
  const auto outcome = perform(step);
  EXPECT_EQ(outcome.association_id, "eipassoc-1");
  EXPECT_EQ(ec2.calls.back(), "AssociateAddress eipalloc-x,eni-1,10.0.0.5,new");
  step.address.association_id = outcome.association_id;
  perform(step);
  EXPECT_EQ(ec2.calls.back(), "AssociateAddress eipalloc-x,eni-1,10.0.0.5,moving");
}

TEST_F(EipPerformer, NamesTheAssociationThatItEnds) {
  Step step = over(StepKind::disassociate);
  ec2.held["eipalloc-x"].association_id = step.address.association_id = "eipassoc-9";
  EXPECT_TRUE(perform(step).ok);
  EXPECT_EQ(ec2.calls.back(), "DisassociateAddress eipassoc-9");
  EXPECT_TRUE(perform(step).not_found);
}

TEST_F(EipPerformer, ReleasesInTheGroupOfTheAddress) {
  EXPECT_TRUE(perform(over(StepKind::release)).ok);
  EXPECT_EQ(ec2.calls.back(), "ReleaseAddress eipalloc-x,us-east-1");
  EXPECT_TRUE(ec2.held.empty());
}

TEST_F(EipPerformer, SetsAndRemovesTags) {
  for (const auto kind : {StepKind::take_over, StepKind::set_tags}) {
    Step set = over(kind);
    set.tags.set = {{domain::name_of(kind), "v"}};
    EXPECT_TRUE(perform(set).ok);
  }
  EXPECT_EQ(ec2.held["eipalloc-x"].tags, (aws::Tags{{"take_over", "v"}, {"set_tags", "v"}}));
  Step remove = over(StepKind::remove_tags);
  remove.tags.remove = {"take_over"};
  EXPECT_TRUE(perform(remove).ok);
  EXPECT_EQ(ec2.held["eipalloc-x"].tags, (aws::Tags{{"set_tags", "v"}}));
}

TEST_F(EipPerformer, TellsWhyACallFailed) {
  ec2.fault = base::Fault{base::FaultKind::unavailable, "InternalError", "trouble", true, {}};
  for (const auto kind : {StepKind::associate, StepKind::disassociate, StepKind::release, StepKind::take_over,
                          StepKind::set_tags, StepKind::remove_tags}) {
    const auto outcome = perform(over(kind));
    EXPECT_FALSE(outcome.ok) << domain::name_of(kind);
    EXPECT_TRUE(outcome.effect_possible);
    EXPECT_EQ(outcome.reason, "EC2Unavailable");
  }
  EXPECT_FALSE(perform(allocation("", "")).ok);
}

TEST_F(EipPerformer, PaysEachStepFromTheBucketOfItsCall) {
  EXPECT_EQ(app::action_of(step(StepKind::record_intent)), aws::Action::allocate_address);
  EXPECT_EQ(app::action_of(step(StepKind::allocate)), aws::Action::allocate_address);
  EXPECT_EQ(app::action_of(step(StepKind::take_over)), aws::Action::create_tags);
  EXPECT_EQ(app::action_of(step(StepKind::remove_tags)), aws::Action::delete_tags);
}

}  // namespace
