// The users' side of the server.
#include "kube_double/patch.hpp"
#include "kube_double/server.hpp"

namespace kube_double {
namespace {

Target target_of(const Model& model, const Ref& ref, bool status = false) {
  const auto* resource = model.catalog().by_plural(ref.plural);
  if (resource == nullptr) throw std::invalid_argument("the double serves no " + ref.plural);
  return {*resource, ref.ns, ref.name, status};
}

Target target_of(const Model& model, const json::object& object, bool status = false) {
  const auto* resource = model.catalog().by_kind(text_at(object, "apiVersion"), text_at(object, "kind"));
  if (resource == nullptr)
    throw std::invalid_argument("the double serves no kind " + std::string(text_at(object, "kind")));
  auto ns = resource->namespaced ? std::string(namespace_of(object)) : std::string();
  if (ns.empty() && resource->namespaced) ns = "default";
  return {*resource, std::move(ns), std::string(name_of(object)), status};
}

}  // namespace

template <class Write>
auto Server::attempt(Write write) -> Outcome<decltype(write())> {
  settle();
  try {
    auto result = write();
    wake_watchers();
    settle();
    return result;
  } catch (const Refusal& refusal) {
    return refusal;
  }
}

Outcome<Object> Server::create(const json::object& object) {
  return attempt([&] {
    const auto target = target_of(model_, object);
    return model_.create(target.resource, target.ns, object, clock_.wall_now());
  });
}

Outcome<Object> Server::apply(const json::object& object) {
  return attempt([&] {
    const auto target = target_of(model_, object);
    const auto now = clock_.wall_now();
    if (!model_.store().find(target.resource.number, target.key()))
      return model_.create(target.resource, target.ns, object, now);
    return model_.patch(target, PatchType::merge, object, now);
  });
}

Outcome<Object> Server::write(const Ref& ref, bool status, const std::function<void(json::object&)>& change) {
  return attempt([&] {
    const auto target = target_of(model_, ref, status);
    auto object = model_.get(target)->value;
    change(object);
    return model_.update(target, std::move(object), clock_.wall_now());
  });
}

Outcome<Object> Server::edit(const Ref& ref, const std::function<void(json::object&)>& change) {
  return write(ref, false, change);
}

Outcome<Object> Server::edit_status(const Ref& ref, const std::function<void(json::object&)>& change) {
  return write(ref, true, change);
}

Outcome<Object> Server::replace(const json::object& object, std::string_view subresource) {
  return attempt([&] {
    return model_.update(target_of(model_, object, subresource == "status"), object, clock_.wall_now());
  });
}

Outcome<Object> Server::remove(const Ref& ref, const DeleteOptions& options) {
  return attempt([&] { return model_.remove(target_of(model_, ref), options, clock_.wall_now()).left; });
}

Object Server::find(const Ref& ref) {
  settle();
  const auto target = target_of(model_, ref);
  return model_.store().find(target.resource.number, target.key());
}

std::vector<Object> Server::list(std::string_view plural, std::string_view ns) {
  settle();
  const auto target = target_of(model_, Ref{std::string(plural), std::string(ns), {}});
  const auto& rows = model_.store().rows(target.resource.number);
  const auto prefix = ns.empty() ? std::string() : std::string(ns) + '/';
  std::vector<Object> found;
  for (auto row = rows.lower_bound(prefix); row != rows.end() && row->first.starts_with(prefix); ++row)
    found.push_back(row->second);
  return found;
}

Version Server::version() {
  settle();
  return model_.store().newest();
}

std::vector<Change> Server::history(std::string_view plural, std::string_view ns, std::string_view name) {
  settle();
  const auto target = target_of(model_, Ref{std::string(plural), std::string(ns), std::string(name)});
  std::vector<Change> found;
  for (const auto& change : model_.store().log(target.resource.number)) {
    const auto& object = change.object->value;
    if ((ns.empty() || namespace_of(object) == ns) && (name.empty() || name_of(object) == name))
      found.push_back(change);
  }
  return found;
}

}  // namespace kube_double
