#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;
using Fate = Answer::Fate;

struct DoubleTest : DoubleFixture {
  std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers)
      if (key == name) return value;
    return {};
  }
  // One call under a rule.
  Read with(
      Rule::Do act, const std::function<void(Rule&)>& more = [](Rule&) {},
      const std::string& action = "AllocateAddress") {
    Rule rule;
    rule.act = act;
    more(rule);
    ec2.rules.clear();
    ec2.rules.add(rule);
    return call(action);
  }
  std::size_t addresses() { return world.addresses.all().size(); }
  // The code, and status, of a call that is signed like this.
  std::string signed_as(const std::string& value, Time date,
                        const std::string& action = "DescribeAddresses") {
    const Request request{form(action), {{"Authorization", value}, {"X-Amz-Date", amz_date(date)}}};
    const auto result = read(ec2.handle(request, now));
    auto code = result.text("Errors/Error/Code");
    if (code.empty()) code = result.text("Error/Code");
    return code + " " + std::to_string(result.answer.status);
  }
  std::string signed_at(Time date) { return signed_as(authorization(date), date); }
};

TEST_F(DoubleTest, ASuccessHasItsEnvelope) {
  const auto result = done("DescribeAddresses");
  EXPECT_THAT(result.answer.body,
              StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeAddressesResponse "
                         "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>"));
  EXPECT_EQ(header(result.answer, "Date"), "Fri, 15 Jan 2027 08:00:00 GMT");
  EXPECT_THAT(header(result.answer, "Content-Type"), StartsWith("text/xml"));
  EXPECT_NE(result.text("requestId"), done("DescribeAddresses").text("requestId"));
}

TEST_F(DoubleTest, AnErrorHasItsEnvelope) {
  const auto result = call("ReleaseAddress");
  EXPECT_EQ(result.answer.status, 400);
  EXPECT_THAT(result.answer.body,
              HasSubstr("\n<Response><Errors><Error><Code>MissingParameter</Code><Message>"));
  EXPECT_EQ(result.text("RequestID").size(), 36u);
  EXPECT_EQ(header(result.answer, "Date"), "Fri, 15 Jan 2027 08:00:00 GMT");
}

TEST_F(DoubleTest, AnUnknownActionIsInvalid) {
  EXPECT_EQ(code("MoveTheMoon"), "InvalidAction");
  EXPECT_EQ(code(""), "MissingAction");
}

TEST_F(DoubleTest, TheSameCallsGiveTheSameAnswers) {
  Double twin{ec2};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ec2.handle(request("AllocateAddress"), now).body,
              twin.handle(request("AllocateAddress"), now).body);
}

TEST_F(DoubleTest, ADryRunIsCheckedAndHasNoEffect) {
  const auto dry = call("AllocateAddress", {{"DryRun", "true"}});
  EXPECT_EQ(dry.text("Errors/Error/Code"), "DryRunOperation");
  EXPECT_EQ(dry.answer.status, 412);
  EXPECT_EQ(addresses(), 0u);
  EXPECT_FALSE(ec2.calls.back().effect);
  EXPECT_EQ(code("ReleaseAddress", {{"DryRun", "true"}, {"AllocationId", "eipalloc-1"}}),
            "InvalidAllocationID.NotFound");
  EXPECT_EQ(code("AllocateAddress", {{"DryRun", "perhaps"}}), "InvalidParameterValue");
}

TEST_F(DoubleTest, WhoCallsIsLookedAt) {
  EXPECT_EQ(signed_at(now), " 200");
  const Request unsigned_request{form("DescribeAddresses"), {}};
  EXPECT_EQ(read(ec2.handle(unsigned_request, now)).text("Errors/Error/Code"), "MissingAuthenticationToken");
  EXPECT_EQ(signed_as("Basic eDp5", now), "IncompleteSignature 400");
  EXPECT_EQ(signed_as("AWS4-HMAC-SHA256 Credential=A/B/C", now), "IncompleteSignature 400");
  EXPECT_EQ(signed_as(authorization(now - 24h), now), "SignatureDoesNotMatch 403");
  EXPECT_EQ(signed_as(authorization(now, "AKIA1", "ec2", "eu-west-1"), now), "AuthFailure 401");
  EXPECT_EQ(signed_as(authorization(now, "AKIA1", "sts"), now), "AuthFailure 401");
  EXPECT_EQ(signed_as(authorization(now, "AKIA1", "ec2"), now, "GetCallerIdentity"), "AuthFailure 401");
  EXPECT_EQ(signed_as(authorization(now, "AKIA1", "sts"), now, "GetCallerIdentity"), " 200");
  EXPECT_EQ(ec2.calls.back().access_key_id, "AKIA1");
}

