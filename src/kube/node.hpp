#pragma once
// Of a Node only where it is: its machine and its addresses.
// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/

#include <string>
#include <string_view>
#include <vector>

#include "kube/kind.hpp"

namespace kube {

struct Node {
  Meta meta;                              // names, uid, version, creation, deletion; nothing else is kept
  std::string provider_id;                // aws:///us-east-1a/i-0123456789abcdef0
  std::vector<std::string> internal_ips;  // status.addresses of type InternalIP
};

base::Result<Node> decode_node(std::string_view json);
Kind<Node> node_kind();

}  // namespace kube
