#include "app/aws_ids.hpp"

#include "kube/json.hpp"

namespace app {

std::string instance_id_of(const std::string& provider_id) {
  if (!provider_id.starts_with("aws://")) return "";
  std::string id = provider_id.substr(provider_id.rfind('/') + 1);
  return id.starts_with("i-") ? id : "";
}

std::string branch_eni_of(const std::string& annotation) {
  if (annotation.empty()) return "";
  const auto document = kube::parse_json(annotation);
  if (!document) return "";
  for (const auto& item : document->root().items())
    if (const auto id = item["eniId"].string_or(""); id.starts_with("eni-")) return id;
  return "";
}

}  // namespace app
