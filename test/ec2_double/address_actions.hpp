#pragma once
// What the files of address actions share.

#include <string>
#include <vector>

#include "ec2_double/actions.hpp"
#include "ec2_double/ipv4.hpp"

namespace ec2_double {

// As the call sees it. Error InvalidAllocationID.NotFound
const Address& known_address(const Call& call, const std::string& allocation_id);
// A copy to be changed and put back. Errors: InvalidAllocationID.NotFound, also where it is gone already;
// AuthFailure if another account has its public IP by now, or a service of AWS looks after it.
Address changeable_address(const Call& call, const std::string& allocation_id);

// As the call sees it. Error InvalidPublicIpv4PoolID.NotFound
const Pool& known_pool(const Call& call, const std::string& pool_id);
Ipv4Block range_of(const Pool& pool);
// Its addresses that are not allocated, in order.
std::vector<std::string> free_addresses(const World& world, const Pool& pool);

Actions association_actions();        // AssociateAddress, DisassociateAddress
Actions address_attribute_actions();  // reverse DNS
Actions pool_actions();

}  // namespace ec2_double
