#include "ec2_double/control.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "ec2_double/metadata.hpp"

namespace ec2_double {
namespace {

const Time kNow{std::chrono::hours(500'000)};

class Control : public testing::Test {
 protected:
  Reply ask(std::string_view method, std::string_view what, std::string_view body = "") {
    return control(ec2, initial, method, what, body, kNow);
  }
  std::string error(const Reply& reply) { return std::string(reply.body.at("error").as_string()); }
  void call(const std::string& action) { ec2.handle({.body = "Action=" + action, .headers = {}}, kNow); }

  World initial{"us-east-1", 3};
  Double ec2{initial};
};

TEST_F(Control, TheWorldIsShownAndSeeded) {
  EXPECT_EQ(ask("GET", "health").status, 200);
  EXPECT_EQ(ask("PUT", "world", R"({"recoverable": ["203.0.113.7"]})").status, 200);
  EXPECT_EQ(ask("PUT", "settings", R"({"attach_ms": 1500})").status, 200);
  const auto world = ask("GET", "world").body;
  EXPECT_EQ(world.at("recoverable"), boost::json::array{"203.0.113.7"});
  EXPECT_EQ(world.at("settings").at("attach_ms"), 1500);
}

TEST_F(Control, AResetGoesBackToTheStartOrToAGivenWorld) {
  const auto dumped = boost::json::serialize(ask("GET", "world").body);
  ask("PUT", "world", R"({"recoverable": ["203.0.113.7"]})");
  ask("POST", "rules", "{}");
  call("DescribeAddresses");
  EXPECT_EQ(ask("POST", "reset").status, 200);
  EXPECT_EQ(boost::json::serialize(ask("GET", "world").body), dumped);
  EXPECT_TRUE(ask("GET", "rules").body.as_array().empty());
  EXPECT_TRUE(ask("GET", "calls").body.as_array().empty());
  EXPECT_EQ(ask("POST", "reset", R"({"region": "eu-west-1"})").status, 200);
  EXPECT_EQ(ask("GET", "world").body.at("region"), "eu-west-1");
  EXPECT_TRUE(ask("GET", "world").body.at("availability_zones").as_array().empty());
}

TEST_F(Control, RulesComeAndGo) {
  const auto first = std::string(ask("POST", "rules", R"({"action": "A"})").body.at("id").as_string());
  ask("POST", "rules", R"({"action": "B"})");
  EXPECT_EQ(ask("GET", "rules").body.as_array().size(), 2u);
  EXPECT_EQ(ask("DELETE", "rules/" + first).status, 200);
  ASSERT_EQ(ask("GET", "rules").body.as_array().size(), 1u);
  EXPECT_EQ(ask("GET", "rules").body.at(0).at("action"), "B");
  EXPECT_EQ(ask("DELETE", "rules/" + first).status, 404);
  EXPECT_EQ(ask("DELETE", "rules").status, 200);
  EXPECT_TRUE(ask("GET", "rules").body.as_array().empty());
}

TEST_F(Control, TheLogIsShownFromANumberOn) {
  for (const auto* action : {"A", "B", "C"}) call(action);
  EXPECT_EQ(ask("GET", "calls").body.as_array().size(), 3u);
  const auto later = ask("GET", "calls?since=1").body;
  ASSERT_EQ(later.as_array().size(), 2u);
  EXPECT_EQ(later.at(0).at("action"), "B");
  EXPECT_EQ(later.at(0).at("number"), 2);
  EXPECT_TRUE(ask("GET", "calls?since=3").body.as_array().empty());
  EXPECT_EQ(error(ask("GET", "calls?since=x")), "since: a whole number is wanted");
  EXPECT_EQ(ask("GET", "calls?from=1").status, 400);
}

TEST_F(Control, TheLogForgetsWhatNobodyLooksBackTo) {
  for (std::size_t count = 0; count < Double::kLoggedCalls + 5; ++count) call("A");
  EXPECT_EQ(ask("GET", "health").body.at("calls"), Double::kLoggedCalls + 5);
  EXPECT_EQ(ask("GET", "calls").body.as_array().size(), Double::kLoggedCalls);
  EXPECT_EQ(ask("GET", "calls?since=5").body.as_array().size(), Double::kLoggedCalls);
  EXPECT_EQ(error(ask("GET", "calls?since=4")), "since: the log begins with call 6");
}

TEST_F(Control, ADrainedBucketIsEmpty) {
  ec2.world.settings.rate_limits = 1;
  EXPECT_EQ(ask("POST", "drain", R"({"action": "DescribeAddresses"})").status, 200);
  EXPECT_FALSE(ec2.buckets.take("DescribeAddresses", Params("Action=DescribeAddresses"), 1, kNow));
  EXPECT_TRUE(ec2.buckets.take("AllocateAddress", Params("Action=AllocateAddress"), 1, kNow));
  EXPECT_EQ(ask("POST", "drain", "{}").status, 400);
}

TEST_F(Control, WhatMakesNoSenseIsSaid) {
  EXPECT_EQ(ask("GET", "wold").status, 404);
  EXPECT_EQ(ask("DELETE", "world").status, 405);
  EXPECT_EQ(ask("PUT", "world", "{").status, 400);
  EXPECT_EQ(error(ask("PUT", "world", R"({"pols": []})")), "pols: unknown");
  EXPECT_EQ(error(ask("PUT", "settings", R"({"x": 1})")), "settings.x: unknown");
  EXPECT_EQ(ask("POST", "rules", R"({"act": "explode"})").status, 400);
}

TEST(Metadata, GivesCredentialsAndTheRegion) {
  const World world("eu-west-1");
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  EXPECT_TRUE(metadata(world, "PUT", "/latest/api/token", kNow));
  const auto role = metadata(world, "GET", roles, kNow);
  ASSERT_TRUE(role);
  const auto found = metadata(world, "GET", roles + *role, kNow);
  ASSERT_TRUE(found);
  const auto credentials = boost::json::parse(*found);
  EXPECT_EQ(credentials.at("Code"), "Success");
  EXPECT_EQ(credentials.at("Expiration"), "2027-01-15T14:00:00Z");
  EXPECT_EQ(metadata(world, "GET", "/latest/meta-data/placement/region", kNow), "eu-west-1");
  EXPECT_EQ(metadata(world, "GET", "/latest/meta-data/hostname", kNow), std::nullopt);
  EXPECT_EQ(metadata(world, "GET", "/latest/api/token", kNow), std::nullopt);
}

}  // namespace
}  // namespace ec2_double
