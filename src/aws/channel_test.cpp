#include "aws/channel.hpp"

#include <gmock/gmock.h>

#include "aws/error_codes.hpp"
#include "base/scope.hpp"
#include "fakes/aws_fixture.hpp"

using namespace std::chrono_literals;
using aws::Action;
using aws::Answer;
using base::FaultKind;
using base::Result;
using testing::HasSubstr;
using testing::Not;

namespace aws {
namespace {

struct ChannelTest : AwsFixture {
  static aws::Call call(Action action) {
    aws::Call made;
    made.action = action;
    made.body = "Action=" + std::string(name_of(action));
    return made;
  }
  Result<Answer> send(Action action) { return run(channel.send(call(action))); }
};

TEST_F(ChannelTest, ACallIsASignedFormToTheServicesEndpoint) {
  transport.on_request = [](const http::Request&) { return fakes::answer(200, "<R/>"); };
  const auto answer = send(Action::describe_addresses);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "<R/>");
  ASSERT_TRUE(send(Action::get_caller_identity));
  const auto& request = transport.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://ec2.test/");
  EXPECT_EQ(request.body, "Action=DescribeAddresses");
  ASSERT_EQ(request.headers.size(), 1u) << "curl 7.88 signs all that it is given";
  EXPECT_EQ(request.headers[0].second, "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(request.signature->region, "eu-west-1");
  EXPECT_EQ(request.signature->service, "ec2");
  EXPECT_EQ(request.signature->session_token, "hidden-token");
  EXPECT_EQ(transport.requests[1].url, "https://sts.test/");
  EXPECT_EQ(transport.requests[1].signature->service, "sts");
  EXPECT_EQ(requests(Action::describe_addresses, "ok"), 1);
  EXPECT_THAT(aws::user_agent(), testing::StartsWith("k8s-aws-operator/"));
  EXPECT_THAT(aws::user_agent(), Not(HasSubstr("region/")));
}

TEST_F(ChannelTest, AReadIsTriedThreeTimesAndEachAttemptPaysAToken) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(503, ec2_error("RequestLimitExceeded"));
  };
  const auto answer = send(Action::describe_addresses);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FaultKind::throttled);
  EXPECT_FALSE(answer.error().effect_possible);
  EXPECT_EQ(transport.requests.size(), 3u);
  EXPECT_EQ(requests(Action::describe_addresses, "RequestLimitExceeded"), 3);
  EXPECT_EQ(metrics
                .counter("aws_ec2_throttled_total", "AWS requests refused for their rate",
                         {{"action", "DescribeAddresses"}})
                .Value(),
            3);
}

TEST_F(ChannelTest, AReadThatSucceedsLaterTellsWhenThatAttemptWasSent) {
  const auto begun = clock.now();
  transport.on_request = [&](const http::Request&) {
    return transport.requests.empty() ? fakes::answer(500, "<html>oops") : fakes::answer(200, "<R/>");
  };
  const auto answer = send(Action::describe_addresses);
  ASSERT_TRUE(answer);
  EXPECT_GT(answer->sent, begun);
}

TEST_F(ChannelTest, TheServersWishForAWaitCounts) {
  transport.on_request = [&](const http::Request&) {
    return transport.requests.empty() ? fakes::answer(503, "", {{"retry-after", "3"}})
                                      : fakes::answer(200, "<R/>");
  };
  const auto value = start(channel.send(call(Action::describe_addresses)));
  clock.advance(2900ms);
  EXPECT_FALSE(value->has_value());
  clock.advance(200ms);
  EXPECT_TRUE(value->has_value());
}

TEST_F(ChannelTest, AReadIsNotTriedAgainOnARefusal) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(403, ec2_error("UnauthorizedOperation"));
  };
  EXPECT_EQ(send(Action::describe_addresses).error().kind, FaultKind::denied);
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(ChannelTest, ACallWithAnEffectIsSentOnceWhateverHappens) {
  for (const auto& reply :
       {fakes::answer(500, ec2_error("InternalError")), fakes::answer(503, ec2_error("RequestLimitExceeded")),
        fakes::no_answer(FaultKind::unavailable, true), fakes::no_answer(FaultKind::unavailable, false),
        fakes::after(fakes::FakeTransport::kNever, fakes::answer(200, ""))}) {
    transport.requests.clear();
    transport.on_request = [&](const http::Request&) { return reply; };
    EXPECT_FALSE(send(Action::allocate_address));
    EXPECT_EQ(transport.requests.size(), 1u);
  }
}

TEST_F(ChannelTest, TheDeadlineOfACallWithAnEffectLeavesItsEffectPossible) {
  transport.on_request = [](const http::Request&) {
    return fakes::after(fakes::FakeTransport::kNever, fakes::answer(200, ""));
  };
  const auto value = start(channel.send(call(Action::allocate_address)));
  clock.advance(14999ms);
  EXPECT_FALSE(value->has_value());
  clock.advance(1ms);
  ASSERT_TRUE(value->has_value());
  EXPECT_EQ((*value)->error().kind, FaultKind::timed_out);
  EXPECT_TRUE((*value)->error().effect_possible);
  EXPECT_EQ(transport.withdrawn, 1);
  EXPECT_LT(transport.requests[0].timeout, 15s);
}

