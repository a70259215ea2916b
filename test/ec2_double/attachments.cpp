#include "ec2_double/attachments.hpp"

#include <algorithm>
#include <tuple>

namespace ec2_double {
namespace {

bool has_place(const NetworkInterface& interface) {
  return interface.attachment && interface.interface_type != "branch";
}

void sort_by_place(std::vector<const NetworkInterface*>& interfaces) {
  std::sort(interfaces.begin(), interfaces.end(), [](const auto* a, const auto* b) {
    return std::tie(a->attachment->network_card_index, a->attachment->device_index) <
           std::tie(b->attachment->network_card_index, b->attachment->device_index);
  });
}

}  // namespace

InterfacesOf seen_attachments(const Call& call) {
  InterfacesOf found;
  for (const auto* interface : call.world.network_interfaces.all_seen(call.view))
    if (has_place(*interface)) found[interface->attachment->instance_id].push_back(interface);
  for (auto& [id, interfaces] : found) sort_by_place(interfaces);
  return found;
}

std::vector<const NetworkInterface*> attached_to(const World& world, std::string_view instance_id) {
  std::vector<const NetworkInterface*> found;
  for (const auto* interface : world.network_interfaces.all())
    if (has_place(*interface) && interface->attachment->instance_id == instance_id)
      found.push_back(interface);
  sort_by_place(found);
  return found;
}

bool is_primary(const NetworkInterface& interface) {
  return has_place(interface) && interface.attachment->device_index == 0 &&
         interface.attachment->network_card_index == 0;
}

const InstanceType* type_of(const World& world, const Instance& instance) {
  const auto found = world.instance_types.find(instance.type);
  return found == world.instance_types.end() ? nullptr : &found->second;
}

int places_taken(const NetworkInterface& interface) {
  return static_cast<int>(interface.private_ip_addresses.size() + interface.ipv4_prefixes.size());
}

void check_place(const std::vector<const NetworkInterface*>& present, const Instance& instance,
                 const InstanceType* type, int network_card_index, int device_index) {
  int on_card = 0;
  for (const auto* other : present) {
    if (other->attachment->network_card_index != network_card_index) continue;
    ++on_card;
    if (other->attachment->device_index == device_index)
      throw Error{"InvalidParameterValue", "Instance '" + instance.id +
                                               "' already has an interface attached at device index '" +
                                               std::to_string(device_index) + "'."};
  }
  if (!type) return;
  const auto card = static_cast<std::size_t>(network_card_index);
  if (network_card_index < 0 || card >= type->network_cards.size())
    throw Error{"InvalidParameterValue",
                "Network card index " + std::to_string(network_card_index) + " is not valid for " + type->id};
  const auto count = static_cast<int>(present.size());
  if (count >= type->maximum_network_interfaces || on_card >= type->network_cards[card])
    throw Error{"AttachmentLimitExceeded",
                "Interface count " + std::to_string(count + 1) + " exceeds the limit for " + type->id};
}

}  // namespace ec2_double
