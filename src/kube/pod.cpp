#include "kube/pod.hpp"

#include "kube/ondemand.hpp"

namespace kube {
namespace {

using namespace ondemand;

error_code read_metadata(sj::value metadata, Pod& pod) {
  return each_member(metadata, [&](std::string_view key, sj::value value) {
    if (key == "annotations")
      return each_member(value, [&](std::string_view name, sj::value text) {
        return name == "vpc.amazonaws.com/pod-eni" ? read(text, pod.pod_eni) : simdjson::SUCCESS;
      });
    if (key == "labels")
      return each_member(value, [&](std::string_view name, sj::value) {
        if (name == "eks.amazonaws.com/fargate-profile") pod.fargate = true;
        return simdjson::SUCCESS;
      });
    return read_meta_member(key, value, pod.meta);
  });
}

error_code read_spec(sj::value spec, Pod& pod) {
  return each_member(spec, [&](std::string_view key, sj::value value) {
    if (key == "nodeName") return read(value, pod.node_name);
    if (key == "hostNetwork") return read(value, pod.host_network);
    return simdjson::SUCCESS;
  });
}

error_code read_status(sj::value status, Pod& pod, std::string& pod_ip) {
  return each_member(status, [&](std::string_view key, sj::value value) {
    if (key == "phase") return read(value, pod.phase);
    if (key == "podIP") return read(value, pod_ip);
    if (key != "podIPs") return simdjson::SUCCESS;
    return each_item(value, [&](sj::value item) {
      return each_member(item, [&](std::string_view name, sj::value text) {
        if (name != "ip") return simdjson::SUCCESS;
        std::string ip;
        const auto error = read(text, ip);
        if (!ip.empty()) pod.pod_ips.push_back(std::move(ip));
        return error;
      });
    });
  });
}

}  // namespace

base::Result<Pod> decode_pod(std::string_view json) {
  Pod pod;
  std::string pod_ip;
  auto fault = read_copy(json, [&](sj::value root) {
    return each_member(root, [&](std::string_view key, sj::value value) {
      if (key == "metadata") return read_metadata(value, pod);
      if (key == "spec") return read_spec(value, pod);
      if (key == "status") return read_status(value, pod, pod_ip);
      return simdjson::SUCCESS;
    });
  });
  if (fault) return std::move(*fault).within("a pod");
  if (pod.meta.name.empty())
    return base::Fault{base::FaultKind::invalid, "JSON", "a pod without a name", false, std::nullopt};
  // The older, single field; whoever writes status by hand may set it alone.
  if (pod.pod_ips.empty() && !pod_ip.empty()) pod.pod_ips.push_back(std::move(pod_ip));
  return pod;
}

Kind<Pod> pod_kind() {
  return {{"", "v1", "pods", "Pod", true}, &decode_pod};
}

}  // namespace kube
