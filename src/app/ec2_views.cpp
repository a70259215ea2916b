#include "app/ec2_views.hpp"

namespace app {

domain::AddressView view_of(const aws::Address& a) {
  return {a.allocation_id,      a.public_ip,   a.association_id,   a.network_interface_id,
          a.private_ip_address, a.instance_id, a.public_ipv4_pool, a.network_border_group,
          a.service_managed,    a.tags};
}

domain::InterfaceView view_of(const aws::NetworkInterface& interface) {
  domain::InterfaceView view;
  view.id = interface.network_interface_id;
  view.vpc_id = interface.vpc_id;
  view.subnet_id = interface.subnet_id;
  view.availability_zone = interface.availability_zone;
  view.mac_address = interface.mac_address;
  view.description = interface.description;
  view.type = interface.interface_type;
  view.managed = interface.requester_managed || interface.operator_managed;
  view.ipv4_prefixes = interface.ipv4_prefixes;
  view.security_group_ids.insert(interface.groups.begin(), interface.groups.end());
  view.instance_id = interface.instance_id;
  view.attachment_id = interface.attachment_id;
  view.attachment_status = interface.attachment_status;
  view.device_index = interface.device_index;
  view.tags = interface.tags;
  for (const auto& address : interface.private_ip_addresses)
    view.addresses.push_back(
        {address.private_ip_address, address.primary, address.association.allocation_id});
  if (view.addresses.empty() && !interface.private_ip_address.empty())
    view.addresses.push_back({interface.private_ip_address, true, ""});
  for (auto& address : view.addresses)
    if (address.primary && address.allocation_id.empty())
      address.allocation_id = interface.association.allocation_id;
  return view;
}

}  // namespace app