TEST_F(DoubleTest, ClocksMayDifferByFiveMinutes) {
  EXPECT_EQ(signed_at(now - 5min), " 200");
  EXPECT_EQ(signed_at(now + 5min), " 200");
  EXPECT_EQ(signed_at(now - 6min), "AuthFailure 401");
  EXPECT_EQ(signed_at(now + 6min), "AuthFailure 401");
  EXPECT_EQ(signed_at(now + 6h), "AuthFailure 401");
  EXPECT_EQ(signed_at(now - 16min), "RequestExpired 400");
}

TEST_F(DoubleTest, CredentialsOfStsExpire) {
  world.sessions["ASIA1"] = now + 1min;
  EXPECT_EQ(signed_as(authorization(now, "ASIA1"), now), " 200");
  now += 1min;
  EXPECT_EQ(signed_as(authorization(now, "ASIA1"), now), "RequestExpired 400");
  EXPECT_EQ(signed_as(authorization(now, "ASIA1", "sts"), now, "GetCallerIdentity"),
            "ExpiredTokenException 403");
  EXPECT_EQ(signed_as(authorization(now, "AKIA1"), now), " 200");
}

TEST_F(DoubleTest, AnEmptyBucketRefuses) {
  world.settings.rate_limits = 0.02;  // one call, and one more in ten seconds
  EXPECT_EQ(code("AssociateAddress"), "InvalidParameterCombination");
  const auto refused = call("AssociateAddress");
  EXPECT_EQ(refused.text("Errors/Error/Code"), "RequestLimitExceeded");
  EXPECT_EQ(refused.answer.status, 503);
  now += 10s;
  EXPECT_EQ(code("AssociateAddress"), "InvalidParameterCombination");
}

TEST_F(DoubleTest, EveryCallIsLogged) {
  done("AllocateAddress", {{"Domain", "vpc"}});
  now += 5s;
  call("ReleaseAddress", {{"AllocationId", "eipalloc-1"}});
  ASSERT_EQ(ec2.calls.size(), 2u);
  const auto& first = ec2.calls[0];
  EXPECT_EQ(first.number, 1u);
  EXPECT_EQ(first.action, "AllocateAddress");
  EXPECT_EQ(first.parameters.at("Domain"), "vpc");
  EXPECT_EQ(first.access_key_id, "AKIA1");
  EXPECT_EQ(first.status, 200);
  EXPECT_TRUE(first.effect);
  const auto& second = ec2.calls[1];
  EXPECT_EQ(second.number, 2u);
  EXPECT_EQ(second.at, now);
  EXPECT_EQ(second.status, 400);
  EXPECT_EQ(second.error, "InvalidAllocationID.NotFound");
  EXPECT_FALSE(second.effect);
}

// Faults

TEST_F(DoubleTest, ALateAnswerIsAnAnswer) {
  const auto late = with(Rule::Do::latency, [](Rule& rule) { rule.latency = 3s; });
  EXPECT_EQ(late.answer.latency, 3s);
  EXPECT_EQ(late.answer.status, 200);
  EXPECT_EQ(ec2.calls.back().fault, "latency");
  EXPECT_EQ(done("DescribeAddresses").answer.latency, 0s);
}

TEST_F(DoubleTest, ACutConnectionMayHaveHadItsEffect) {
  const auto before = with(Rule::Do::reset_before, [](Rule& rule) { rule.latency = 1s; });
  EXPECT_EQ(before.answer.fate, Fate::cut);
  EXPECT_EQ(before.answer.latency, 1s);
  EXPECT_EQ(addresses(), 0u);
  EXPECT_FALSE(ec2.calls.back().effect);
  EXPECT_EQ(ec2.calls.back().status, 0);
  EXPECT_EQ(with(Rule::Do::reset_after).answer.fate, Fate::cut);
  EXPECT_EQ(addresses(), 1u);
  EXPECT_TRUE(ec2.calls.back().effect);
  EXPECT_EQ(ec2.calls.back().status, 0);
}

