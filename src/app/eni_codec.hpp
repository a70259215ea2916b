#pragma once
// ENI objects between JSON and the domain's values.

#include <string>
#include <string_view>

#include "app/object_json.hpp"
#include "domain/eni.hpp"

namespace app {

struct EniObject {
  kube::Meta meta;
  domain::Eni eni;
};

kube::Kind<EniObject> eni_kind();

base::Result<EniObject> decode_eni(std::string_view json);

// A merge patch for the status subresource that makes all of it what `status` says (what it has not is
// removed), and lands only on the object as it is in `before`.
std::string status_patch(const EniObject& before, const domain::EniStatus& status);

}  // namespace app
