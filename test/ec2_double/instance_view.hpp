#pragma once
// How instances are shown and found.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html

#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/attachments.hpp"
#include "ec2_double/interface_view.hpp"

namespace ec2_double {

// <stateName><code/><name/></stateName>
void put_state(pugi::xml_node node, const char* name, const std::string& state);

// Made once per call.
class InstanceView {
 public:
  explicit InstanceView(const Call& call);

  // Fills in a reservation: the answer of RunInstances, or an item of a <reservationSet>.
  void show_reservation(pugi::xml_node node, const std::vector<const Instance*>& instances) const;
  // What an instance has under the name of a filter.
  FilterValues values(const Instance& instance, std::string_view filter) const;

 private:
  const std::vector<const NetworkInterface*>& interfaces(const Instance& instance) const;
  // nullptr for an instance that has none any more.
  const NetworkInterface* primary(const Instance& instance) const;
  void show(pugi::xml_node node, const Instance& instance) const;

  const World& world_;
  InterfacesOf attached_;
  InterfaceView interface_view_;
};

}  // namespace ec2_double
