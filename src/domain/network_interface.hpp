#pragma once
// A network interface as EC2 shows it.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/object.hpp"

namespace domain {

struct PrivateAddressView {
  std::string ip;
  bool primary = false;
  std::string allocation_id;  // of the Elastic IP on it; an auto-assigned public address has none

  bool operator==(const PrivateAddressView&) const = default;
};

struct InterfaceView {
  std::string id;
  std::string vpc_id;
  std::string subnet_id;
  std::string availability_zone;
  std::string mac_address;
  std::string description;
  std::string type;
  bool managed = false;  // by an AWS service: never touched
  std::vector<PrivateAddressView> addresses;
  std::vector<std::string> ipv4_prefixes;
  std::set<std::string> security_group_ids;
  std::string instance_id;
  std::string attachment_id;      // empty: attached to nothing
  std::string attachment_status;  // attaching, attached, detaching, detached
  int device_index = -1;
  Tags tags;

  // From the call to attach to the end of detaching.
  bool attached() const { return !attachment_id.empty() && attachment_status != "detached"; }
  bool attaching() const { return attached() && attachment_status == "attaching"; }
  bool detaching() const { return attached() && attachment_status == "detaching"; }
  bool holds(std::string_view ip) const;  // as primary, secondary, or inside a delegated prefix
  const PrivateAddressView* find(std::string_view ip) const;

  bool off_limits() const { return managed; }
  // Alike in what our writes change. (EC2 goes from attaching to attached without us.)
  bool same_state(const InterfaceView& other) const;
};

inline const std::string& id_of(const InterfaceView& view) {
  return view.id;
}
inline const std::string& text_of(const InterfaceView& view) {  // what a person calls it
  return view.id;
}

bool is_ipv4(std::string_view text);  // a dotted quad
// In the order of their numbers; what is no dotted quad comes first.
bool ipv4_less(const std::string& a, const std::string& b);
// True if dotted-quad `ip` is inside CIDR `prefix` ("10.0.1.16/28"). False for anything ill-formed.
bool cidr_contains(std::string_view prefix, std::string_view ip);

}  // namespace domain
