#pragma once
// What an AWS account holds in one region, as values: the part that we use. No behaviour, see effects.hpp.
// Names are EC2's own (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Types.html).

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ec2_double/table.hpp"

namespace ec2_double {

using Tags = std::map<std::string, std::string>;

// Where an address is: on this private address of this interface.
struct Association {
  std::string id;
  std::string network_interface_id;
  std::string private_ip_address;

  bool operator==(const Association&) const = default;
};

struct Address {
  std::string id;  // eipalloc-
  std::string public_ip;
  std::string public_ipv4_pool = "amazon";
  std::string network_border_group;
  std::string service_managed;  // alb, nlb, rnat, rds
  std::optional<Association> association;
  std::string ptr_record;  // reverse DNS, with a dot at its end
  std::string ptr_update;  // the value that is on its way (PENDING); an empty one takes the record away
  Time ptr_due{};          // when it takes effect; zero: nothing is on its way
  Tags tags;
};

// An address range that the account brought to EC2.
struct Pool {
  std::string id;  // ipv4pool-ec2-
  std::string description;
  std::string network_border_group;
  std::string first_address;
  int address_count = 0;
  Tags tags;
};

struct Attachment {
  std::string id;  // eni-attach-, or ela-attach- for a service's own
  std::string instance_id;
  int device_index = 0;
  int network_card_index = 0;
  std::string status = "attaching";  // attached, detaching
  bool delete_on_termination = false;
  Time since{};
  Time due{};  // when attaching or detaching ends
};

struct NetworkInterface {
  std::string id;                    // eni-
  std::string status = "available";  // pending, in-use
  Time due{};                        // when pending ends
  std::string interface_type = "interface";
  std::string description;
  std::string subnet_id;
  std::string mac_address;
  std::vector<std::string> private_ip_addresses;  // the first is the primary one
  std::vector<std::string> ipv4_prefixes;         // /28s
  std::vector<std::string> ipv6_addresses;
  std::vector<std::string> groups;
  std::string auto_assigned_public_ip;       // of the primary address
  bool associate_public_ip_address = false;  // whether a start of the instance assigns one
  bool source_dest_check = true;
  bool requester_managed = false;
  std::string requester_id;
  bool operator_managed = false;
  std::string operator_principal;
  std::optional<Attachment> attachment;
  std::string client_token;
  Tags tags;
};

struct Instance {
  std::string id;  // i-
  std::string type;
  std::string subnet_id;
  std::string reservation_id;  // r-
  Time launch_time{};
  std::string state = "running";  // pending, shutting-down, terminated, stopping, stopped
  Time due{};  // when pending, shutting-down, stopping ends; when a terminated one vanishes
  Tags tags;
};

struct InstanceType {
  std::string id;  // m5.large
  int maximum_network_interfaces = 0;
  int ipv4_addresses_per_interface = 0;
  std::vector<int> network_cards;  // the most interfaces of each card
};

struct Vpc {
  std::string id;
  std::string cidr_block;
  std::string internet_gateway_id;  // the one that is attached, or empty
  Tags tags;
};

struct InternetGateway {
  std::string id;
  Tags tags;
};

struct Subnet {
  std::string id;
  std::string vpc_id;
  std::string cidr_block;
  std::string availability_zone;
  bool map_public_ip_on_launch = false;
  Tags tags;
};

struct SecurityGroup {
  std::string id;
  std::string group_name;
  std::string description;
  std::string vpc_id;
  Tags tags;
};

struct AvailabilityZone {
  std::string id;  // the zone's name
  std::string network_border_group;
  std::string zone_type = "availability-zone";
};

std::optional<Time> next_change(const Address& address);
std::optional<Time> next_change(const NetworkInterface& interface);
std::optional<Time> next_change(const Instance& instance);

// What a client token made, and from which parameters.
struct UsedToken {
  std::string parameters;
  std::string resource_id;
};

struct Quotas {
  int addresses = 5;  // BYOIP addresses do not count
  int network_interfaces = 5000;
  int groups_per_interface = 5;
  int tags_per_resource = 50;
};

// How this EC2 behaves. Times are zero where a test does not care.
struct Settings {
  Span visibility{};  // a read sees each resource as it was up to so long ago; at most 10 minutes
  Span attach{};      // from attaching to attached
  Span detach{};
  Span instance_start{};
  Span instance_stop{};     // shutting-down to terminated, stopping to stopped
  Span interface_create{};  // pending to available
  Span reverse_dns{};
  double rate_limits = 0;             // a factor on the published token buckets; 0: no limits
  bool reassociation_default = true;  // what AllowReassociation is when it is not given
  Quotas quotas;
};

struct World {
  explicit World(std::string region_name = "us-east-1", std::uint64_t seed_number = 1);

  std::string region;
  std::string account_id = "123456789012";
  std::uint64_t seed;
  Settings settings;

  Table<Address> addresses;
  Table<Pool> pools;
  Table<NetworkInterface> network_interfaces;
  Table<Instance> instances;
  Table<Vpc> vpcs;
  Table<InternetGateway> internet_gateways;
  Table<Subnet> subnets;
  Table<SecurityGroup> security_groups;
  std::map<std::string, InstanceType, std::less<>> instance_types;
  std::map<std::string, AvailabilityZone, std::less<>> availability_zones;
  std::map<std::string, UsedToken> client_tokens;
  std::set<std::string> recoverable;  // public IPs that were ours, are free, and can be had back by name
  std::map<std::string, std::string> released;  // ids of addresses that were ours, and their public IPs
  std::map<std::string, Time> sessions;         // access key ids that STS gave out, and when they expire
  std::set<std::string> others_addresses;       // public IPs that other accounts hold
  std::set<std::string> others_interfaces;      // ids of interfaces of other accounts, for AuthFailure

  // "eipalloc-" gives eipalloc-0123456789abcdef0: the prefix and 17 digits, drawn from the seed; never twice
  // the same.
  std::string new_id(std::string_view prefix);
  // Amazon's: 198.18.0.0/15, none that is in use. Error InsufficientAddressCapacity
  std::string new_public_ip();
  std::string new_mac_address();
  std::uint64_t draw();                              // the next number of this world's own sequence
  std::uint64_t sequence() const { return state_; }  // where it is, for a dump
  void resume(std::uint64_t sequence) { state_ = sequence; }

 private:
  std::uint64_t state_;
};

}  // namespace ec2_double
