#pragma once
// What the JSON of all our kinds has in common.

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "domain/condition.hpp"
#include "domain/eip.hpp"
#include "kube/json.hpp"
#include "kube/kind.hpp"

namespace app {

inline constexpr const char* kFinalizer = "aws.k8s.logmein.com";

inline kube::Resource resource_of(const char* plural, const char* kind) {
  return {"aws.k8s.logmein.com", "v1alpha1", plural, kind, true};
}

struct ObjectJson {
  kube::Meta meta;
  kube::JsonDocument document;
};

// A fault only if not even the metadata can be read.
base::Result<ObjectJson> read_object(std::string_view text);

// What an object's metadata tells the domain.
void describe(domain::Object& object, const kube::Meta& meta);

// `assignment` of the spec or the status. The index is -1 if it can't be one.
domain::Assignment read_assignment(kube::Json j);
// `assignment` of a spec; nothing: an empty section asks for nothing.
std::optional<domain::Assignment> read_wish(kube::Json spec);
std::vector<domain::Condition> read_conditions(kube::Json j);

// Null (in a merge patch: removed) if there is nothing in it.
boost::json::value text_or_null(const std::string& text);
boost::json::value list_or_null(const std::vector<std::string>& list);
boost::json::value map_or_null(const domain::Tags& map);
boost::json::object assignment_json(const domain::Assignment& a);
boost::json::value conditions_json(const std::vector<domain::Condition>& conditions);

// A merge patch for the status subresource, that lands only on the object as it was at `resource_version`.
std::string status_patch(boost::json::object status, const std::string& resource_version);
// Merge patch that makes the finalizers what they are plus ours, or less ours; the same precondition.
std::string finalizers_patch(const kube::Meta& meta, bool with_ours);

}  // namespace app
