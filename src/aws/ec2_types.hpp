#pragma once
// The part of EC2's data that we use, as values. Names are EC2's own
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Types.html). An empty string: EC2 gave none.

#include <map>
#include <string>
#include <vector>

namespace aws {

using Tags = std::map<std::string, std::string>;

struct Address {
  std::string allocation_id;
  std::string public_ip;
  std::string association_id;
  std::string instance_id;
  std::string network_interface_id;
  std::string network_interface_owner_id;
  std::string private_ip_address;
  std::string public_ipv4_pool;
  std::string network_border_group;
  std::string service_managed;  // alb, nlb, rnat, rds: never to be touched
  Tags tags;

  bool operator==(const Address&) const = default;
};

// An association as a network interface shows it. An auto-assigned public address has no allocation id.
struct InterfaceAssociation {
  std::string allocation_id;
  std::string association_id;
  std::string public_ip;
  std::string ip_owner_id;

  bool operator==(const InterfaceAssociation&) const = default;
};

struct PrivateAddress {
  std::string private_ip_address;
  bool primary = false;
  InterfaceAssociation association;

  bool operator==(const PrivateAddress&) const = default;
};

struct NetworkInterface {
  std::string network_interface_id;
  std::string status;
  std::string interface_type;
  std::string description;
  std::string subnet_id;
  std::string vpc_id;
  std::string availability_zone;
  std::string mac_address;
  std::string owner_id;
  bool requester_managed = false;
  bool operator_managed = false;
  std::string private_ip_address;    // the primary one
  InterfaceAssociation association;  // of the primary private address; some emulators fill only this one
  std::vector<PrivateAddress> private_ip_addresses;
  std::vector<std::string> ipv4_prefixes;  // delegated /28s, as CIDR
  std::vector<std::string> groups;
  std::string attachment_id;
  std::string instance_id;
  int device_index = -1;
  std::string attachment_status;
  Tags tags;

  bool operator==(const NetworkInterface&) const = default;
};

struct PublicIpv4Pool {
  std::string pool_id;
  std::string network_border_group;
  long total_address_count = 0;
  long total_available_address_count = 0;
};

// An interface as its instance shows it; listed until it is detached.
struct InstanceInterface {
  std::string network_interface_id;
  int device_index = -1;
  int network_card_index = 0;

  bool operator==(const InstanceInterface&) const = default;
};

struct Instance {
  std::string instance_id;
  std::string instance_type;
  std::string state;  // pending, running, shutting-down, terminated, stopping, stopped
  std::string subnet_id;
  std::string vpc_id;
  std::string availability_zone;
  std::vector<InstanceInterface> network_interfaces;

  bool operator==(const Instance&) const = default;
};

// What an instance of this type can hold. 0: EC2 did not say.
struct InstanceType {
  std::string instance_type;
  int maximum_network_interfaces = 0;         // on all network cards together
  int maximum_network_interfaces_card_0 = 0;  // the primary interface included
  int ipv4_addresses_per_interface = 0;       // the primary address included

  bool operator==(const InstanceType&) const = default;
};

struct Subnet {
  std::string subnet_id;
  std::string vpc_id;
  std::string availability_zone;
  int available_ip_address_count = 0;

  bool operator==(const Subnet&) const = default;
};

struct SecurityGroup {
  std::string group_id;
  std::string group_name;
  std::string vpc_id;

  bool operator==(const SecurityGroup&) const = default;
};

}  // namespace aws
