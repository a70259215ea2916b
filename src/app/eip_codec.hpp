#pragma once
// EIP objects between JSON and the domain's values.

#include <string>
#include <string_view>

#include "domain/eip.hpp"
#include "kube/kind.hpp"

namespace app {

inline constexpr const char* kFinalizer = "aws.k8s.logmein.com";

struct EipObject {
  kube::Meta meta;
  domain::Eip eip;
};

kube::Kind<EipObject> eip_kind();

base::Result<EipObject> decode_eip(std::string_view json);

// A merge patch for the status subresource that holds all of `status` (what it has not is removed) and lands
// only on the object as it was at `resource_version`.
std::string status_patch(const domain::EipStatus& status, const std::string& resource_version);
// Merge patch that makes the finalizers what they are plus ours, or less ours; the same precondition.
std::string finalizers_patch(const kube::Meta& meta, bool with_ours);

}  // namespace app
