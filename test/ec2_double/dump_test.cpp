#include "ec2_double/dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <stdexcept>

namespace ec2_double {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const Time kNow{std::chrono::hours(500'000)};

boost::json::value json(const std::string& text) {
  return boost::json::parse(text);
}

void merge_text(World& world, const std::string& text) {
  merge(world, json(text), kNow);
}

std::string refusal(const std::string& text) {
  World world;
  const auto before = dump(world);
  try {
    merge_text(world, text);
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(dump(world), before) << text;
    return error.what();
  }
  return "taken";
}

// One row of each kind. kNow is 1800000000000 ms.
constexpr const char* kFullWorld = R"({
  "region": "eu-west-1", "account_id": "210987654321", "seed": 7, "sequence": 12345678901234567890,
  "settings": {"visibility_ms": 1500, "rate_limits": 0.5, "reassociation_default": false, "quotas": {"addresses": 17}},
  "addresses": [{"id": "eipalloc-1", "public_ip": "198.18.0.1", "network_border_group": "eu-west-1",
                 "association": {"id": "eipassoc-1", "network_interface_id": "eni-1", "private_ip_address": "10.0.0.5"},
                 "ptr_update": "a.example.", "ptr_due_ms": 1800000003000, "tags": {"owner": "My team", "": ""}}],
  "pools": [{"id": "ipv4pool-ec2-1", "first_address": "203.0.113.0", "address_count": 16}],
  "network_interfaces": [{"id": "eni-1", "status": "in-use", "subnet_id": "subnet-1",
                          "private_ip_addresses": ["10.0.0.4", "10.0.0.5"], "ipv4_prefixes": ["10.0.0.16/28"],
                          "groups": ["sg-1"], "source_dest_check": false,
                          "attachment": {"id": "eni-attach-1", "instance_id": "i-1", "device_index": 2}}],
  "instances": [{"id": "i-1", "type": "m5.large", "launch_time_ms": 1800000000000}],
  "vpcs": [{"id": "vpc-1", "cidr_block": "10.0.0.0/16", "internet_gateway_id": "igw-1"}],
  "internet_gateways": [{"id": "igw-1"}],
  "subnets": [{"id": "subnet-1", "vpc_id": "vpc-1", "map_public_ip_on_launch": true}],
  "security_groups": [{"id": "sg-1", "group_name": "nodes"}],
  "instance_types": [{"id": "x.large", "network_cards": [2, 3]}],
  "availability_zones": [{"id": "eu-west-1a", "network_border_group": "eu-west-1"}],
  "client_tokens": {"token": {"parameters": "a=b", "resource_id": "eni-1"}},
  "recoverable": ["198.18.0.9"], "others_addresses": ["198.18.0.10"], "others_interfaces": ["eni-9"]})";

World full_world() {
  return restored(json(kFullWorld), kNow);
}

TEST(Dump, AWorldComesBackAsItIs) {
  World world = full_world();
  world.draw();
  const auto dumped = dump(world);
  World back = restored(boost::json::parse(boost::json::serialize(dumped)), kNow);
  EXPECT_EQ(dump(back), dumped);
  EXPECT_EQ(back.new_id("eni-"), world.new_id("eni-"));

  ASSERT_NE(back.addresses.latest("eipalloc-1"), nullptr);
  const auto& address = *back.addresses.latest("eipalloc-1");
  EXPECT_EQ(address.association, (Association{"eipassoc-1", "eni-1", "10.0.0.5"}));
  EXPECT_EQ(address.ptr_due, kNow + seconds(3));
  EXPECT_EQ(address.tags, (Tags{{"owner", "My team"}, {"", ""}}));
  EXPECT_EQ(back.region, "eu-west-1");
  EXPECT_EQ(back.instances.latest("i-1")->launch_time, kNow);
  const auto& interface = *back.network_interfaces.latest("eni-1");
  EXPECT_THAT(interface.private_ip_addresses, ElementsAre("10.0.0.4", "10.0.0.5"));
  EXPECT_EQ(interface.attachment->device_index, 2);
  EXPECT_FALSE(interface.source_dest_check);
  EXPECT_EQ(back.settings.visibility, milliseconds(1500));
  EXPECT_EQ(back.settings.rate_limits, 0.5);
  EXPECT_THAT(back.instance_types.at("x.large").network_cards, ElementsAre(2, 3));
  EXPECT_EQ(back.availability_zones.size(), 1u);
  EXPECT_EQ(back.client_tokens.at("token").resource_id, "eni-1");
}

TEST(Dump, WhatChangesByItselfStillDoesAfterwards) {
  const World back = restored(dump(full_world()), kNow);
  EXPECT_EQ(back.addresses.next_due(), std::pair(kNow + seconds(3), std::string("eipalloc-1")));
}

TEST(Dump, APartAddsRowsAndChangesNamedFieldsOfThoseThatAreThere) {
  World world = full_world();
  merge_text(world, R"({"pools": [{"id": "ipv4pool-ec2-1", "description": "ours"}, {"id": "ipv4pool-ec2-2"}],
                        "network_interfaces": [{"id": "eni-1", "attachment": {"device_index": 5}}],
                        "addresses": [{"id": "eipalloc-1", "association": null, "service_managed": "alb",
                                       "tags": {"a": "b"}}],
                        "instance_types": [{"id": "x.large", "maximum_network_interfaces": 5}],
                        "settings": {"visibility_ms": 3000, "quotas": {"addresses": 2}},
                        "recoverable": ["198.18.0.11"]})");
  EXPECT_EQ(world.pools.latest("ipv4pool-ec2-1")->address_count, 16);
  EXPECT_EQ(world.pools.latest("ipv4pool-ec2-1")->description, "ours");
  EXPECT_EQ(world.pools.latest("ipv4pool-ec2-2")->address_count, 0);
  EXPECT_EQ(world.network_interfaces.latest("eni-1")->attachment->device_index, 5);
  EXPECT_EQ(world.network_interfaces.latest("eni-1")->attachment->instance_id, "i-1");
  EXPECT_EQ(world.addresses.latest("eipalloc-1")->association, std::nullopt);
  EXPECT_EQ(world.addresses.latest("eipalloc-1")->public_ip, "198.18.0.1");
  EXPECT_EQ(world.addresses.latest("eipalloc-1")->tags, (Tags{{"a", "b"}}));
  EXPECT_THAT(world.instance_types.at("x.large").network_cards, ElementsAre(2, 3));
  EXPECT_EQ(world.settings.visibility, seconds(3));
  EXPECT_EQ(world.settings.quotas.addresses, 2);
  EXPECT_EQ(world.settings.rate_limits, 0.5);
  EXPECT_THAT(world.recoverable, ElementsAre("198.18.0.11", "198.18.0.9"));
}

