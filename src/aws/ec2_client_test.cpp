#include "aws/ec2_client.hpp"

#include <gmock/gmock.h>

#include <boost/asio/detached.hpp>

#include "base/scope.hpp"
#include "fakes/aws_fixture.hpp"

using namespace std::chrono_literals;
using base::FaultKind;
using base::Result;
using testing::HasSubstr;
using testing::Not;

namespace aws {
namespace {

// The values of the one filter in a body.
std::vector<std::string> values_in(const std::string& body) {
  std::vector<std::string> values;
  for (int i = 1;; ++i) {
    const std::string key = "&Filter.1.Value." + std::to_string(i) + "=";
    const auto at = body.find(key);
    if (at == std::string::npos) return values;
    const auto begin = at + key.size();
    values.push_back(body.substr(begin, body.find('&', begin) - begin));
  }
}

std::string addresses_xml(const std::vector<std::string>& ids) {
  std::string xml = "<DescribeAddressesResponse><addressesSet>";
  for (const auto& id : ids) xml += "<item><allocationId>" + id + "</allocationId></item>";
  return xml + "</addressesSet></DescribeAddressesResponse>";
}

std::string interfaces_xml(const std::vector<std::string>& ids, const std::string& next = "") {
  std::string xml = "<DescribeNetworkInterfacesResponse><networkInterfaceSet>";
  for (const auto& id : ids)
    xml += "<item><networkInterfaceId>" + id +
           "</networkInterfaceId><attachment><instanceId>i-1</instanceId></attachment></item>";
  return xml + "</networkInterfaceSet><nextToken>" + next +
         "</nextToken></DescribeNetworkInterfacesResponse>";
}

// What DescribeSecurityGroups shows: a group of each name that was asked for.
std::string groups_xml(const std::vector<std::string>& names, const std::string& vpc_id) {
  std::string xml = "<DescribeSecurityGroupsResponse><securityGroupInfo>";
  for (const auto& name : names)
    xml += "<item><groupId>sg-" + name + "</groupId><groupName>" + name + "</groupName><vpcId>" + vpc_id +
           "</vpcId></item>";
  return xml + "</securityGroupInfo></DescribeSecurityGroupsResponse>";
}

struct Ec2ClientTest : Ec2ClientFixture {
  Ec2ClientTest() {
    // EC2 where every address that is asked for exists, and each call takes a second.
    transport.on_request = [](const http::Request& request) {
      return fakes::after(1s, fakes::answer(200, addresses_xml(values_in(request.body))));
    };
  }
  auto ask(std::vector<std::string> ids) { return start(ec2.addresses("allocation-id", std::move(ids))); }
};

TEST_F(Ec2ClientTest, CallersInAFlightAreGatheredIntoTheNextCall) {
  const auto first = ask({"a"});
  const auto second = ask({"b", "c"});
  const auto third = ask({"a", "c"});
  clock.advance(1s);
  ASSERT_TRUE(first->has_value());
  EXPECT_FALSE(second->has_value());
  clock.advance(1s);
  ASSERT_TRUE(second->has_value());
  ASSERT_TRUE(third->has_value());
  ASSERT_EQ(transport.requests.size(), 2u);
  EXPECT_EQ(values_in(transport.requests[1].body), (std::vector<std::string>{"b", "c", "a"}));
  EXPECT_EQ((**third)->items.size(), 2u);
  EXPECT_EQ((**third)->asked, (**first)->asked + 1s) << "sent after he asked";
}

TEST_F(Ec2ClientTest, ThousandsOfValuesAreSplitAndComeBackWhole) {
  std::vector<std::string> ids;
  for (int i = 0; i < 450; ++i) ids.push_back("eipalloc-" + std::to_string(i));
  const auto all = run(ec2.addresses("allocation-id", ids));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->items.size(), 450u);
  ASSERT_EQ(transport.requests.size(), 3u);
  for (const auto& request : transport.requests) EXPECT_LE(values_in(request.body).size(), 200u);
}

TEST_F(Ec2ClientTest, DifferentFiltersDoNotWaitForEachOther) {
  ask({"a"});
  const auto by_tag = start(ec2.addresses("tag:k", {"v"}));
  EXPECT_EQ(transport.in_flight, 2);
  clock.advance(1s);
  EXPECT_TRUE(by_tag->has_value());
}

TEST_F(Ec2ClientTest, AStoppedCallerDisturbsNeitherTheOthersNorTheCall) {
  boost::asio::cancellation_signal stop;
  const auto stopped = start(ec2.addresses("allocation-id", {"a"}), stop.slot());
  clock.advance(500ms);
  const auto other = ask({"a", "b"});
  stop.emit(boost::asio::cancellation_type::terminal);
  clock.settle();
  EXPECT_EQ(transport.in_flight, 1);
  EXPECT_EQ(transport.withdrawn, 0);
  clock.advance(2s);
  EXPECT_FALSE(stopped->has_value());
  ASSERT_TRUE(other->has_value());
  EXPECT_EQ((**other)->items.size(), 2u);
}

TEST_F(Ec2ClientTest, ValuesThatNobodyWaitsForAreNotSent) {
  boost::asio::cancellation_signal stop;
  ask({"a"});
  start(ec2.addresses("allocation-id", {"b"}), stop.slot());
  stop.emit(boost::asio::cancellation_type::terminal);
  clock.advance(5s);
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(Ec2ClientTest, AFaultReachesAllCallersOfTheCallAndLaterOnesStartAnew) {
  transport.on_request = [](const http::Request&) {
    return fakes::after(1s, fakes::answer(403, ec2_error("UnauthorizedOperation")));
  };
  const auto first = ask({"a"});
  const auto second = ask({"b"});
  const auto third = ask({"c"});
  clock.advance(2s);
  for (const auto& caller : {first, second, third}) {
    ASSERT_TRUE(caller->has_value());
    EXPECT_EQ((*caller)->error().kind, FaultKind::denied);
  }
  transport.on_request = [](const http::Request& request) {
    return fakes::answer(200, addresses_xml(values_in(request.body)));
  };
  EXPECT_TRUE(run(ec2.addresses("allocation-id", {"a"})));
}

TEST_F(Ec2ClientTest, AStopFreesAllWhoWaitAndLaterReadsAreRefused) {
  const auto first = ask({"a"});
  const auto second = ask({"b"});
  boost::asio::co_spawn(context, ec2.stop(), boost::asio::detached);
  clock.settle();
  ASSERT_TRUE(first->has_value());
  ASSERT_TRUE(second->has_value());
  EXPECT_EQ((*second)->error().kind, FaultKind::unavailable);
  EXPECT_EQ(transport.in_flight, 0);
  EXPECT_FALSE(run(ec2.addresses("allocation-id", {"a"})));
}

TEST_F(Ec2ClientTest, WaitingForATokenGathersToo) {
  std::vector<PermitPtr> used;
  for (int i = 0; i < 101; ++i) {
    used.push_back(throttle.acquire(Action::describe_addresses));
    Throttle::spend(*used.back());
  }
  ask({"a"});
  ask({"b"});
  clock.advance(5s);
  EXPECT_EQ(transport.requests.size(), 1u);
}

TEST_F(Ec2ClientTest, WhatCantBeAskedIsRefusedWithoutACall) {
  EXPECT_EQ(run(ec2.addresses("no-such-filter", {"a"})).error().kind, FaultKind::invalid);
  EXPECT_EQ(run(ec2.addresses("allocation-id", {""})).error().kind, FaultKind::invalid);
  EXPECT_EQ(run(ec2.network_interfaces("public-ip", {"a"})).error().kind, FaultKind::invalid);
  EXPECT_TRUE(run(ec2.addresses("allocation-id", {}))->items.empty());
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(Ec2ClientTest, InterfacesArePagedAndToldAsOfTheFirstPage) {
  transport.on_request = [](const http::Request& request) {
    const bool second = request.body.find("NextToken=t1") != std::string::npos;
    return fakes::after(
        1s, fakes::answer(200, second ? interfaces_xml({"eni-2"}) : interfaces_xml({"eni-1"}, "t1")));
  };
  const auto begun = clock.now();
  const auto seen = run(ec2.network_interfaces("attachment.instance-id", {"i-1"}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->items.size(), 2u);
  EXPECT_EQ(seen->asked, begun);
  for (const auto& request : transport.requests) EXPECT_THAT(request.body, HasSubstr("&MaxResults=1000"));
}

TEST_F(Ec2ClientTest, AStalePageTokenStartsTheListingAgainOnce) {
  int stale = 1;
  transport.on_request = [&](const http::Request& request) {
    const bool second = request.body.find("NextToken=") != std::string::npos;
    if (second && stale-- > 0) return fakes::answer(400, ec2_error("InvalidNextToken"));
    return fakes::answer(200, second ? interfaces_xml({"eni-2"}) : interfaces_xml({"eni-1"}, "t1"));
  };
  const auto seen = run(ec2.network_interfaces("attachment.instance-id", {"i-1"}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->items.size(), 2u);
  EXPECT_EQ(transport.requests.size(), 4u);
  stale = 1000;
  EXPECT_EQ(run(ec2.network_interfaces("attachment.instance-id", {"i-1"})).error().kind, FaultKind::expired);
}

TEST_F(Ec2ClientTest, PoolsArePagedByTen) {
  transport.on_request = [](const http::Request& request) {
    const bool second = request.body.find("NextToken=t") != std::string::npos;
    return fakes::answer(
        200, std::string("<DescribePublicIpv4PoolsResponse><publicIpv4PoolSet><item><poolId>") +
                 (second ? "b" : "a") + "</poolId></item></publicIpv4PoolSet>" +
                 (second ? "" : "<nextToken>t</nextToken>") + "</DescribePublicIpv4PoolsResponse>");
  };
  const auto pools = run(ec2.public_ipv4_pools());
  ASSERT_TRUE(pools);
  ASSERT_EQ(pools->size(), 2u);
  EXPECT_EQ((*pools)[1].pool_id, "b");
  EXPECT_THAT(transport.requests[0].body, HasSubstr("MaxResults=10"));
}

TEST_F(Ec2ClientTest, WhoAsksForPoolsInAFlightIsServedByTheNextListing) {
  transport.on_request = [](const http::Request&) {
    return fakes::after(
        1s,
        fakes::answer(200,
                      "<DescribePublicIpv4PoolsResponse><publicIpv4PoolSet><item><poolId>a</poolId></item>"
                      "</publicIpv4PoolSet></DescribePublicIpv4PoolsResponse>"));
  };
  std::vector<std::shared_ptr<std::optional<Result<std::vector<PublicIpv4Pool>>>>> callers;
  for (int i = 0; i < 5; ++i) callers.push_back(start(ec2.public_ipv4_pools()));
  clock.advance(10s);
  for (const auto& caller : callers) {
    ASSERT_TRUE(*caller && **caller);
    EXPECT_EQ((**caller)->size(), 1u);
  }
  EXPECT_EQ(transport.requests.size(), 2u);
}

TEST_F(Ec2ClientTest, InstancesAndSubnetsOfManyCallersAreGatheredAndPaged) {
  transport.on_request = [](const http::Request& request) {
    if (request.body.starts_with("Action=DescribeSubnets"))
      return fakes::after(1s, fakes::answer(200,
                                            "<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</"
                                            "subnetId></item></subnetSet></DescribeSubnetsResponse>"));
    const bool second = request.body.find("NextToken=t1") != std::string::npos;
    return fakes::after(
        1s, fakes::answer(200, std::string("<DescribeInstancesResponse><reservationSet><item><instancesSet>"
                                           "<item><instanceId>") +
                                   (second ? "i-2" : "i-1") +
                                   "</instanceId></item></instancesSet></item></reservationSet><nextToken>" +
                                   (second ? "" : "t1") + "</nextToken></DescribeInstancesResponse>"));
  };
  std::vector<std::shared_ptr<std::optional<Result<Seen<Instance>>>>> callers;
  for (int i = 0; i < 3; ++i) callers.push_back(start(ec2.instances({i == 1 ? "i-1" : "i-2"})));
  const auto subnet = start(ec2.subnets({"subnet-1", "subnet-2"}));
  EXPECT_EQ(transport.in_flight, 2);
  clock.advance(10s);
  for (const auto& caller : callers) {
    ASSERT_TRUE(caller->has_value());
    ASSERT_TRUE(**caller);
    EXPECT_EQ((**caller)->items.size(), 1u);
  }
  EXPECT_EQ(requests(Action::describe_instances, "ok"), 4) << "the first caller's two pages, the others' two";
  ASSERT_TRUE(subnet->has_value());
  ASSERT_EQ((**subnet)->items.size(), 1u);
  EXPECT_EQ((**subnet)->items[0].subnet_id, "subnet-1");
}

TEST_F(Ec2ClientTest, NamesOfSecurityGroupsAreAskedForWithinTheirVpc) {
  transport.on_request = [](const http::Request& request) {
    const bool first = request.body.find("vpc-1") != std::string::npos;
    return fakes::after(1s,
                        fakes::answer(200, groups_xml(values_in(request.body), first ? "vpc-1" : "vpc-2")));
  };
  const auto one = start(ec2.security_groups_by_name("vpc-1", {"web"}));
  const auto other = start(ec2.security_groups_by_name("vpc-2", {"web"}));
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("n" + std::to_string(i));
  const auto many = start(ec2.security_groups_by_name("vpc-2", names));
  clock.advance(10s);
  ASSERT_TRUE(one->has_value());
  ASSERT_TRUE(other->has_value());
  ASSERT_TRUE(many->has_value());
  EXPECT_EQ((**one)->items.at(0).vpc_id, "vpc-1");
  EXPECT_EQ((**other)->items.at(0).vpc_id, "vpc-2");
  EXPECT_EQ((**many)->items.size(), 200u);
  ASSERT_EQ(transport.requests.size(), 4u);
  for (const auto& request : transport.requests) {
    EXPECT_LE(values_in(request.body).size(), 199u) << "the VPC is a filter value too";
    EXPECT_THAT(request.body, HasSubstr("&Filter.2.Name=vpc-id&Filter.2.Value.1=vpc-"));
  }
  EXPECT_FALSE(run(ec2.security_groups_by_name("", {"web"})));
}

TEST_F(Ec2ClientTest, SecurityGroupsByIdAreThoseOfAnyVpc) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(200, groups_xml({"web"}, "vpc-1"));
  };
  const auto seen = run(ec2.security_groups({"sg-web"}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->items.at(0).group_name, "web");
  EXPECT_THAT(transport.requests[0].body, Not(HasSubstr("vpc-id")));
}

TEST_F(Ec2ClientTest, AnInstanceTypeIsAskedForOnceAndAnUnknownOneEachTime) {
  transport.on_request = [](const http::Request&) {
    return fakes::answer(200,
                         "<DescribeInstanceTypesResponse><instanceTypeSet><item><instanceType>m5.large</"
                         "instanceType><networkInfo><maximumNetworkInterfaces>3</maximumNetworkInterfaces></"
                         "networkInfo></item></instanceTypeSet></DescribeInstanceTypesResponse>");
  };
  for (int i = 0; i < 3; ++i) {
    const auto type = run(ec2.instance_type("m5.large"));
    ASSERT_TRUE(type);
    ASSERT_TRUE(*type);
    EXPECT_EQ((*type)->maximum_network_interfaces, 3);
  }
  EXPECT_EQ(transport.requests.size(), 1u);
  for (int i = 0; i < 2; ++i) {
    const auto type = run(ec2.instance_type("m5.huge"));
    ASSERT_TRUE(type);
    EXPECT_FALSE(*type);
  }
  EXPECT_EQ(transport.requests.size(), 3u);
  transport.on_request = [](const http::Request&) {
    return fakes::answer(403, ec2_error("UnauthorizedOperation"));
  };
  EXPECT_EQ(run(ec2.instance_type("c5.large")).error().kind, FaultKind::denied);
}

}  // namespace
}  // namespace aws
