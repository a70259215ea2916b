#pragma once
// What the tests of the double share: a small VPC, and calls as a client makes them.
//
// vpc-1 with an internet gateway: subnet-1 in us-east-1a, subnet-2 in the local zone. The running instance
// i-1 has eni-1: 10.0.0.10, 10.0.0.11, 10.0.0.12 and the prefix 10.0.0.32/28. eni-2 with 10.0.0.20 is not
// attached, nor is eni-3 in subnet-2. vpc-9 has no gateway; eni-9 is in it.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "ec2_double/authenticate.hpp"
#include "ec2_double/double.hpp"
#include "http/url.hpp"

namespace ec2_double {

struct Read {
  Answer answer;
  std::shared_ptr<pugi::xml_document> document = std::make_shared<pugi::xml_document>();

  // By XPaths below the root.
  std::string text(const std::string& path) const {
    return document->document_element().select_node(path.c_str()).node().text().get();
  }
  std::vector<std::string> all(const std::string& path) const {
    std::vector<std::string> found;
    for (const auto& node : document->document_element().select_nodes(path.c_str()))
      found.emplace_back(node.node().text().get());
    return found;
  }
  // Of the error that it is, empty if it is none.
  std::string code() const { return text("Errors/Error/Code"); }
};

struct DoubleFixture : testing::Test {
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  Time now{std::chrono::hours(500'000)};
  Double ec2{World()};
  World& world = ec2.world;

  DoubleFixture() {
    const Time begin{};
    world.vpcs.put({"vpc-1", "10.0.0.0/16", "igw-1", {}}, begin);
    world.vpcs.put({"vpc-9", "10.9.0.0/16", "", {}}, begin);
    world.internet_gateways.put({"igw-1", {}}, begin);
    add_subnet("subnet-1", "vpc-1", "10.0.0.0/24", "us-east-1a");
    add_subnet("subnet-2", "vpc-1", "10.0.1.0/24", "us-east-1-bos-1a");
    add_subnet("subnet-9", "vpc-9", "10.9.0.0/24", "us-east-1a");
    add_instance("i-1");
    add_interface("eni-1", "subnet-1", {"10.0.0.10", "10.0.0.11", "10.0.0.12"}, "i-1");
    change_interface("eni-1", [](NetworkInterface& eni) { eni.ipv4_prefixes = {"10.0.0.32/28"}; });
    add_interface("eni-2", "subnet-1", {"10.0.0.20"});
    add_interface("eni-3", "subnet-2", {"10.0.1.20"});
    add_interface("eni-9", "subnet-9", {"10.9.0.20"});
  }

  void add_subnet(const std::string& id, const std::string& vpc_id, const std::string& cidr_block,
                  const std::string& zone) {
    Subnet subnet;
    subnet.id = id;
    subnet.vpc_id = vpc_id;
    subnet.cidr_block = cidr_block;
    subnet.availability_zone = zone;
    world.subnets.put(subnet, {});
  }
  void add_instance(const std::string& id) {
    Instance instance;
    instance.id = id;
    instance.type = "m5.large";
    instance.subnet_id = "subnet-1";
    world.instances.put(instance, {});
  }
  void add_interface(const std::string& id, const std::string& subnet_id,
                     const std::vector<std::string>& private_ips, const std::string& instance_id = "",
                     int device_index = 0) {
    NetworkInterface interface;
    interface.id = id;
    interface.subnet_id = subnet_id;
    interface.private_ip_addresses = private_ips;
    if (!instance_id.empty()) {
      Attachment attachment;
      attachment.id = "eni-attach-" + id.substr(4);
      attachment.instance_id = instance_id;
      attachment.device_index = device_index;
      attachment.status = "attached";
      interface.attachment = attachment;
      interface.status = "in-use";
    }
    world.network_interfaces.put(interface, {});
  }
  template <class Change>
  void change_interface(const std::string& id, Change change) {
    auto interface = *world.network_interfaces.latest(id);
    change(interface);
    world.network_interfaces.put(interface, {});
  }

  static std::string form(const std::string& action, const Parameters& parameters = {}) {
    Parameters all{{"Action", action}, {"Version", "2016-11-15"}};
    all.insert(all.end(), parameters.begin(), parameters.end());
    return http::query(all);
  }
  static std::string authorization(Time at, const std::string& access_key_id = "AKIA1",
                                   const std::string& service = "ec2",
                                   const std::string& region = "us-east-1") {
    return "AWS4-HMAC-SHA256 Credential=" + access_key_id + "/" + amz_date(at).substr(0, 8) + "/" + region +
           "/" + service + "/aws4_request, SignedHeaders=host;x-amz-date, Signature=0";
  }
  Request request(const std::string& action, const Parameters& parameters = {},
                  const std::string& service = "ec2") {
    return {form(action, parameters),
            {{"authorization", authorization(now, "AKIA1", service)}, {"x-amz-date", amz_date(now)}}};
  }
  static Read read(Answer answer) {
    Read result{std::move(answer)};
    result.document->load_string(result.answer.body.c_str(),
                                 pugi::parse_default | pugi::parse_ws_pcdata_single);
    return result;
  }

  Read call(const std::string& action, const Parameters& parameters = {}) {
    return read(ec2.handle(request(action, parameters), now));
  }
  // A call that must succeed.
  Read done(const std::string& action, const Parameters& parameters = {}) {
    auto result = call(action, parameters);
    EXPECT_EQ(result.answer.status, 200) << action << ": " << result.answer.body;
    return result;
  }
  // The code of the error that it ends with, empty if with none.
  std::string code(const std::string& action, const Parameters& parameters = {}) {
    return call(action, parameters).code();
  }

  std::string allocate(const Parameters& parameters = {}) {
    return done("AllocateAddress", parameters).text("allocationId");
  }
  std::string associate(const std::string& allocation_id, const std::string& interface_id,
                        const std::string& private_ip) {
    return done("AssociateAddress", {{"AllocationId", allocation_id},
                                     {"NetworkInterfaceId", interface_id},
                                     {"PrivateIpAddress", private_ip}})
        .text("associationId");
  }
  // Where it is: "eni-1 10.0.0.10", or empty.
  std::string place(const std::string& allocation_id) {
    const auto* address = world.addresses.latest(allocation_id);
    if (address == nullptr || !address->association) return {};
    return address->association->network_interface_id + " " + address->association->private_ip_address;
  }
  std::string public_ip(const std::string& allocation_id) {
    return world.addresses.latest(allocation_id)->public_ip;
  }
};

}  // namespace ec2_double
