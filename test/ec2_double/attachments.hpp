#pragma once
// The network interfaces of an instance, and how many its type takes.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/actions.hpp"

namespace ec2_double {

// By network card and device index: the first is the primary one. Branch interfaces hang on a trunk interface
// and have no place of their own.
using InterfacesOf = std::map<std::string, std::vector<const NetworkInterface*>, std::less<>>;
// By instance, as the call sees them.
InterfacesOf seen_attachments(const Call& call);
// As they are.
std::vector<const NetworkInterface*> attached_to(const World& world, std::string_view instance_id);
bool is_primary(const NetworkInterface& interface);

// nullptr for an instance of a type that the world does not know: it has no limits.
const InstanceType* type_of(const World& world, const Instance& instance);
// Private addresses and prefixes: each takes a place.
int places_taken(const NetworkInterface& interface);
// Throws unless another interface may be put there. Errors: InvalidParameterValue if the place is taken or
// the card does not exist, AttachmentLimitExceeded.
void check_place(const std::vector<const NetworkInterface*>& present, const Instance& instance,
                 const InstanceType* type, int network_card_index, int device_index);

}  // namespace ec2_double
