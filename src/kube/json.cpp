#include "kube/json.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/time_text.hpp"

namespace kube {

namespace json = boost::json;

Json Json::operator[](std::string_view key) const {
  if (!is_object()) return {};
  return Json(value_->get_object().if_contains(key));
}

bool Json::null() const {
  return value_ != nullptr && value_->is_null();
}
bool Json::is_object() const {
  return value_ != nullptr && value_->is_object();
}
bool Json::is_array() const {
  return value_ != nullptr && value_->is_array();
}

std::optional<std::string> Json::string() const {
  if (value_ == nullptr || !value_->is_string()) return std::nullopt;
  return std::string(value_->get_string());
}

std::string Json::string_or(std::string_view fallback) const {
  auto text = string();
  return text ? std::move(*text) : std::string(fallback);
}

std::optional<std::int64_t> Json::integer() const {
  if (value_ == nullptr) return std::nullopt;
  if (const auto* number = value_->if_int64()) return *number;
  if (const auto* number = value_->if_double()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (std::abs(*number) <= kExact && std::trunc(*number) == *number)
      return static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
}

std::optional<bool> Json::boolean() const {
  if (value_ == nullptr || !value_->is_bool()) return std::nullopt;
  return value_->get_bool();
}

std::optional<base::WallTime> Json::time() const {
  if (value_ == nullptr || !value_->is_string()) return std::nullopt;
  const auto& text = value_->get_string();
  return base::parse_rfc3339({text.data(), text.size()});
}

std::vector<Json> Json::items() const {
  std::vector<Json> items;
  if (!is_array()) return items;
  items.reserve(value_->get_array().size());
  for (const auto& item : value_->get_array()) items.emplace_back(&item);
  return items;
}

std::vector<std::string> Json::strings() const {
  std::vector<std::string> strings;
  for (const auto& item : items())
    if (auto text = item.string()) strings.push_back(std::move(*text));
  return strings;
}

std::map<std::string, std::string> Json::string_map() const {
  std::map<std::string, std::string> map;
  if (!is_object()) return map;
  for (const auto& [key, value] : value_->get_object())
    if (value.is_string()) map.emplace(key, value.get_string());
  return map;
}

base::Result<JsonDocument> parse_json(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 64;
  json::stream_parser parser(json::storage_ptr(), options);
  const auto read = parser.write_some(text.data(), text.size(), error);
  if (!error && text.substr(read).find_first_not_of(" \t\r\n") != std::string_view::npos)
    error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error)
    return base::Fault{base::FaultKind::invalid, "JSON",
                       "not JSON: " + error.message() + " near byte " + std::to_string(read), false,
                       std::nullopt};
  return JsonDocument(std::make_shared<const json::value>(parser.release()));
}

base::Result<Meta> read_meta(Json object, std::initializer_list<std::string_view> annotations) {
  const auto metadata = object["metadata"];
  Meta meta;
  meta.name = metadata["name"].string_or("");
  if (meta.name.empty())
    return base::Fault{base::FaultKind::invalid, "JSON", "an object without metadata.name", false,
                       std::nullopt};
  meta.ns = metadata["namespace"].string_or("");
  meta.uid = metadata["uid"].string_or("");
  meta.resource_version = metadata["resourceVersion"].string_or("");
  meta.generation = metadata["generation"].integer_or(0);
  meta.creation = metadata["creationTimestamp"].time().value_or(base::WallTime{});
  meta.deletion = metadata["deletionTimestamp"].time();
  meta.finalizers = metadata["finalizers"].strings();
  meta.labels = metadata["labels"].string_map();
  for (const auto& wanted : annotations)
    if (auto text = metadata["annotations"][wanted].string())
      meta.annotations.emplace(wanted, std::move(*text));
  for (const auto& owner : metadata["ownerReferences"].items())
    meta.owners.push_back(
        {owner["kind"].string_or(""), owner["name"].string_or(""), owner["uid"].string_or("")});
  return meta;
}

}  // namespace kube
