#include "domain/report_eni.hpp"

#include "domain/decide_eni.hpp"

namespace domain {
namespace {

// All that the spec says of the interface itself, tags aside.
bool as_wished(const Eni& eni, const EniWorld& world) {
  const auto* own = own_interface(eni, world);
  if (!own) {  // not read yet, or not seen: what was last said holds
    const Condition* ready = find_condition(eni.status, "Ready");
    return ready && ready->status && ready->observed_generation == eni.generation;
  }
  const InterfaceView& mine = own->view;
  const auto groups = known_groups(eni.spec, world.groups);
  return static_cast<int>(mine.addresses.size()) == 1 + eni.spec.secondary_private_ip_address_count &&
         mine.description == eni.spec.description && groups &&
         (groups->empty() || *groups == mine.security_group_ids);
}

std::optional<EniAttachment> attachment_of(const Eni& eni, const Host& host, const InterfaceView& mine) {
  if (!mine.attached()) return std::nullopt;
  const auto& earlier = eni.status.attachment;
  EniAttachment attachment;
  attachment.instance_id = mine.instance_id;
  attachment.attachment_id = mine.attachment_id;
  attachment.device_index = mine.device_index;
  if (is_on(eni, mine, host)) {
    attachment.pod_name = host.pod_name;
    attachment.pod_uid = host.pod_uid;
  } else if (earlier && earlier->attachment_id == mine.attachment_id) {
    attachment.pod_name = earlier->pod_name;
    attachment.pod_uid = earlier->pod_uid;
  }
  return attachment;
}

std::string place(const EniAttachment& attachment) {
  std::string text = "attached to " + attachment.instance_id;
  if (attachment.device_index >= 0) text += " as device " + std::to_string(attachment.device_index);
  if (!attachment.pod_name.empty()) text += ", where pod " + attachment.pod_name + " runs";
  return text;
}

bool was_true(const EniStatus& status, const char* type) {
  const Condition* condition = find_condition(status, type);
  return condition && condition->status;
}

void describe(EniStatus& status, const InterfaceView& mine) {
  const bool another = status.network_interface_id != mine.id;
  if (another) status.private_ip_addresses.clear();
  status.network_interface_id = mine.id;
  status.mac_address = mine.mac_address;
  status.private_ip_addresses = addresses_in_order(status, mine);
}

}  // namespace

std::optional<InterfaceView> believed_interface(const Eni& eni, const EniWorld& world) {
  if (const auto* record = own_interface(eni, world)) return record->view;
  const auto& status = eni.status;
  if (status.network_interface_id.empty() || world.released) return std::nullopt;
  // Not read yet, or not seen in a read: what was last said holds until it is settled that it is gone. The
  // same of one that is not yet taken over: what the status says of it is evidence for or against its being
  // ours, and is not to be overwritten.
  InterfaceView view;
  view.id = status.network_interface_id;
  view.mac_address = status.mac_address;
  for (const auto& ip : status.private_ip_addresses)
    view.addresses.push_back({ip, view.addresses.empty(), ""});
  if (status.attachment) {
    view.instance_id = status.attachment->instance_id;
    view.attachment_id = status.attachment->attachment_id;
    view.attachment_status = was_true(status, "Attached") ? "attached" : "attaching";
    view.device_index = status.attachment->device_index;
  }
  return view;
}

EniReport report_eni(const Eni& eni, const EniWorld& world, const EniStep& step, const Settings& settings,
                     Time now) {
  EniReport report;
  EniStatus& status = report.status;
  status = eni.status;
  status.observed_generation = eni.generation;
  const Host host = resolve_host(eni.spec, world.pod, world.node);
  const auto mine = believed_interface(eni, world);
  if (own_interface(eni, world)) {
    describe(status, *mine);
    status.attachment = attachment_of(eni, host, *mine);
    status.tag_keys = tag_keys(mine->tags, wanted_interface_tags(settings, eni), status.tag_keys);
    // Said once: a later difference is a mismatch, not news.
    if (status.region.empty()) status.region = settings.region;
    if (status.account_id.empty()) status.account_id = world.account_id;
    if (!intent_pending(world.memory, recorded_at(status.intent), settings, now)) status.intent.reset();
  } else if (!mine) {
    status.network_interface_id.clear();
    status.mac_address.clear();
    status.private_ip_addresses.clear();
    status.attachment.reset();
    status.tag_keys.clear();
  }
  if (status.intent && world.memory.intent_void == status.intent->recorded_at &&
      step.kind != EniStepKind::record_intent)
    status.intent.reset();  // nobody has to wait for it

  const bool wanted = host.kind != Host::Kind::not_wanted && !eni.deleting;
  const bool attached = mine && wanted && is_on(eni, *mine, host) && !mine->attaching() && !mine->detaching();
  const bool placed = wanted ? attached : mine && !mine->attached() && !eni.deleting;
  Conditions conditions(eni.status.conditions, eni.generation, now);
  if (mine)
    conditions.set("Created", true, "Created", mine->id + " in subnet " + eni.spec.subnet_id);
  else
    conditions.set("Created", false, step.reason, step.message);
  if (attached)
    conditions.set("Attached", true, "Attached", place(*status.attachment));
  else if (placed)
    conditions.set("Attached", false, "NotRequested", "spec has no attachment");
  else
    conditions.set("Attached", false, step.reason, step.message);
  if (placed && step.kind != EniStepKind::blocked && as_wished(eni, world))
    conditions.set("Ready", true, attached ? "Attached" : "Created",
                   !step.message.empty() && step.kind == EniStepKind::settled ? step.message
                   : attached                                                 ? place(*status.attachment)
                                                                              : mine->id + " is created");
  else
    conditions.set("Ready", false, step.reason, step.message);
  conditions.set_stalled(step);
  status.conditions = conditions.take();

  const auto& before = eni.status;
  if (mine && before.network_interface_id != mine->id)
    report.notices.push_back({false, "Created", "network interface " + mine->id});
  if (attached && (!was_true(before, "Attached") || before.attachment != status.attachment))
    report.notices.push_back({false, "Attached", mine->id + " is " + place(*status.attachment)});
  if (before.attachment && !status.attachment && mine)
    report.notices.push_back({false, "Detached", mine->id + " is attached to nothing"});
  conditions.add_stalled_notice(step, report.notices);
  return report;
}

EniStatus with_intent(const Eni& eni, const EniWorld& world, const EniStep& step, const Settings& settings,
                      Time now) {
  Eni bare = eni;
  bare.status.intent.reset();
  bare.status.network_interface_id = step.interface.id;  // of one that is to be adopted; else empty
  bare.status.mac_address = step.interface.mac_address;
  bare.status.private_ip_addresses.clear();
  bare.status.attachment.reset();
  EniStatus status = report_eni(bare, world, step, settings, now).status;
  status.intent = step.intent;
  if (step.intent) status.client_token_sequence = step.client_token_sequence;
  // Another try of what was refused is not worth a word before its outcome.
  if (world.memory.trouble(EniStepKind::create)) status.conditions = eni.status.conditions;
  return status;
}

bool must_publish_first(const EniStatus& published, const EniStatus& report) {
  if (!was_true(published, "Attached")) return false;
  if (!was_true(report, "Attached")) return true;
  // Still attached, but for another pod: the one before must not be taken for the one that is there now.
  return published.attachment != report.attachment;
}

}  // namespace domain
