#pragma once
// Of a Pod only what an operator of addresses looks at, read in one pass by simdjson: clusters have many
// pods. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/

#include <string>
#include <string_view>
#include <vector>

#include "kube/kind.hpp"

namespace kube {

struct Pod {
  Meta meta;  // names, uid, version, creation, deletion; nothing else is kept
  std::string node_name;
  std::string phase;                 // Pending, Running, Succeeded, Failed, Unknown
  std::vector<std::string> pod_ips;  // all, IPv4 and IPv6, in the order of status.podIPs
  bool host_network = false;
  bool fargate = false;  // has the label eks.amazonaws.com/fargate-profile
  std::string pod_eni;   // annotation vpc.amazonaws.com/pod-eni, JSON text, or empty
};

base::Result<Pod> decode_pod(std::string_view json);
Kind<Pod> pod_kind();

}  // namespace kube
