#pragma once
// An ENI object as values: what is wished, what was last said of it. Nothing here knows JSON or EC2's wire.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/condition.hpp"

namespace domain {

struct EniSpec {
  std::string subnet_id;
  std::vector<std::string> security_groups;  // ids, or names within the subnet's VPC
  int secondary_private_ip_address_count = 0;
  std::string description;
  Tags tags;
  std::string pod_name;  // of attachment; empty: it is to be attached to nothing
};

// Written to the status before CreateNetworkInterface is called. The call's client token is made of the uid
// and a sequence number: EC2 makes one interface for one token, however often it is asked with the same
// parameters (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html). So these are written
// down with it.
struct EniIntent {
  Time recorded_at{};
  // An earlier call with this token was not answered, and may have had its effect.
  bool repeated = false;
  std::string subnet_id;
  std::set<std::string> security_group_ids;
  int secondary_private_ip_address_count = 0;
  std::string description;
  Tags tags;  // all that go with the call

  bool operator==(const EniIntent&) const = default;
};

// What is true in EC2 now.
struct EniAttachment {
  std::string pod_name;
  std::string pod_uid;
  std::string instance_id;
  std::string attachment_id;
  int device_index = -1;

  bool operator==(const EniAttachment&) const = default;
};

struct EniStatus {
  std::string network_interface_id;
  std::string mac_address;
  std::vector<std::string> private_ip_addresses;  // the primary first; the order is kept, new ones come last
  std::optional<EniAttachment> attachment;
  std::vector<std::string> tag_keys;  // keys that we set, beside the ownership tags
  std::string region;
  std::string account_id;
  // Part of the client token: of the last interface that was asked for.
  std::int64_t client_token_sequence = 0;
  std::optional<EniIntent> intent;
  std::vector<Condition> conditions;
  std::int64_t observed_generation = -1;

  bool operator==(const EniStatus&) const = default;
};

struct Eni : Object {
  EniSpec spec;
  EniStatus status;
};

// Of a security group in the spec: an id, no name can start like one.
bool is_group_id(const std::string& group);

// At most 64 ASCII characters, as EC2 wants it: a uid has 36.
std::string client_token(const Eni& eni, std::int64_t sequence);

}  // namespace domain
