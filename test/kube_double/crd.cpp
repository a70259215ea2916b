#include "kube_double/crd.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "kube_double/schema.hpp"

namespace kube_double {
namespace {

json::value scalar(const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);  // quoted
  std::int64_t number = 0;
  double real = 0;
  bool truth = false;
  if (YAML::convert<std::int64_t>::decode(node, number)) return number;
  if (YAML::convert<double>::decode(node, real)) return real;
  if ((text == "true" || text == "false") && YAML::convert<bool>::decode(node, truth)) return truth;
  return json::value(text);
}

json::value to_json(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json::array array;
    for (const auto& item : node) array.push_back(to_json(item));
    return array;
  }
  if (node.IsMap()) {
    json::object object;
    for (const auto& member : node) object[member.first.Scalar()] = to_json(member.second);
    return object;
  }
  return nullptr;
}

void read(const json::object& definition, std::vector<Resource>& into) {
  const auto& spec = object_at(definition, "spec");
  for (const auto& one : array_at(spec, "versions")) {
    const auto& version = one.as_object();
    if (const auto* served = at(version, "served"); served == nullptr || !served->as_bool()) continue;
    Resource resource;
    resource.group = text_at(spec, "group");
    resource.version = text_at(version, "name");
    resource.plural = text_at(object_at(spec, "names"), "plural");
    resource.kind = text_at(object_at(spec, "names"), "kind");
    resource.namespaced = text_at(spec, "scope") == "Namespaced";
    resource.status = at(object_at(version, "subresources"), "status") != nullptr;
    resource.generation = resource.custom = true;
    resource.schema =
        std::make_shared<const Schema>(object_at(object_at(version, "schema"), "openAPIV3Schema"));
    into.push_back(std::move(resource));
  }
}

}  // namespace

std::vector<Resource> read_crds(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(directory))
    if (file.path().extension() == ".yaml") files.push_back(file.path());
  std::sort(files.begin(), files.end());
  std::vector<Resource> all;
  for (const auto& file : files)
    for (const auto& document : YAML::LoadAllFromFile(file.string()))
      if (const auto definition = to_json(document);
          definition.is_object() && text_at(definition.get_object(), "kind") == "CustomResourceDefinition")
        read(definition.get_object(), all);
  return all;
}

}  // namespace kube_double
