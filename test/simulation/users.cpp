#include "simulation/users.hpp"

#include <numeric>

namespace simulation {

using kube_double::Ref;

Users::Users(World& world, Cluster& cluster)
    : world_(world), cluster_(cluster), chance_(world.chance.fork("users")) {
  for (const auto& ns : namespaces_) ensure_namespace(ns);
  const int pods = chance_.between(0, 3);
  for (int i = 0; i < pods; ++i) create_pod();
  if (chance_.with(0.15)) bring_along_1_4_1();
}

const std::vector<Users::Choice>& Users::choices() {
  static const std::vector<Choice> all{
      {14, &Users::create_eip},
      {6, &Users::delete_eip},
      {4, &Users::recreate_eip},
      {8, &Users::edit_assignment},
      {4, &Users::edit_tags},
      {1, &Users::edit_source},
      {9, &Users::create_pod},
      {4, &Users::delete_pod},
      {5, &Users::replace_pod},
      {2, &Users::finish_pod},
      {2, &Users::change_pod_ip},
      {2, &Users::drain_node},
      {1, &Users::back_up},
      {2, &Users::restore},
      {1, &Users::delete_namespace},
      {6, &Users::create_eni},
      {3, &Users::edit_eni},
      {2, &Users::delete_eni},
      {1, &Users::detach_by_hand},
      {1, &Users::change_groups_by_hand},
      {1, &Users::delete_interface_by_hand},
      {5, &Users::create_association},
      {2, &Users::edit_association},
      {2, &Users::delete_association},
      {2, &Users::take_off_by_hand},
      {2, &Users::move_by_hand},
      {2, &Users::release_by_hand},
      {2, &Users::tag_by_hand},
      {1, &Users::put_other_address_on_pod},
      {1, &Users::take_other_address_off},
  };
  return all;
}

void Users::step() {
  ++steps_;
  const auto& all = choices();
  const int sum =
      std::accumulate(all.begin(), all.end(), 0, [](int a, const Choice& c) { return a + c.weight; });
  int at = chance_.between(0, sum - 1);
  for (const auto& choice : all) {
    at -= choice.weight;
    if (at >= 0) continue;
    (this->*choice.move)();
    return;
  }
}

std::string Users::told(const kube_double::Outcome<kube_double::Object>& outcome) const {
  return outcome ? std::string() : ": refused, " + outcome.error().text();
}

kube_double::Outcome<kube_double::Object> Users::create(const json::object& object) {
  auto made = world_.kube.create(object);
  if (made) {
    const auto& meta = kube_double::meta_of((*made)->value);
    world_.objects[std::string(kube_double::uid_of((*made)->value))] =
        std::string(kube_double::text_at(meta, "namespace")) + "/" +
        std::string(kube_double::text_at(meta, "name"));
  }
  return made;
}

bool Users::ensure_namespace(const std::string& ns) {
  if (const auto there = world_.kube.find({"namespaces", "", ns}))
    return !kube_double::deleting(there->value);
  return world_.kube.create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", ns}}}})
      .has_value();
}

std::optional<EipFacts> Users::any_eip() {
  const auto all = world_.kube.list("eips");
  if (all.empty()) return std::nullopt;
  return eip_facts(chance_.one_of(all)->value);
}

std::optional<PodFacts> Users::any_pod() {
  const auto all = world_.kube.list("pods");
  if (all.empty()) return std::nullopt;
  return pod_facts(chance_.one_of(all)->value);
}

json::object Users::assignment() {
  if (chance_.with(0.15)) {
    const auto ip = cluster_.idle_ip();
    const auto pod = any_pod();
    if (pod && !pod->ip.empty() && chance_.with(0.5)) return {{"privateIPAddress", pod->ip}};
    if (!ip.empty()) return {{"privateIPAddress", ip}};
    return {{"privateIPAddress", "10.0.0.250"}};
  }
  if (chance_.with(0.2))
    return {{"eni", chance_.one_of(enis_)}, {"eniPrivateIPAddressIndex", chance_.between(0, 2)}};
  return {{"podName", chance_.one_of(pods_)}};
}

json::object Users::eip_spec(const std::string&) {
  json::object spec;
  if (chance_.with(0.8)) spec["assignment"] = assignment();
  if (chance_.with(0.4)) spec["tags"] = {{"team", chance_.with(0.5) ? "blue" : "red"}};
  if (chance_.with(0.1)) {
    const auto& recoverable = world_.ec2.world.recoverable;
    if (!recoverable.empty() && chance_.with(0.5))
      spec["publicIPv4Address"] = *recoverable.begin();
    else
      spec["publicIPv4Address"] = chance_.with(0.5) ? "203.0.113.1" : "198.51.100.2";
  } else if (chance_.with(0.1)) {
    spec["publicIPv4Pool"] = chance_.with(0.7) ? kPool : "ipv4pool-ec2-00000000000000bad";
  } else if (chance_.with(0.05)) {
    spec["publicIPv4Pools"] = {kPool, "ipv4pool-ec2-00000000000000bad"};
  }
  return spec;
}

void Users::create_eip() {
  const auto ns = any_namespace();
  ensure_namespace(ns);
  json::object meta{{"namespace", ns}, {"name", chance_.one_of(names_)}};
  const auto pod = any_pod();
  if (pod && pod->ns == ns && chance_.with(0.2))
    meta["ownerReferences"] = {
        {{"apiVersion", "v1"}, {"kind", "Pod"}, {"name", pod->name}, {"uid", pod->uid}}};
  const std::string key = ns + "/" + std::string(meta["name"].as_string());
  json::object eip{{"apiVersion", "aws.k8s.logmein.com/v1alpha1"},
                   {"kind", "EIP"},
                   {"metadata", std::move(meta)},
                   {"spec", eip_spec(ns)}};
  const std::string text = json::serialize(eip["spec"]);
  const auto made = create(eip);
  if (made)
    tell("creates EIP " + key + " uid " + std::string(kube_double::uid_of((*made)->value)) + " " + text +
         (eip["metadata"].as_object().contains("ownerReferences") ? " owned by pod " + pod->name : ""));
}

void Users::delete_eip() {
  const auto eip = any_eip();
  if (!eip) return;
  kube_double::DeleteOptions options;
  if (chance_.with(0.2)) options.propagation = kube_double::Propagation::foreground;
  tell("deletes EIP " + eip->key() + told(world_.kube.remove({"eips", eip->ns, eip->name}, options)));
}

void Users::recreate_eip() {
  const auto eip = any_eip();
  if (!eip) return;
  tell("deletes EIP " + eip->key() + " to make it anew" +
       told(world_.kube.remove({"eips", eip->ns, eip->name})));
  json::object anew{{"apiVersion", "aws.k8s.logmein.com/v1alpha1"},
                    {"kind", "EIP"},
                    {"metadata", {{"namespace", eip->ns}, {"name", eip->name}}},
                    {"spec", eip_spec(eip->ns)}};
  // kubectl delete waits until it is gone, for a while.
  for (int i = 1; i <= 12; ++i)
    world_.timeline.after(chance_.between(std::chrono::seconds(i), std::chrono::seconds(5 * i)),
                          [this, anew, key = eip->key(), tried = std::make_shared<bool>(false)] {
                            const auto made = create(anew);
                            if (made)
                              tell("creates EIP " + key + " again, uid " +
                                   std::string(kube_double::uid_of((*made)->value)) + " " +
                                   json::serialize(anew.at("spec")));
                          });
}

void Users::edit_assignment() {
  const auto eip = any_eip();
  if (!eip) return;
  json::object wish;
  if (!chance_.with(0.25)) wish = assignment();
  const auto done = world_.kube.edit({"eips", eip->ns, eip->name}, [&](json::object& object) {
    auto& spec = object["spec"];
    if (!spec.is_object()) spec.emplace_object();
    if (wish.empty())
      spec.as_object().erase("assignment");
    else
      spec.as_object()["assignment"] = wish;
  });
  tell("sets the assignment of EIP " + eip->key() + " to " + json::serialize(wish) + told(done));
}

void Users::edit_tags() {
  const auto eip = any_eip();
  if (!eip) return;
  json::object tags;
  if (chance_.with(0.7)) tags["team"] = chance_.with(0.5) ? "blue" : "red";
  if (chance_.with(0.3)) tags["cost"] = "low";
  const auto done = world_.kube.edit({"eips", eip->ns, eip->name}, [&](json::object& object) {
    auto& spec = object["spec"];
    if (!spec.is_object()) spec.emplace_object();
    spec.as_object()["tags"] = tags;
  });
  tell("sets the tags of EIP " + eip->key() + " to " + json::serialize(tags) + told(done));
}

void Users::edit_source() {
  const auto eip = any_eip();
  if (!eip) return;
  const auto done = world_.kube.edit({"eips", eip->ns, eip->name}, [&](json::object& object) {
    auto& spec = object["spec"];
    if (!spec.is_object()) spec.emplace_object();
    for (const auto* name : {"publicIPv4Pool", "publicIPv4Pools", "publicIPv4Address"})
      spec.as_object().erase(name);
    if (chance_.with(0.5)) spec.as_object()["publicIPv4Pool"] = kPool;
  });
  tell("sets the pool of EIP " + eip->key() + told(done));
}

void Users::create_association() {
  const auto ns = any_namespace();
  ensure_namespace(ns);
  const auto name = chance_.one_of(names_);
  const auto eip = chance_.one_of(names_);
  const json::object spec{{"eipName", eip}, {"assignment", assignment()}};
  const auto made = create({{"apiVersion", "aws.k8s.logmein.com/v1alpha1"},
                            {"kind", "EIPAssociation"},
                            {"metadata", {{"namespace", ns}, {"name", "to-" + name}}},
                            {"spec", spec}});
  if (made)
    tell("creates EIPAssociation " + ns + "/to-" + name + " of EIP " + ns + "/" + eip + " " +
         json::serialize(spec));
}

void Users::edit_association() {
  const auto all = world_.kube.list("eipassociations");
  if (all.empty()) return;
  const auto association = association_facts(chance_.one_of(all)->value);
  const auto wish = assignment();
  const auto eip = chance_.with(0.3) ? chance_.one_of(names_) : association.eip_name;
  const auto done =
      world_.kube.edit({"eipassociations", association.ns, association.name}, [&](json::object& object) {
        object["spec"] = {{"eipName", eip}, {"assignment", wish}};
      });
  tell("sets EIPAssociation " + association.key() + " of EIP " + association.ns + "/" + eip + " to " +
       json::serialize(wish) + told(done));
}

void Users::delete_association() {
  const auto all = world_.kube.list("eipassociations");
  if (all.empty()) return;
  const auto association = association_facts(chance_.one_of(all)->value);
  tell("deletes EIPAssociation " + association.key() + " of EIP " + association.ns + "/" +
       association.eip_name +
       told(world_.kube.remove({"eipassociations", association.ns, association.name})));
}

void Users::create_pod() {
  const auto ns = any_namespace();
  ensure_namespace(ns);
  const auto name = chance_.one_of(pods_);
  const auto made = world_.kube.create({{"apiVersion", "v1"},
                                        {"kind", "Pod"},
                                        {"metadata", {{"namespace", ns}, {"name", name}}},
                                        {"spec", {{"containers", json::array{{{"name", "main"}}}}}}});
  if (made) tell("creates pod " + ns + "/" + name);
}

void Users::delete_pod() {
  const auto pod = any_pod();
  if (!pod) return;
  kube_double::DeleteOptions options;
  const bool force = chance_.with(0.3);
  if (force) options.grace_seconds = 0;
  tell("deletes pod " + pod->ns + "/" + pod->name + (force ? " by force" : "") +
       told(world_.kube.remove({"pods", pod->ns, pod->name}, options)));
}

// As a StatefulSet does: the same name, once the old one is gone.
void Users::replace_pod() {
  const auto pod = any_pod();
  if (!pod) return;
  kube_double::DeleteOptions options;
  if (chance_.with(0.5)) options.grace_seconds = 0;
  tell("rolls pod " + pod->ns + "/" + pod->name +
       told(world_.kube.remove({"pods", pod->ns, pod->name}, options)));
  const json::object anew{{"apiVersion", "v1"},
                          {"kind", "Pod"},
                          {"metadata", {{"namespace", pod->ns}, {"name", pod->name}}},
                          {"spec", {{"containers", json::array{{{"name", "main"}}}}}}};
  for (int i = 0; i <= 15; i += 3)
    world_.timeline.after(std::chrono::milliseconds(1000 * i + 5),
                          [this, anew] { static_cast<void>(world_.kube.create(anew)); });
}

void Users::finish_pod() {
  if (const auto pod = any_pod()) cluster_.finish(pod->ns, pod->name, chance_.with(0.5));
}

void Users::change_pod_ip() {
  if (const auto pod = any_pod()) cluster_.change_ip(pod->ns, pod->name);
}

void Users::drain_node() {
  const auto nodes = cluster_.nodes();
  if (nodes.empty()) return;
  if (nodes.size() < 2 || chance_.with(0.5)) cluster_.add_node();
  cluster_.remove_node(chance_.one_of(nodes));
}

void Users::back_up() {
  backup_.clear();
  for (const auto* plural : {"eips", "enis"})
    for (const auto& object : world_.kube.list(plural))
      if (!kube_double::deleting(object->value))
        backup_[{plural, object_facts(object->value).key()}] = object->value;
  tell("backs up " + std::to_string(backup_.size()) + " objects");
}

// The objects are lost, with nobody looking after what they had, and come back with new uids.
void Users::restore() {
  for (const auto& [place, old] : backup_) {
    const auto facts = object_facts(old);
    const std::string what = facts.kind + " " + facts.key();
    const Ref ref{place.first, facts.ns, facts.name};
    if (const auto there = world_.kube.find(ref)) {
      const auto now = object_facts(there->value);
      world_.orphaned.insert(now.uid);
      static_cast<void>(
          world_.kube.edit(ref, [](json::object& object) { kube_double::set_finalizers(object, {}); }));
      static_cast<void>(world_.kube.remove(ref));
      tell("loses " + what + " uid " + now.uid);
    }
    if (world_.kube.find(ref) || !ensure_namespace(facts.ns)) continue;
    json::object anew = old;
    auto& meta = kube_double::meta_of(anew);
    for (const auto* name : {"uid", "resourceVersion", "creationTimestamp", "generation", "ownerReferences"})
      meta.erase(name);
    const bool with_finalizer = chance_.with(0.5);
    const bool with_status = chance_.with(0.5);
    if (!with_finalizer) kube_double::set_finalizers(anew, {});
    const auto made = create(anew);
    if (made && with_status)
      static_cast<void>(world_.kube.edit_status(ref, [&](json::object& object) {
        if (old.contains("status")) object["status"] = old.at("status");
      }));
    tell("restores " + what +
         (made ? " uid " + std::string(kube_double::uid_of((*made)->value)) : told(made)) +
         (with_status ? " with its status" : " without its status") +
         (with_finalizer ? ", with finalizer" : ""));
  }
}

void Users::delete_namespace() {
  const auto ns = any_namespace();
  tell("deletes namespace " + ns + told(world_.kube.remove({"namespaces", "", ns})));
}

void Users::delete_all() {
  for (const auto& object : world_.kube.list("eips")) {
    const auto eip = eip_facts(object->value);
    static_cast<void>(world_.kube.remove({"eips", eip.ns, eip.name}));
  }
  for (const auto& object : world_.kube.list("enis")) {
    const auto eni = eni_facts(object->value);
    static_cast<void>(world_.kube.remove({"enis", eni.ns, eni.name}));
  }
  for (const auto& object : world_.kube.list("eipassociations")) {
    const auto association = association_facts(object->value);
    static_cast<void>(world_.kube.remove({"eipassociations", association.ns, association.name}));
  }
  world_.story.tell("user", "deletes everything", true);
}

}  // namespace simulation
