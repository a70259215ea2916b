#include "app/association_codec.hpp"

namespace app {

namespace json = boost::json;

kube::Kind<AssociationObject> association_kind() {
  return {resource_of("eipassociations", "EIPAssociation"), &decode_association};
}

base::Result<AssociationObject> decode_association(std::string_view text) {
  auto read = read_object(text);
  if (!read) return read.error();
  AssociationObject object;
  object.meta = std::move(read->meta);
  domain::Association& association = object.association;
  describe(association, object.meta);
  const kube::Json spec = read->document["spec"];
  association.eip_name = spec["eipName"].string_or("");
  association.assignment = read_wish(spec);
  const kube::Json status = read->document["status"];
  association.status.conditions = read_conditions(status["conditions"]);
  association.status.observed_generation = status["observedGeneration"].integer_or(-1);
  return object;
}

std::string status_patch(const domain::AssociationStatus& status, const std::string& resource_version) {
  json::object s;
  s["conditions"] = conditions_json(status.conditions);
  s["observedGeneration"] = status.observed_generation;
  return status_patch(std::move(s), resource_version);
}

}  // namespace app
