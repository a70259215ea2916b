#include "kube/node.hpp"

#include "kube/ondemand.hpp"

namespace kube {
namespace {

using namespace ondemand;

error_code read_address(sj::value item, Node& node) {
  std::string type;
  std::string address;
  const auto error = each_member(item, [&](std::string_view key, sj::value value) {
    if (key == "type") return read(value, type);
    if (key == "address") return read(value, address);
    return simdjson::SUCCESS;
  });
  if (!error && type == "InternalIP" && !address.empty()) node.internal_ips.push_back(std::move(address));
  return error;
}

}  // namespace

base::Result<Node> decode_node(std::string_view json) {
  Node node;
  auto fault = read_copy(json, [&](sj::value root) {
    return each_member(root, [&](std::string_view key, sj::value value) {
      if (key == "metadata")
        return each_member(value, [&](std::string_view name, sj::value member) {
          return read_meta_member(name, member, node.meta);
        });
      if (key == "spec")
        return each_member(value, [&](std::string_view name, sj::value member) {
          return name == "providerID" ? read(member, node.provider_id) : simdjson::SUCCESS;
        });
      if (key == "status")
        return each_member(value, [&](std::string_view name, sj::value member) {
          if (name != "addresses") return simdjson::SUCCESS;
          return each_item(member, [&](sj::value item) { return read_address(item, node); });
        });
      return simdjson::SUCCESS;
    });
  });
  if (fault) return std::move(*fault).within("a node");
  if (node.meta.name.empty())
    return base::Fault{base::FaultKind::invalid, "JSON", "a node without a name", false, std::nullopt};
  return node;
}

Kind<Node> node_kind() {
  return {{"", "v1", "nodes", "Node", false}, &decode_node};
}

}  // namespace kube
