#include "kube_double/model.hpp"

#include <algorithm>

#include "base/time_text.hpp"
#include "ec2_double/draw.hpp"
#include "kube_double/patch.hpp"
#include "kube_double/strategy.hpp"

namespace kube_double {
namespace {

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";
constexpr std::int64_t kGraceOfPods = 30;

std::string text_of(std::string_view text) {
  return std::string(text);
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

Time seconds_of(Time at) {
  return std::chrono::floor<std::chrono::seconds>(at);
}

// The object's finalizers after a delete of that propagation, which the garbage collector then works off.
std::vector<std::string> finalizers_after(const json::object& object,
                                          std::optional<Propagation> propagation) {
  auto list = finalizers_of(object);
  if (!propagation) return list;
  std::erase(list, kOrphan);
  std::erase(list, kForeground);
  if (*propagation == Propagation::orphan) list.emplace_back(kOrphan);
  if (*propagation == Propagation::foreground) list.emplace_back(kForeground);
  return list;
}

// A body must be of the object that the path names.
void check_place(const Target& target, const json::object& given) {
  if (const auto name = text_at(given, "name"); name != target.name)
    throw bad_request("the name of the object (" + text_of(name) + ") does not match the name on the URL (" +
                      target.name + ")");
  if (target.resource.namespaced && !text_at(given, "namespace").empty() &&
      text_at(given, "namespace") != target.ns)
    throw bad_request(
        "the namespace of the provided object does not match the namespace sent on the request");
}

// How long a kubelet has to end the pod.
std::int64_t grace_of(const json::object& pod, const DeleteOptions& options) {
  const auto& spec = object_at(pod, "spec");
  const auto phase = text_at(object_at(pod, "status"), "phase");
  if (text_at(spec, "nodeName").empty() || phase == "Succeeded" || phase == "Failed") return 0;
  const auto wanted = options.grace_seconds.value_or(spec.contains("terminationGracePeriodSeconds")
                                                         ? number_at(spec, "terminationGracePeriodSeconds")
                                                         : kGraceOfPods);
  return wanted < 0 ? 1 : wanted;
}

// `since`: when the delete that counts came. It is over at the end of the grace.
void mark_deleting(json::object& object, Time since, std::int64_t grace) {
  auto& meta = meta_of(object);
  if (!meta.contains("deletionTimestamp") && meta.contains("generation"))
    meta["generation"] = number_at(meta, "generation") + 1;
  meta["deletionTimestamp"] = base::rfc3339(since + std::chrono::seconds(grace));
  meta["deletionGracePeriodSeconds"] = grace;
}

// When it was deleted first; now if it was not.
Time deleted_since(const json::object& object, Time now) {
  const auto& meta = meta_of(object);
  const auto until = base::parse_rfc3339(text_at(meta, "deletionTimestamp"));
  return until ? *until - std::chrono::seconds(number_at(meta, "deletionGracePeriodSeconds"))
               : seconds_of(now);
}

// Whether nothing holds the object back from going any more.
bool ready_to_go(const Resource& resource, const json::object& object) {
  const auto& meta = meta_of(object);
  return deleting(object) && finalizers_of(object).empty() && resource.kind != "Namespace" &&
         number_at(meta, "deletionGracePeriodSeconds") == 0;
}

std::string rendered(const std::vector<std::string>& list) {
  std::string text = "[]string{";
  for (const auto& one : list) text += (text.back() == '{' ? "\"" : ", \"") + one + "\"";
  return text + "}";
}

}  // namespace

std::string Target::key() const {
  return key_of(resource.namespaced ? ns : std::string(), name);
}

Model::Model(std::shared_ptr<const Catalog> catalog, std::uint64_t seed, Time now)
    : catalog_(std::move(catalog)), seed_(seed), store_(catalog_->all().size()), controllers_(*this) {
  for (const auto name : {"default", "kube-node-lease", "kube-public", "kube-system"})
    create(*catalog_->by_plural("namespaces"), {}, {{"metadata", {{"name", name}}}}, now);
}

std::uint64_t Model::draw() {
  return ec2_double::mix(seed_ ^ ec2_double::mix(++drawn_));
}

Object Model::get(const Target& target) const {
  auto found = store_.find(target.resource.number, target.key());
  if (!found) throw not_found(target.resource, target.name);
  return found;
}

void Model::admit(const Resource& resource, std::string_view ns, std::string_view name) const {
  if (!resource.namespaced) return;
  const auto& namespaces = *catalog_->by_plural("namespaces");
  const auto found = store_.find(namespaces.number, ns);
  if (!found) throw not_found(namespaces, ns);
  if (deleting(found->value)) throw namespace_terminating(resource, name, ns);
}

Object Model::create(const Resource& resource, std::string_view ns, json::object object, Time now) {
  auto& given = meta_of(object);
  if (resource.namespaced) {
    const auto named = text_at(given, "namespace");
    if (!named.empty() && named != ns)
      throw bad_request(
          "the namespace of the provided object does not match the namespace sent on the request");
    given["namespace"] = ns;
  }
  if (!text_at(given, "resourceVersion").empty())
    throw Refusal{500, "", "resourceVersion should not be set on objects to be created", {}, {}, {}};
  const auto base = text_of(text_at(given, "generateName"));
  if (text_at(given, "name").empty() && !base.empty()) given["name"] = generated_name(base, draw());
  const auto name = text_of(text_at(given, "name"));
  admit(resource, ns, name);
  prepare_create(resource, object);
  auto causes = complete_and_check(resource, object, nullptr);
  if (const auto wrong = wrong_name(resource, name)) causes.insert(causes.begin(), *wrong);
  if (!causes.empty()) throw invalid(resource, name, causes);
  const auto key = key_of(resource.namespaced ? ns : std::string_view(), name);
  if (store_.find(resource.number, key)) throw already_exists(resource, name);
  auto& meta = meta_of(object);
  meta["uid"] = uid_of_draw(draw());
  meta["creationTimestamp"] = base::rfc3339(seconds_of(now));
  if (resource.generation) meta["generation"] = 1;
  return put(resource, key, std::move(object), now);
}

Object Model::update(const Target& target, json::object object, Time now) {
  const auto present = get(target);
  const auto& meta = meta_of(std::as_const(object));
  check_place(target, meta);
  if (text_at(meta, "resourceVersion").empty() && !target.resource.unconditional)
    throw version_missing(target.resource, target.name);
  if (const auto uid = text_at(meta, "uid"); !uid.empty() && uid != uid_of(present->value))
    throw conflict(target.resource, target.name,
                   "Precondition failed: UID in precondition: " + text_of(uid) +
                       ", UID in object meta: " + text_of(uid_of(present->value)));
  return write(target, present, std::move(object), now);
}

Object Model::patch(const Target& target, PatchType type, const json::value& patch, Time now) {
  const auto present = get(target);
  json::value wanted = present->value;
  if (type == PatchType::merge) {
    if (!patch.is_object()) throw bad_request("error decoding patch: json: cannot unmarshal into an object");
    merge_patch(wanted, patch);
  } else {
    json_patch(wanted, patch);
  }
  if (!wanted.is_object()) throw patch_not_applicable();
  return write(target, present, std::move(wanted.get_object()), now);
}

Object Model::write(const Target& target, const Object& present, json::object wanted, Time now) {
  const auto& resource = target.resource;
  const auto& old = present->value;
  auto& given = meta_of(wanted);
  check_place(target, given);
  const auto version = text_at(given, "resourceVersion");
  if (!version.empty() && version != text_at(meta_of(old), "resourceVersion"))
    throw modified_meanwhile(resource, target.name);
  if (const auto uid = text_at(given, "uid"); !uid.empty() && uid != uid_of(old))
    throw invalid(
        resource, target.name,
        {{"FieldValueInvalid",
          "Invalid value: " + json::serialize(json::string(uid)) + ": field is immutable", "metadata.uid"}});
  keep_metadata(wanted, old);
  if (target.status) {
    // Of a custom kind only status is taken, of the others also metadata.
    auto taken = old;
    if (const auto* status = at(wanted, "status")) {
      taken["status"] = *status;
    } else {
      taken.erase("status");
    }
    if (!resource.custom) taken["metadata"] = wanted["metadata"];
    wanted = std::move(taken);
  } else if (resource.status) {
    if (const auto* status = at(old, "status")) {
      wanted["status"] = *status;
    } else {
      wanted.erase("status");
    }
  }
  tidy(resource, wanted);
  const auto causes = complete_and_check(resource, wanted, &old);
  if (!causes.empty()) throw invalid(resource, target.name, causes);
  if (deleting(old)) {
    const auto held = finalizers_of(old);
    std::vector<std::string> added;
    for (const auto& one : finalizers_of(wanted))
      if (!contains(held, one)) added.push_back(one);
    if (!added.empty())
      throw invalid(resource, target.name,
                    {{"FieldValueForbidden",
                      "Forbidden: no new finalizers can be added if the object is being deleted, found new "
                      "finalizers " +
                          rendered(added),
                      "metadata.finalizers"}});
  }
  if (wanted == old) return present;
  if (resource.generation && spec_differs(wanted, old))
    meta_of(wanted)["generation"] = number_at(meta_of(old), "generation") + 1;
  if (ready_to_go(resource, wanted)) {
    erase(resource, target.key(), now);
    return std::make_shared<const Stored>(std::move(wanted), present->version);
  }
  return put(resource, target.key(), std::move(wanted), now);
}

Deleted Model::remove(const Target& target, const DeleteOptions& options, Time now) {
  const auto& resource = target.resource;
  const auto present = get(target);
  const auto& old = present->value;
  const auto version = text_of(text_at(meta_of(old), "resourceVersion"));
  if (!options.uid.empty() && options.uid != uid_of(old))
    throw failed_precondition(resource, target.name, "UID", options.uid, text_of(uid_of(old)),
                              "deleted and then recreated");
  if (!options.resource_version.empty() && options.resource_version != version)
    throw failed_precondition(resource, target.name, "ResourceVersion", options.resource_version, version,
                              "modified");
  if (resource.kind == "Namespace") return remove_namespace(target, present, now);
  auto object = old;
  set_finalizers(object, finalizers_after(old, options.propagation));
  const bool held = !finalizers_of(object).empty();
  auto grace = resource.graceful ? grace_of(old, options) : 0;
  if (resource.graceful && deleting(old)) {
    // A second delete can only shorten the grace.
    const auto left = number_at(meta_of(old), "deletionGracePeriodSeconds");
    grace = options.grace_seconds ? std::min(grace, left) : left;
    if (grace == left && left > 0) return {present, present};
  }
  if (!held && !resource.graceful) return {nullptr, erase(resource, target.key(), now)};
  mark_deleting(object, deleted_since(old, now), grace);
  const auto marked = object == old ? present : put(resource, target.key(), std::move(object), now);
  if (held || grace > 0) return {marked, marked};
  return {nullptr, erase(resource, target.key(), now)};
}

// The namespace controller does the rest.
Deleted Model::remove_namespace(const Target& target, const Object& present, Time now) {
  if (deleting(present->value)) return {present, present};
  auto object = present->value;
  meta_of(object)["deletionTimestamp"] = base::rfc3339(seconds_of(now));
  object["status"] = {{"phase", "Terminating"}};
  const auto marked = put(target.resource, target.key(), std::move(object), now);
  return {marked, marked};
}

Object Model::put(const Resource& resource, const std::string& key, json::object object, Time now) {
  tidy(resource, object);
  const auto change = store_.put(resource.number, key, std::move(object), now);
  controllers_.saw(resource, change);
  return change.object;
}

Object Model::erase(const Resource& resource, std::string_view key, Time now) {
  const auto change = store_.erase(resource.number, key, now);
  controllers_.saw(resource, change);
  return change.object;
}

}  // namespace kube_double
