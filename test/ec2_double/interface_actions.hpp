#pragma once
// The actions of interface_actions(), in the files that hold them.

#include "ec2_double/actions.hpp"

namespace ec2_double {

// attachment_actions.cpp
void attach_network_interface(Call& call);
void detach_network_interface(Call& call);

// private_address_actions.cpp
void assign_private_ip_addresses(Call& call);
void unassign_private_ip_addresses(Call& call);
void assign_ipv6_addresses(Call& call);
void unassign_ipv6_addresses(Call& call);

}  // namespace ec2_double