TEST_F(ChannelTest, AStopWaitsForACallWithAnEffectAndWithdrawsARead) {
  transport.on_request = [](const http::Request&) { return fakes::after(5s, fakes::answer(200, "<R/>")); };
  base::TaskScope scope(context.get_executor());
  bool returned = false;
  const auto work = [](aws::Channel& by, aws::Call what, bool& done) -> base::Task<> {
    auto answer = co_await by.send(std::move(what));
    done = answer.has_value();
  };
  bool read_returned = false;
  scope.spawn(work(channel, call(Action::allocate_address), returned));
  scope.spawn(work(channel, call(Action::describe_addresses), read_returned));
  clock.advance(1s);
  EXPECT_EQ(transport.in_flight, 2);
  scope.stop();
  clock.settle();
  EXPECT_EQ(transport.in_flight, 1);
  EXPECT_EQ(transport.withdrawn, 1);
  clock.advance(5s);
  EXPECT_TRUE(returned) << "the outcome reaches the caller";
  EXPECT_FALSE(read_returned);
  EXPECT_EQ(scope.size(), 0u);
}

TEST_F(ChannelTest, AStopBeforeSendingMeansNothingIsSent) {
  base::TaskScope scope(context.get_executor());
  std::vector<PermitPtr> all;
  for (int i = 0; i < 51; ++i) {
    all.push_back(throttle.acquire(Action::allocate_address));
    aws::Throttle::spend(*all.back());
  }
  const auto work = [](aws::Channel& by, aws::Call what) -> base::Task<> {
    co_await by.send(std::move(what));
  };
  scope.spawn(work(channel, call(Action::allocate_address)));
  clock.settle();
  scope.stop();
  clock.advance(1min);
  EXPECT_TRUE(transport.requests.empty());
  EXPECT_EQ(scope.size(), 0u);
}

TEST_F(ChannelTest, RefusedCredentialsAreReplacedOnceEvenForACallWithAnEffect) {
  credentials.after_invalidate = *credentials.now;
  credentials.after_invalidate->access_key_id = "AKIA2";
  transport.on_request = [](const http::Request& request) {
    return request.signature->access_key_id == "AKIA2" ? fakes::answer(200, "<R/>")
                                                       : fakes::answer(401, ec2_error("AuthFailure"));
  };
  EXPECT_TRUE(send(Action::allocate_address));
  EXPECT_EQ(transport.requests.size(), 2u);
  EXPECT_EQ(credentials.invalidated, 1);
}

TEST_F(ChannelTest, WithoutOtherCredentialsARefusalIsOneClearLine) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(403,
                         ec2_error("SignatureDoesNotMatch", "It quotes hidden-token and hidden-secret."));
  };
  const auto answer = send(Action::describe_addresses);
  ASSERT_FALSE(answer);
  EXPECT_EQ(transport.requests.size(), 1u) << "the same credentials are not tried again";
  EXPECT_THAT(answer.error().message, HasSubstr("the credentials are those of a test"));
  EXPECT_THAT(answer.error().message, Not(HasSubstr("hidden")));
  EXPECT_FALSE(answer.error().effect_possible);
}

TEST_F(ChannelTest, OtherCredentialsThatAreRefusedTooEndIt) {
  credentials.after_invalidate = *credentials.now;
  credentials.after_invalidate->access_key_id = "AKIA2";
  transport.on_request = [](const http::Request&) { return fakes::answer(401, ec2_error("AuthFailure")); };
  EXPECT_EQ(send(Action::allocate_address).error().code, kCredentialsRefused);
  EXPECT_EQ(transport.requests.size(), 2u);
}

TEST_F(ChannelTest, AWrongClockIsNamedAsTheReason) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(401, ec2_error("AuthFailure"), {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}});
  };
  const auto answer = send(Action::describe_addresses);
  EXPECT_THAT(answer.error().message, HasSubstr("ahead of that of AWS"));
  EXPECT_EQ(credentials.invalidated, 0) << "new credentials would not help";
}

TEST_F(ChannelTest, WithoutCredentialsNothingIsSentAndTheTokenGoesBack) {
  credentials.now = credentials_fault("no AWS credentials found");
  const auto answer = send(Action::allocate_address);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "AllocateAddress: no AWS credentials found");
  EXPECT_FALSE(answer.error().effect_possible);
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(ChannelTest, APermitThatIsHandedOverIsTheOneThatIsSpent) {
  auto with_permit = call(Action::allocate_address);
  with_permit.permit = throttle.acquire(Action::allocate_address);
  transport.on_request = [](const http::Request&) { return fakes::answer(200, "<R/>"); };
  ASSERT_TRUE(run(channel.send(std::move(with_permit)), 0s));
  std::vector<PermitPtr> rest;
  for (int i = 0; i < 48; ++i) rest.push_back(throttle.acquire(Action::allocate_address));
  EXPECT_EQ(rest.back()->wait(), 0s);
  EXPECT_GT(throttle.acquire(Action::allocate_address)->wait(), 0s);
}

}  // namespace
}  // namespace aws
