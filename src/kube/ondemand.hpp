#pragma once
// simdjson for this room's .cpp files: read what is wanted in one pass, in the order it comes, and copy it
// out.
//
// The rule that this file keeps: after its first error a document is not touched again (it would crash).
// Every function returns the error, and every caller returns at once. A value that is null or of another type
// reads as not there.

#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kube/meta.hpp"

namespace kube::ondemand {

namespace sj = simdjson::ondemand;
using simdjson::error_code;

// Calls visit(key, value) -> error_code for each member of an object; another type has none. What visit
// leaves unread is skipped.
template <class Visit>
error_code each_member(sj::value value, Visit visit) {
  sj::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type != sj::json_type::object) return simdjson::SUCCESS;
  sj::object object;
  if (const auto error = value.get_object().get(object)) return error;
  for (auto member : object) {
    sj::field field;
    if (const auto error = std::move(member).get(field)) return error;
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    if (const auto error = visit(key, field.value())) return error;
  }
  return simdjson::SUCCESS;
}

template <class Visit>
error_code each_item(sj::value value, Visit visit) {
  sj::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type != sj::json_type::array) return simdjson::SUCCESS;
  sj::array array;
  if (const auto error = value.get_array().get(array)) return error;
  for (auto element : array) {
    sj::value item;
    if (const auto error = std::move(element).get(item)) return error;
    if (const auto error = visit(item)) return error;
  }
  return simdjson::SUCCESS;
}

error_code read(sj::value value, std::string& out);
error_code read(sj::value value, bool& out);
error_code read(sj::value value, std::int64_t& out);

// One of name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp; others are left unread.
error_code read_meta_member(std::string_view key, sj::value value, Meta& meta);

// Runs read(root value) over a copy of `json`, which needs no padding. Faults with `invalid`.
base::Fault broken(error_code error);

template <class Read>
std::optional<base::Fault> read_copy(std::string_view json, Read read) {
  std::string copy;
  copy.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  copy.assign(json);
  sj::parser parser;
  sj::document document;
  const simdjson::padded_string_view padded(copy.data(), copy.size(),
                                            copy.size() + simdjson::SIMDJSON_PADDING);
  if (const auto error = parser.iterate(padded).get(document)) return broken(error);
  sj::value root;
  if (const auto error = document.get_value().get(root)) return broken(error);
  if (const auto error = read(root)) return broken(error);
  return std::nullopt;
}

}  // namespace kube::ondemand
