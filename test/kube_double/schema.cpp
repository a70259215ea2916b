#include "kube_double/schema.hpp"

#include <algorithm>

#include "base/time_text.hpp"

namespace kube_double {
namespace {

std::optional<std::size_t> size_at(const json::object& object,
                                   std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (const auto* value = at(object, name)) return value->to_number<std::size_t>();
  return std::nullopt;
}

std::optional<double> real_at(const json::object& object, std::string_view name) {
  const auto* value = at(object, name);
  return value != nullptr ? std::optional(value->to_number<double>()) : std::nullopt;
}

std::string_view type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::object:
      return "object";
    case json::kind::array:
      return "array";
    case json::kind::string:
      return "string";
    case json::kind::bool_:
      return "boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "integer";
    case json::kind::double_:
      return "number";
    case json::kind::null:
      break;
  }
  return "null";
}

bool fits(std::string_view type, const json::value& value) {
  const auto actual = type_of(value);
  return type.empty() || type == actual || (type == "number" && actual == "integer");
}

// Characters, not bytes.
std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Cause invalid_value(const std::string& path, const std::string& value, const std::string& why) {
  return {"FieldValueInvalid", "Invalid value: " + value + ": " + path + " in body " + why, path};
}

std::string quoted(std::string_view text) {
  return json::serialize(json::string(text));
}

}  // namespace

Schema::Schema(const json::object& open_api)
    : type_(text_at(open_api, "type")),
      most_(size_at(open_api, {"maxLength", "maxItems", "maxProperties"})),
      least_(size_at(open_api, {"minLength", "minItems"})),
      minimum_(real_at(open_api, "minimum")),
      maximum_(real_at(open_api, "maximum")),
      pattern_(text_at(open_api, "pattern")),
      date_time_(text_at(open_api, "format") == "date-time") {
  for (const auto& member : object_at(open_api, "properties"))
    properties_.emplace(member.key(), Schema(member.value().as_object()));
  if (const auto* more = at(open_api, "additionalProperties"); more != nullptr && more->is_object())
    additional_ = std::make_shared<const Schema>(more->get_object());
  if (const auto* items = at(open_api, "items")) items_ = std::make_shared<const Schema>(items->as_object());
  for (const auto& name : array_at(open_api, "required")) required_.emplace_back(name.as_string());
  for (const auto& value : array_at(open_api, "enum")) allowed_.emplace_back(value.as_string());
  if (const auto* value = at(open_api, "default")) default_ = *value;
  if (!pattern_.empty()) regex_.emplace(pattern_, std::regex::ECMAScript | std::regex::optimize);
}

void Schema::complete(json::object& object) const {
  std::vector<std::string> unknown;
  for (const auto& member : object)
    if ((!properties_.contains(member.key()) || member.value().is_null()) && member.key() != "metadata" &&
        member.key() != "apiVersion" && member.key() != "kind")
      unknown.emplace_back(member.key());
  for (const auto& name : unknown) object.erase(name);
  for (const auto& [name, schema] : properties_) {
    if (name == "metadata") continue;
    auto* value = object.if_contains(name);
    if (value == nullptr && schema.default_) value = &(object[name] = *schema.default_);
    if (value != nullptr) schema.complete(*value);
  }
}

void Schema::complete(json::value& value) const {
  if (value.is_array() && items_) {
    for (auto& item : value.get_array()) items_->complete(item);
  } else if (value.is_object() && additional_) {
    for (auto& member : value.get_object()) additional_->complete(member.value());
  } else if (value.is_object()) {
    auto& object = value.get_object();
    std::vector<std::string> unknown;
    for (const auto& member : object) {
      const auto known = properties_.find(member.key());
      // A null is dropped: nothing here is nullable.
      if (known == properties_.end() || member.value().is_null()) unknown.emplace_back(member.key());
    }
    for (const auto& name : unknown) object.erase(name);
    for (const auto& [name, schema] : properties_) {
      auto* member = object.if_contains(name);
      if (member == nullptr && schema.default_) member = &(object[name] = *schema.default_);
      if (member != nullptr) schema.complete(*member);
    }
  }
}

