#pragma once
// EIP objects between JSON and the domain's values.

#include <string>
#include <string_view>

#include "app/object_json.hpp"

namespace app {

struct EipObject {
  kube::Meta meta;
  domain::Eip eip;
};

kube::Kind<EipObject> eip_kind();

base::Result<EipObject> decode_eip(std::string_view json);

// A merge patch for the status subresource that holds all of `status` (what it has not is removed) and lands
// only on the object as it was at `resource_version`.
std::string status_patch(const domain::EipStatus& status, const std::string& resource_version);
// A JSON patch that removes `assignment` from the spec, if it still is this one, of an object that still is
// as in `meta`.
std::string removal_patch(const kube::Meta& meta, const domain::Assignment& copy);

}  // namespace app