TEST(Dump, AMergedRowIsThereFromNowOn) {
  World world;
  merge_text(world, R"({"pools": [{"id": "ipv4pool-ec2-1"}]})");
  EXPECT_NE(world.pools.seen("ipv4pool-ec2-1", View(kNow, {}, 0)), nullptr);
  EXPECT_EQ(world.pools.seen("ipv4pool-ec2-1", View(kNow - milliseconds(1), {}, 0)), nullptr);
}

TEST(Dump, UnknownKeysAreNamedWithTheirPlace) {
  EXPECT_EQ(refusal(R"({"pool": []})"), "pool: unknown");
  EXPECT_EQ(refusal(R"({"pools": [{"id": "a"}, {"id": "b", "colour": 1}]})"), "pools[1].colour: unknown");
  EXPECT_EQ(refusal(R"({"settings": {"quotas": {"adresses": 2}}})"), "settings.quotas.adresses: unknown");
  EXPECT_EQ(refusal(R"({"settings": {"visibility": 2}})"), "settings.visibility: unknown");
  EXPECT_EQ(refusal(R"({"network_interfaces": [{"id": "a", "attachment": {"index": 1}}]})"),
            "network_interfaces[0].attachment.index: unknown");
}

TEST(Dump, ValuesOfTheWrongKindAreRefused) {
  EXPECT_EQ(refusal("[]"), "the world: an object is wanted");
  EXPECT_EQ(refusal(R"({"pools": {}})"), "pools: a list is wanted");
  EXPECT_EQ(refusal(R"({"pools": ["a"]})"), "pools[0]: an object is wanted");
  EXPECT_EQ(refusal(R"({"pools": [{"description": "a"}]})"), "pools[0].id: each row needs one");
  EXPECT_EQ(refusal(R"({"pools": [{"id": 1}]})"), "pools[0].id: a text is wanted");
  EXPECT_EQ(refusal(R"({"pools": [{"id": "a", "address_count": 1.5}]})"),
            "pools[0].address_count: a whole number is wanted");
  EXPECT_EQ(refusal(R"({"settings": {"visibility_ms": "1s"}})"),
            "settings.visibility_ms: a whole number is wanted");
  EXPECT_EQ(refusal(R"({"settings": {"rate_limits": true}})"), "settings.rate_limits: a number is wanted");
  EXPECT_EQ(refusal(R"({"settings": {"reassociation_default": 0}})"),
            "settings.reassociation_default: true or false is wanted");
  EXPECT_EQ(refusal(R"({"recoverable": [null]})"), "recoverable[0]: a text is wanted");
  EXPECT_EQ(refusal(R"({"settings": null})"), "settings: an object is wanted");
}

TEST(Dump, NothingOfAPartIsTakenIfSomethingIsWrongWithIt) {
  EXPECT_THAT(refusal(R"({"recoverable": ["198.18.0.1"], "settings": {"visibility_ms": 1, "x": 1}})"),
              HasSubstr("settings.x"));
}

TEST(Dump, RulesAreWrittenAndReadByTheNamesOfTheirFaults) {
  const auto rule =
      read_rule(json(R"({"action": "AllocateAddress", "act": "reset_after", "nth": 2, "times": 0,
                                       "latency_ms": 250, "skew_ms": -600000})"));
  EXPECT_EQ(rule.act, Rule::Do::reset_after);
  EXPECT_EQ(rule.latency, milliseconds(250));
  EXPECT_EQ(rule.skew, -std::chrono::minutes(10));
  const auto written = dump(rule);
  EXPECT_EQ(written.at("act"), "reset_after");
  EXPECT_EQ(written.at("nth"), 2);
  EXPECT_EQ(written.at("skew_ms"), -600000);
  EXPECT_THROW(read_rule(json(R"({"act": "explode"})")), std::invalid_argument);
  EXPECT_THROW(read_rule(json(R"({"nth": -1})")), std::invalid_argument);
}

}  // namespace
}  // namespace ec2_double