TEST_F(DoubleTest, AHangTakesEffectAndNeverAnswers) {
  EXPECT_EQ(with(Rule::Do::hang).answer.fate, Fate::hang);
  EXPECT_EQ(addresses(), 1u);
}

TEST_F(DoubleTest, ABodyMayBeCutOrNonsense) {
  const auto whole = done("DescribeAddresses").answer.body.size();
  const auto cut = with(
      Rule::Do::truncate, [](Rule&) {}, "DescribeAddresses");
  EXPECT_TRUE(cut.answer.cut_in_body);
  EXPECT_EQ(cut.answer.fate, Fate::answered);
  EXPECT_LT(cut.answer.body.size(), whole);
  const auto garbled = with(Rule::Do::garble);
  EXPECT_FALSE(pugi::xml_document().load_string(garbled.answer.body.c_str()));
  EXPECT_EQ(garbled.answer.status, 200);
  EXPECT_EQ(addresses(), 1u);
}

TEST_F(DoubleTest, AnErrorComesInsteadOfTheEffectOrAfterIt) {
  const auto code = [](Rule& rule) {
    rule.code = "Unavailable";
    rule.status = 503;
  };
  const auto before = with(Rule::Do::error, code);
  EXPECT_EQ(before.text("Errors/Error/Code"), "Unavailable");
  EXPECT_EQ(before.answer.status, 503);
  EXPECT_EQ(addresses(), 0u);
  EXPECT_EQ(ec2.calls.back().error, "Unavailable");
  EXPECT_EQ(with(Rule::Do::error).text("Errors/Error/Code"), "InternalError");
  const auto after = with(Rule::Do::error_after, code);
  EXPECT_EQ(after.text("Errors/Error/Code"), "Unavailable");
  EXPECT_EQ(addresses(), 1u);
  EXPECT_EQ(ec2.calls.back().error, "Unavailable");
  EXPECT_TRUE(ec2.calls.back().effect);
}

TEST_F(DoubleTest, AStormOfThrottlingHasNoEffect) {
  const auto refused = with(Rule::Do::throttle);
  EXPECT_EQ(refused.text("Errors/Error/Code"), "RequestLimitExceeded");
  EXPECT_EQ(refused.answer.status, 503);
  EXPECT_EQ(addresses(), 0u);
}

TEST_F(DoubleTest, CredentialsExpireByRule) {
  EXPECT_EQ(with(Rule::Do::expire).text("Errors/Error/Code"), "RequestExpired");
  EXPECT_EQ(addresses(), 0u);
  const auto sts = with(
      Rule::Do::expire, [](Rule&) {}, "GetCallerIdentity");
  EXPECT_EQ(sts.text("Error/Code"), "ExpiredTokenException");
  EXPECT_EQ(sts.answer.status, 403);
}

TEST_F(DoubleTest, ASkewedClockShowsInTheDateAndRefusesSignatures) {
  const auto little = with(Rule::Do::skew, [](Rule& rule) { rule.skew = 4min; });
  EXPECT_EQ(little.answer.status, 200);
  EXPECT_EQ(header(little.answer, "Date"), "Fri, 15 Jan 2027 08:04:00 GMT");
  const auto much = with(Rule::Do::skew, [](Rule& rule) { rule.skew = -10min; });
  EXPECT_EQ(much.text("Errors/Error/Code"), "AuthFailure");
  EXPECT_EQ(much.answer.status, 401);
  EXPECT_EQ(header(much.answer, "Date"), "Fri, 15 Jan 2027 07:50:00 GMT");
}

TEST_F(DoubleTest, ProbabilityIsDrawnFromTheSeed) {
  Rule rule;
  rule.act = Rule::Do::throttle;
  rule.times = 0;
  rule.probability = 0.3;
  ec2.rules.add(rule);
  Double twin{ec2};
  int throttled = 0;
  for (int i = 0; i < 1000; ++i) {
    const int status = ec2.handle(request("DescribeAddresses"), now).status;
    EXPECT_EQ(status, twin.handle(request("DescribeAddresses"), now).status);
    throttled += status == 503;
  }
  EXPECT_GT(throttled, 200);
  EXPECT_LT(throttled, 400);
}

}  // namespace
}  // namespace ec2_double
