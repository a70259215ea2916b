#include "aws/query.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace {

const aws::Tags kTags{{"aws.k8s.logmein.com/uid", "0d6c1f0e-3c6a-4b66-9c0e-5b1c1f0a7a11"},
                      {"empty", ""},
                      {"owner", "team a & b = 100% *ü~/+"}};

std::map<std::string, std::string> our_bodies() {
  const aws::Tags one{*kTags.begin()};
  namespace q = aws::query;
  return {
      {"allocate, nothing set", q::allocate_address({})},
      {"allocate with tags", q::allocate_address({.address = {}, .public_ipv4_pool = {}, .tags = kTags})},
      {"allocate an exact address",
       q::allocate_address({.address = "203.0.113.7", .public_ipv4_pool = {}, .tags = {}})},
      {"allocate from a pool",
       q::allocate_address({.address = {}, .public_ipv4_pool = "ipv4pool-ec2-012345", .tags = one})},
      {"associate", q::associate_address({"eipalloc-1", "eni-1", "10.0.0.5", false})},
      {"associate, moving", q::associate_address({"eipalloc-1", "eni-1", "", true})},
      {"disassociate", q::disassociate_address("eipassoc-1")},
      {"release", q::release_address("eipalloc-1", "")},
      {"release in a border group", q::release_address("eipalloc-1", "us-west-2-lax-1")},
      {"create tags", q::create_tags("eipalloc-1", kTags)},
      {"delete tags", q::delete_tags("eipalloc-1", {"a b", "c/d"})},
      {"addresses by id", q::describe_addresses({"allocation-id", {"eipalloc-1", "eipalloc-2"}})},
      {"addresses by tag", q::describe_addresses({"tag:aws.k8s.logmein.com/uid", {"a*b?c\\d", "ü"}})},
      {"interfaces by address",
       q::describe_network_interfaces({"addresses.private-ip-address", {"10.0.0.5", "10.0.0.6"}}, "")},
      {"interfaces, next page",
       q::describe_network_interfaces({"attachment.instance-id", {"i-1"}}, "a+b/c==")},
      {"pools", q::describe_public_ipv4_pools("")},
      {"pools, next page", q::describe_public_ipv4_pools("t")},
      {"instances", q::describe_instances({"instance-id", {"i-1", "i-2"}}, "")},
      {"instances, next page", q::describe_instances({"instance-id", {"i-1"}}, "t")},
      {"instance types", q::describe_instance_types({"instance-type", {"m5.large", "c6in.32xlarge"}}, "")},
      {"instance types, next page", q::describe_instance_types({"instance-type", {"m5.large"}}, "t")},
      {"subnets", q::describe_subnets({"subnet-id", {"subnet-1", "subnet-2"}}, "")},
      {"subnets, next page", q::describe_subnets({"subnet-id", {"subnet-1"}}, "t")},
      {"groups by id", q::describe_security_groups({"group-id", {"sg-1", "sg-2"}}, "", "")},
      {"groups by name in a VPC, next page",
       q::describe_security_groups({"group-name", {"web & db", "a*"}}, "vpc-1", "t")},
      {"create an interface", q::create_network_interface({.subnet_id = "subnet-1",
                                                           .description = {},
                                                           .groups = {},
                                                           .secondary_private_ip_address_count = 0,
                                                           .tags = {},
                                                           .client_token = "token-1"})},
      {"create an interface with everything",
       q::create_network_interface({.subnet_id = "subnet-1",
                                    .description = "of a & b",
                                    .groups = {"sg-1", "sg-2"},
                                    .secondary_private_ip_address_count = 3,
                                    .tags = kTags,
                                    .client_token = "0d6c1f0e-3c6a-4b66-9c0e-5b1c1f0a7a11-1"})},
      {"attach", q::attach_network_interface({"eni-1", "i-1", 2})},
      {"detach", q::detach_network_interface("eni-attach-1")},
      {"delete an interface", q::delete_network_interface("eni-1")},
      {"modify groups", q::modify_groups("eni-1", {"sg-1", "sg-2"})},
      {"modify the description", q::modify_description("eni-1", "new, ü")},
      {"take the description away", q::modify_description("eni-1", "")},
      {"assign addresses", q::assign_private_ip_addresses("eni-1", 2)},
      {"unassign addresses", q::unassign_private_ip_addresses("eni-1", {"10.0.0.6", "10.0.0.7"})},
      {"caller identity", q::get_caller_identity()},
      {"web identity", q::assume_role_with_web_identity("arn:aws:iam::123456789012:role/eip",
                                                        "k8s-aws-operator", "head.pay_load-1.sig=\n")},
  };
}

// test/aws_wire/wire.py says how the golden file is made and checked.
TEST(Query, BodiesAreThoseOfBotocoreByteForByte) {
  std::ifstream in(AWS_WIRE_GOLDEN);
  std::ostringstream text;
  text << in.rdbuf();
  const auto golden = boost::json::parse(text.str());
  std::map<std::string, std::string> expected;
  for (const auto& [name, body] : golden.as_object())
    expected[std::string(name)] = std::string(body.as_string());
  const auto ours = our_bodies();
  for (const auto& [name, body] : expected) {
    const auto mine = ours.find(name);
    ASSERT_NE(mine, ours.end()) << name;
    EXPECT_EQ(mine->second, body) << name;
  }
  EXPECT_EQ(ours.size(), expected.size());
}

TEST(Query, WithoutTagsNoTagSpecificationIsSent) {
  EXPECT_EQ(aws::query::allocate_address({}).find("TagSpecification"), std::string::npos);
}

TEST(Query, DeletingTagsWithoutKeysIsABugSinceEc2WouldDeleteAll) {
  EXPECT_THROW(aws::query::delete_tags("eipalloc-1", {}), std::logic_error);
}

TEST(Query, WildcardsInFilterValuesAreEscaped) {
  EXPECT_EQ(aws::escape_wildcards("a*?\\b"), "a\\*\\?\\\\b");
}

TEST(Query, EveryActionHasANameAndASafety) {
  for (int i = 0; i < aws::kActions; ++i) EXPECT_NE(aws::name_of(static_cast<aws::Action>(i)), "Unknown");
  for (int i = 0; i < aws::kActions; ++i) {
    const auto action = static_cast<aws::Action>(i);
    const auto name = aws::name_of(action);
    EXPECT_EQ(aws::has_effect(action), !name.starts_with("Describe") && !name.starts_with("Get")) << name;
  }
  EXPECT_EQ(aws::service_of(aws::Action::get_caller_identity), "sts");
  EXPECT_EQ(aws::service_of(aws::Action::release_address), "ec2");
}

}  // namespace
