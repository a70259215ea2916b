#pragma once
// An object as the API server holds it, and what our patches make of it.

#include <boost/json.hpp>
#include <cmath>
#include <string>

#include "app/object_json.hpp"
#include "fuzz.hpp"

namespace fuzz {

// JSON merge patch (RFC 7396).
inline void merge(boost::json::value& target, const boost::json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = boost::json::object();
  auto& members = target.as_object();
  for (const auto& [key, value] : patch.as_object()) {
    if (value.is_null()) {
      members.erase(key);
    } else {
      merge(members[key], value);
    }
  }
}

// Go refuses numbers beyond float64, so that the server holds none; Boost.JSON takes them for infinity.
inline void hold(boost::json::value& value) {
  if (value.is_double() && !std::isfinite(value.get_double())) value = nullptr;
  if (value.is_object())
    for (auto& member : value.get_object()) hold(member.value());
  if (value.is_array())
    for (auto& element : value.get_array()) hold(element);
}

// The text of the object `text` once the server has taken `patch`.
inline std::string merged(std::string_view text, std::string_view patch) {
  auto object = boost::json::parse({text.data(), text.size()}, {}, {.max_depth = 64});
  hold(object);
  merge(object, boost::json::parse({patch.data(), patch.size()}));
  return boost::json::serialize(object);
}

inline void check_finalizers(const kube::Meta& meta, bool with_ours) {
  const auto patch = kube::parse_json(app::finalizers_patch(meta, with_ours));
  require(patch.has_value(), "a finalizers patch that is no JSON");
  auto expected = meta.finalizers;
  std::erase(expected, app::kFinalizer);
  if (with_ours) expected.emplace_back(app::kFinalizer);
  require((*patch)["metadata"]["finalizers"].strings() == expected, "the finalizers of others are kept");
  require((*patch)["metadata"]["resourceVersion"].string() == meta.resource_version, "the precondition");
}

// An input of two objects: up to a form feed the one that is stored, behind it the one whose status is to be
// written. One alone is both.
struct StoredAndWanted {
  std::string_view stored;
  std::string_view wanted;
};

inline StoredAndWanted two_objects(std::string_view text) {
  const auto end = text.find('\f');
  if (end == std::string_view::npos) return {text, text};
  return {text.substr(0, end), text.substr(end + 1)};
}

}  // namespace fuzz
