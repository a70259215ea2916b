#pragma once
// How network interfaces are shown and found.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html

#include <map>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ec2_double/actions.hpp"
#include "ec2_double/listing.hpp"

namespace ec2_double {

// 2026-01-31T12:00:00Z
void put_time(pugi::xml_node node, const char* name, Time time);
void put_groups(pugi::xml_node node, const World& world,
                const std::vector<std::string>& groups);  // <groupSet>
std::string private_dns_name(const World& world, const std::string& private_ip);

// Made once per call: it knows which address the call sees on which private address.
class InterfaceView {
 public:
  explicit InterfaceView(const Call& call);

  // Fills in a <networkInterface>, or an item of a <networkInterfaceSet>.
  void show(pugi::xml_node node, const NetworkInterface& interface) const { fill(node, interface, false); }
  // The same as a part of an instance: with less, and without the ids of associations.
  void show_in_instance(pugi::xml_node node, const NetworkInterface& interface) const {
    fill(node, interface, true);
  }
  // What it has under the name of a filter.
  FilterValues values(const NetworkInterface& interface, std::string_view filter) const;
  // Of the primary private address; empty if there is none.
  std::string public_ip(const NetworkInterface& interface) const;

 private:
  struct Association {
    std::string private_ip;
    std::string public_ip;
    std::string owner_id;
    std::string allocation_id;  // none for an auto-assigned public IP
    std::string association_id;
  };
  // An address comes before an auto-assigned public IP that the call still sees beside it.
  std::vector<Association> associations(const NetworkInterface& interface) const;
  void fill(pugi::xml_node node, const NetworkInterface& interface, bool in_instance) const;
  void put_association(pugi::xml_node node, const std::vector<Association>& associations,
                       const std::string& private_ip, bool in_instance) const;
  void put_private_addresses(pugi::xml_node node, const NetworkInterface& interface,
                             const std::vector<Association>& associations, bool in_instance) const;

  const World& world_;
  std::map<std::pair<std::string, std::string>, const Address*> placed_;
};

}  // namespace ec2_double