std::vector<Cause> Schema::check(const json::object& object, const json::object* old) const {
  std::vector<Cause> causes;
  for (const auto& [name, schema] : properties_)
    if (const auto* value = at(object, name); value != nullptr && name != "metadata")
      schema.check(*value, old != nullptr ? at(*old, name) : nullptr, name, causes);
  return causes;
}

void Schema::check(const json::value& value, const json::value* old, const std::string& path,
                   std::vector<Cause>& causes) const {
  if (old != nullptr && *old == value) return;
  if (!fits(type_, value)) {
    const auto type = quoted(type_of(value));
    auto cause = invalid_value(path, type, "must be of type " + type_ + ": " + type);
    cause.reason = "FieldValueTypeInvalid";
    causes.push_back(std::move(cause));
    return;
  }
  if (value.is_string()) return check_text(std::string(value.get_string()), path, causes);
  if (value.is_number()) return check_number(value, path, causes);
  const auto size =
      value.is_array() ? value.get_array().size() : (value.is_object() ? value.get_object().size() : 0);
  if (most_ && size > *most_)
    causes.push_back(
        {"FieldValueTooMany",
         "Too many: " + std::to_string(size) + ": must have at most " + std::to_string(*most_) + " items",
         path});
  if (value.is_array() && items_) {
    const auto* before = old != nullptr ? old->if_array() : nullptr;
    std::size_t number = 0;
    for (const auto& item : value.get_array()) {
      const auto* was = before != nullptr && number < before->size() ? &(*before)[number] : nullptr;
      items_->check(item, was, path + "[" + std::to_string(number++) + "]", causes);
    }
  }
  if (!value.is_object()) return;
  const auto& object = value.get_object();
  const auto* before = old != nullptr ? old->if_object() : nullptr;
  const auto was = [&](std::string_view name) { return before != nullptr ? at(*before, name) : nullptr; };
  for (const auto& name : required_)
    if (!object.contains(name)) causes.push_back({"FieldValueRequired", "Required value", path + "." + name});
  for (const auto& member : object)
    if (additional_) {
      additional_->check(member.value(), was(member.key()), path + "." + std::string(member.key()), causes);
    } else if (const auto known = properties_.find(member.key()); known != properties_.end()) {
      known->second.check(member.value(), was(member.key()), path + "." + std::string(member.key()), causes);
    }
}

void Schema::check_text(const std::string& text, const std::string& path, std::vector<Cause>& causes) const {
  if (!allowed_.empty() && std::find(allowed_.begin(), allowed_.end(), text) == allowed_.end()) {
    std::string list;
    for (const auto& one : allowed_) list += (list.empty() ? "" : ", ") + quoted(one);
    causes.push_back({"FieldValueNotSupported",
                      "Unsupported value: " + quoted(text) + ": supported values: " + list, path});
  }
  const auto length = length_of(text);
  if (most_ && length > *most_)
    causes.push_back(
        {"FieldValueTooLong", "Too long: may not be more than " + std::to_string(*most_) + " bytes", path});
  if (least_ && length < *least_)
    causes.push_back(
        invalid_value(path, quoted(text), "should be at least " + std::to_string(*least_) + " chars long"));
  if (regex_ && !std::regex_search(text, *regex_))
    causes.push_back(invalid_value(path, quoted(text), "should match '" + pattern_ + "'"));
  if (date_time_ && !base::parse_rfc3339(text)) {
    auto cause = invalid_value(path, quoted(text), "must be of type date-time: " + quoted(text));
    cause.reason = "FieldValueTypeInvalid";
    causes.push_back(std::move(cause));
  }
}

void Schema::check_number(const json::value& value, const std::string& path,
                          std::vector<Cause>& causes) const {
  const auto number = value.to_number<double>();
  if (minimum_ && number < *minimum_)
    causes.push_back(invalid_value(
        path, json::serialize(value),
        "should be greater than or equal to " + std::to_string(static_cast<std::int64_t>(*minimum_))));
  if (maximum_ && number > *maximum_)
    causes.push_back(invalid_value(
        path, json::serialize(value),
        "should be less than or equal to " + std::to_string(static_cast<std::int64_t>(*maximum_))));
}

}  // namespace kube_double
