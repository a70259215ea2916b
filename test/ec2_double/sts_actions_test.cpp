#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

struct StsTest : DoubleFixture {
  // Without any signature, since it is how credentials are had.
  Read assume(const std::string& name = "operator", const std::string& seconds = "3600") {
    const Parameters parameters{{"RoleArn", "arn:aws:iam::123456789012:role/eip"},
                                {"RoleSessionName", name},
                                {"WebIdentityToken", "header.payload.signature"},
                                {"DurationSeconds", seconds}};
    return read(ec2.handle({form("AssumeRoleWithWebIdentity", parameters), {}}, now));
  }
};

TEST_F(StsTest, SaysWhoCalls) {
  const auto result = read(ec2.handle(request("GetCallerIdentity", {}, "sts"), now));
  EXPECT_THAT(result.answer.body,
              HasSubstr("\n<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"));
  EXPECT_EQ(result.text("GetCallerIdentityResult/Account"), "123456789012");
  EXPECT_EQ(result.text("ResponseMetadata/RequestId").size(), 36u);
}

TEST_F(StsTest, GivesCredentialsThatExpire) {
  const auto result = assume();
  const auto field = [&](const std::string& name) {
    return result.text(("AssumeRoleWithWebIdentityResult/" + name).c_str());
  };
  const auto key = field("Credentials/AccessKeyId");
  EXPECT_THAT(key, StartsWith("ASIA"));
  EXPECT_NE(field("Credentials/SecretAccessKey"), "");
  EXPECT_NE(field("Credentials/SessionToken"), "");
  EXPECT_EQ(field("Credentials/Expiration"), "2027-01-15T09:00:00Z");
  EXPECT_EQ(field("AssumedRoleUser/Arn"), "arn:aws:sts::123456789012:assumed-role/eip/operator");
  const auto status = [&] {
    return ec2
        .handle({form("DescribeAddresses"),
                 {{"Authorization", authorization(now, key)}, {"X-Amz-Date", amz_date(now)}}},
                now)
        .status;
  };
  now += 1h - 1s;
  EXPECT_EQ(status(), 200);
  now += 1s;
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(ec2.calls.back().error, "RequestExpired");
}

TEST_F(StsTest, ErrorsHaveAnEnvelopeOfTheirOwn) {
  const auto result = assume("x");
  EXPECT_EQ(result.answer.status, 400);
  EXPECT_THAT(result.answer.body, HasSubstr("\n<ErrorResponse "));
  EXPECT_EQ(result.text("Error/Code"), "ValidationError");
  EXPECT_EQ(result.text("Error/Type"), "Sender");
  EXPECT_EQ(result.text("RequestId").size(), 36u);
  EXPECT_EQ(assume("a b").text("Error/Code"), "ValidationError");
  EXPECT_EQ(assume("operator", "899").text("Error/Code"), "ValidationError");
}

}  // namespace
}  // namespace ec2_double
