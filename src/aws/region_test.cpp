#include "aws/region.hpp"

#include <gtest/gtest.h>

#include "aws/clock_skew.hpp"
#include "base/time_text.hpp"

using namespace std::chrono_literals;

namespace {

aws::Environment env(std::map<std::string, std::string> variables) {
  return aws::Environment(std::move(variables));
}

TEST(Region, NamesThatMayEndUpInAHostAreChecked) {
  for (const auto* good : {"eu-west-1", "us-gov-west-1", "mars-north-7", "local"})
    EXPECT_TRUE(aws::valid_region(good)) << good;
  for (const auto* bad : {"", "-a", "a-", "eu_west_1", "eu-west-1.evil.org", "a/b", "a b", "eu-west-1\n"})
    EXPECT_FALSE(aws::valid_region(bad)) << bad;
}

TEST(Region, ComesFromAwsRegionThenAwsDefaultRegion) {
  EXPECT_EQ(*aws::region_from_environment(env({{"AWS_REGION", "a-1"}, {"AWS_DEFAULT_REGION", "b-1"}})),
            "a-1");
  EXPECT_EQ(*aws::region_from_environment(env({{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "b-1"}})), "b-1");
  EXPECT_EQ(*aws::region_from_environment(env({})), "");
  const auto bad = aws::region_from_environment(env({{"AWS_DEFAULT_REGION", "b/1"}}));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "AWS_DEFAULT_REGION is no region's name: b/1");
}

TEST(Region, HostsFollowThePartition) {
  struct Case {
    const char* region;
    aws::EndpointVariants variants;
    const char* host;
  };
  const Case cases[] = {
      {"eu-west-1", {}, "ec2.eu-west-1.amazonaws.com"},
      {"xx-new-9", {}, "ec2.xx-new-9.amazonaws.com"},
      {"cn-north-1", {}, "ec2.cn-north-1.amazonaws.com.cn"},
      {"us-gov-west-1", {}, "ec2.us-gov-west-1.amazonaws.com"},
      {"us-gov-west-1", {.fips = true}, "ec2.us-gov-west-1.amazonaws.com"},
      {"us-isob-east-1", {}, "ec2.us-isob-east-1.sc2s.sgov.gov"},
      {"us-iso-east-1", {}, "ec2.us-iso-east-1.c2s.ic.gov"},
      {"eusc-de-east-1", {}, "ec2.eusc-de-east-1.amazonaws.eu"},
      {"us-east-1", {.fips = true}, "ec2-fips.us-east-1.amazonaws.com"},
      {"us-east-1", {.dual_stack = true}, "ec2.us-east-1.api.aws"},
      {"us-east-1", {.fips = true, .dual_stack = true}, "ec2-fips.us-east-1.api.aws"},
  };
  for (const auto& [region, variants, host] : cases)
    EXPECT_EQ(aws::endpoint_host("ec2", region, variants), host);
}

TEST(Region, EndpointsCanBeSetForOneServiceOrForBoth) {
  const auto own = aws::endpoints_for("eu-west-1", env({}));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->ec2, "https://ec2.eu-west-1.amazonaws.com/");
  EXPECT_EQ(own->sts, "https://sts.eu-west-1.amazonaws.com/");
  const auto set = aws::endpoints_for("eu-west-1", env({{"AWS_ENDPOINT_URL", "http://127.0.0.1:5000"},
                                                        {"AWS_ENDPOINT_URL_STS", "https://sts.test/x"}}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->ec2, "http://127.0.0.1:5000/");
  EXPECT_EQ(set->sts, "https://sts.test/x/");
  const auto ignored = aws::endpoints_for(
      "eu-west-1",
      env({{"AWS_ENDPOINT_URL", "http://127.0.0.1:5000"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}}));
  ASSERT_TRUE(ignored);
  EXPECT_EQ(ignored->ec2, own->ec2);
  for (const auto* bad : {"127.0.0.1:5000", "ftp://x", "http://", "http:///x", "http://u:p@h", "http://h/?q"})
    EXPECT_FALSE(aws::endpoints_for("eu-west-1", env({{"AWS_ENDPOINT_URL_EC2", bad}}))) << bad;
  EXPECT_FALSE(aws::endpoints_for(
      "eu-west-1", env({{"AWS_ENDPOINT_URL", "http://h"}, {"AWS_USE_FIPS_ENDPOINT", "true"}})));
  EXPECT_FALSE(aws::endpoints_for("bad/region", env({})));
}

TEST(ClockSkew, AnHttpDateIsReadAndNothingElse) {
  const auto at = aws::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(at);
  EXPECT_EQ(at->time_since_epoch(), 784111777s);
  for (const auto* bad :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 06 Nov 1994 -1:49:37 GMT"})
    EXPECT_FALSE(aws::parse_http_date(bad)) << bad;
  EXPECT_EQ(aws::parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT"), base::kLastTime);
}

TEST(ClockSkew, IsTheDifferenceToTheAnswersDateUnlessItProvesNothing) {
  const base::WallTime wall{784111777s};
  http::Response response{200, {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}}, ""};
  EXPECT_EQ(aws::clock_skew(response, wall - 601s, wall - 599s), 600s);
  EXPECT_EQ(aws::clock_skew(response, wall, wall), 0s);
  EXPECT_FALSE(aws::clock_skew(response, wall, wall + 16min));
  EXPECT_FALSE(aws::clock_skew({}, wall, wall));
  response.headers.emplace_back("age", "7");
  EXPECT_FALSE(aws::clock_skew(response, wall, wall));
  EXPECT_EQ(aws::skew_advice(240s), "");
  EXPECT_EQ(aws::skew_advice({}), "");
  EXPECT_NE(aws::skew_advice(241s).find("241 s behind"), std::string::npos);
  EXPECT_NE(aws::skew_advice(-600s).find("600 s ahead of"), std::string::npos);
}

}  // namespace
