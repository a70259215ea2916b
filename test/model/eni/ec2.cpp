#include "ec2.hpp"

namespace model::eni {
namespace {

using domain::EniOutcome;

// The bounds of this world: more would be wrong in all of its histories.
constexpr int kMostInterfaces = 3;
constexpr unsigned kLastAddress = 8;

Version& now_of(State& state, int interface) {
  return state.interfaces[static_cast<std::size_t>(interface)].now;
}

// The VPC CNI has taken the first one of the one instance.
int free_index(At at) {
  return at == At::one ? 2 : 1;
}

}  // namespace

std::string id_of(int interface) {
  return "eni-" + std::to_string(interface);
}
int index_of(const std::string& id) {
  return id.empty() ? -1 : std::stoi(id.substr(4));
}
std::string instance_of(At at) {
  return at == At::nothing ? "" : "i-" + std::to_string(static_cast<int>(at));
}
At at_of(const std::string& instance) {
  return instance.empty() ? At::nothing : static_cast<At>(std::stoi(instance.substr(2)));
}
std::string attachment_id(int attachment) {
  return attachment == 0 ? "" : "eni-attach-" + std::to_string(attachment);
}
std::string ip_of(int interface, unsigned bit) {
  return "10.0." + std::to_string(interface) + "." + std::to_string(bit);
}
unsigned bit_of(const std::string& ip) {
  return static_cast<unsigned>(std::stoi(ip.substr(ip.rfind('.') + 1)));
}

domain::Tags tags_of(const Version& version) {
  static const domain::Tags object = domain::ownership_tags(kCluster, "ns", "e", kUid);
  domain::Tags tags = model::tags_of(version.owner, object);
  if (version.team_tag) tags.insert({{"team", "a"}, {"node.k8s.amazonaws.com/no_manage", "true"}});
  return tags;
}

domain::InterfaceView view_of(int interface, const Version& version) {
  static const char* const kPhases[] = {"", "attaching", "attached", "detaching"};
  domain::InterfaceView view;
  view.id = id_of(interface);
  view.mac_address = "02:" + std::to_string(interface);
  view.subnet_id = "subnet";
  view.availability_zone = "zone";
  view.security_group_ids = {"sg-1"};
  view.addresses = {{ip_of(interface, 0), true, ""}};
  for (unsigned bit = 1; bit <= kLastAddress; bit *= 2)
    if (version.secondary & bit)
      view.addresses.push_back({ip_of(interface, bit), false, version.held & bit ? "eipalloc-1" : ""});
  view.attachment_id = attachment_id(version.attachment);
  view.attachment_status = kPhases[static_cast<int>(version.phase)];
  view.instance_id = instance_of(version.at);
  view.device_index = version.attachment == 0 ? -1 : free_index(version.at);
  view.tags = tags_of(version);
  return view;
}

void change(State& state, int interface, Version version) {
  state.interfaces[static_cast<std::size_t>(interface)].change(version, state.now);
}

void finish_change(State& state, int interface) {
  Version version = now_of(state, interface);
  if (version.phase == Phase::attaching) version.phase = Phase::attached;
  if (version.phase == Phase::detaching) {
    version.phase = Phase::none;
    version.at = At::nothing;
    version.attachment = 0;
  }
  change(state, interface, version);
}

EniOutcome create(State& state, const domain::EniStep& step) {
  const auto token = static_cast<std::size_t>(step.client_token_sequence);
  if (state.by_token.size() <= token) state.by_token.resize(token + 1, -1);
  int& made = state.by_token[token];
  Version version{.exists = true, .owner = Owner::object, .team_tag = true};
  for (int i = 0; i < step.intent->secondary_private_ip_address_count; ++i) version.secondary |= 1u << i;
  if (made < 0) {
    if (state.interfaces.size() == kMostInterfaces) {
      state.broken = "more than three network interfaces";
      return {};
    }
    made = static_cast<int>(state.interfaces.size());
    state.interfaces.emplace_back();
    change(state, made, version);
  }
  // Asked again, EC2 tells of the one that it made; also if that is gone by now.
  const Version& now = now_of(state, made);
  EniOutcome outcome;
  outcome.interface = view_of(made, now.exists ? now : version);
  return outcome;
}

EniOutcome attach(State& state, int interface, At at, int device_index) {
  Version version = now_of(state, interface);
  if (!version.exists) return not_found<EniOutcome>();
  if (version.phase != Phase::none) return conflict<EniOutcome>("InUse");
  if (device_index != (at == At::one ? 2 : 1))
    state.broken = "attached at another index than the lowest free";
  version.at = at;
  version.phase = Phase::attaching;
  version.attachment = ++state.attachments;
  change(state, interface, version);
  EniOutcome outcome;
  outcome.attachment_id = attachment_id(version.attachment);
  return outcome;
}

EniOutcome detach(State& state, const std::string& attachment) {
  for (int i = 0; i < static_cast<int>(state.interfaces.size()); ++i) {
    Version version = now_of(state, i);
    if (!version.exists || version.attachment == 0 || attachment_id(version.attachment) != attachment)
      continue;
    if (version.phase == Phase::attaching) return conflict<EniOutcome>("IncorrectState");
    version.phase = Phase::detaching;
    change(state, i, version);
    return {};
  }
  return not_found<EniOutcome>();
}

EniOutcome remove(State& state, int interface) {
  const Version& version = now_of(state, interface);
  if (!version.exists) return not_found<EniOutcome>();
  if (version.phase != Phase::none) return conflict<EniOutcome>("InUse");
  change(state, interface, {});
  return {};
}

EniOutcome set_tags(State& state, int interface, const domain::Tags& set) {
  Version version = now_of(state, interface);
  if (!version.exists) return not_found<EniOutcome>();
  if (set.contains(domain::kUidTag)) {
    if (version.owner == Owner::other) state.interfaces[static_cast<std::size_t>(interface)].contested = true;
    version.owner = Owner::object;
  }
  if (set.contains("team")) version.team_tag = true;
  change(state, interface, version);
  return {};
}

EniOutcome assign(State& state, int interface, int count) {
  Version version = now_of(state, interface);
  if (!version.exists) return not_found<EniOutcome>();
  EniOutcome outcome;
  for (unsigned bit = 1; bit <= kLastAddress && count > 0; bit *= 2) {
    if (version.secondary & bit) continue;
    version.secondary |= bit;
    --count;
    outcome.private_ips.push_back(ip_of(interface, bit));
  }
  if (count > 0) state.broken = "addresses are assigned again and again";
  change(state, interface, version);
  return outcome;
}

EniOutcome unassign(State& state, int interface, const std::vector<std::string>& ips) {
  Version version = now_of(state, interface);
  if (!version.exists) return not_found<EniOutcome>();
  unsigned gone = 0;
  for (const auto& ip : ips) gone |= bit_of(ip);
  if ((version.secondary & gone) != gone) return conflict<EniOutcome>("NotAssigned");
  version.secondary &= ~gone;
  version.held &= ~gone;
  change(state, interface, version);
  return {};
}

}  // namespace model::eni
