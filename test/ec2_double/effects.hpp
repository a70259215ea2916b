#pragma once
// What one change brings with it, wherever the change comes from.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "ec2_double/actions.hpp"
#include "ec2_double/world.hpp"

namespace ec2_double {

// The address that is associated with this private address of this interface, or nullptr.
const Address* address_on(const World& world, std::string_view interface_id, std::string_view private_ip);
// All that a reading call sees associated, by interface and private address.
std::map<std::pair<std::string, std::string>, const Address*> placed(const Call& call);
// Whether the interface has the private address: as primary, secondary, or inside of a delegated prefix.
bool holds(const NetworkInterface& interface, std::string_view private_ip);
bool in_cidr(std::string_view cidr, std::string_view ip);

// Puts the address on that private address, from wherever it is; another that is there is disassociated. The
// id of the association.
std::string associate(World& world, const std::string& allocation_id, const std::string& interface_id,
                      const std::string& private_ip, Time now);
// Takes the address off, if it is on one; its instance may get an auto-assigned public IP in its place.
void disassociate(World& world, const std::string& allocation_id, Time now);
// Gives the instance an auto-assigned public IP if it is to have one: it lasts from a start to the next stop,
// and is for instances with one interface.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
void assign_public_ip(World& world, const Instance& instance, Time now);
// Ends the changes of reverse DNS that are due.
void settle_reverse_dns(World& world, Time now);
// Takes the private address or prefix from the interface; an address on it is disassociated.
void unassign(World& world, const std::string& interface_id, const std::string& private_ip_or_prefix,
              Time now);
// Deletes the interface; the addresses on it become free.
void delete_interface(World& world, const std::string& interface_id, Time now);
// Everything that time does by itself up to now: attaching, detaching, starting, stopping, terminating (with
// the interfaces that go with an instance), reverse DNS.
void settle(World& world, Time now);

// The resource as the call sees it, or the Error that EC2 has for an unknown or malformed id.
const NetworkInterface& known_interface(const Call& call, const std::string& id);
const Instance& known_instance(const Call& call, const std::string& id);
const Subnet& known_subnet(const Call& call, const std::string& id);
const Vpc& known_vpc(const Call& call, const std::string& id);

}  // namespace ec2_double
