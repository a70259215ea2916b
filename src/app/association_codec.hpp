#pragma once
// EIPAssociation objects between JSON and the domain's values.

#include <string>
#include <string_view>

#include "app/object_json.hpp"
#include "domain/association.hpp"

namespace app {

struct AssociationObject {
  kube::Meta meta;
  domain::Association association;
};

kube::Kind<AssociationObject> association_kind();

base::Result<AssociationObject> decode_association(std::string_view json);

// A merge patch for the status subresource that holds all of `status` and lands only on the object as it was
// at `resource_version`.
std::string status_patch(const domain::AssociationStatus& status, const std::string& resource_version);

}  // namespace app
