#pragma once
// Reading JSON without exceptions and without asking twice: a step into what is not there leads to "missing",
// and a value of another type than asked for reads as nothing. For small objects (our own kinds, answers to
// writes); lists and pods are read in one pass by simdjson (list_cut.hpp, pod.hpp). To write JSON use
// Boost.JSON itself.
//
//   auto doc = kube::parse_json(text);
//   auto pod = (*doc)["spec"]["assignment"]["podName"].string_or("");

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "kube/meta.hpp"

namespace kube {

// A place in a document. Valid as long as the document (or the value that it was made from) lives.
class Json {
 public:
  Json() = default;
  explicit Json(const boost::json::value* value) : value_(value) {}

  Json operator[](std::string_view key) const;  // missing if this is no object or has no such key

  bool missing() const { return value_ == nullptr; }
  bool null() const;  // there, and null
  bool present() const { return !missing() && !null(); }
  bool is_object() const;
  bool is_array() const;

  std::optional<std::string> string() const;
  std::string string_or(std::string_view fallback) const;
  std::optional<std::int64_t> integer() const;  // also a float with an integral value
  std::int64_t integer_or(std::int64_t fallback) const { return integer().value_or(fallback); }
  std::optional<bool> boolean() const;
  bool boolean_or(bool fallback) const { return boolean().value_or(fallback); }
  std::optional<base::WallTime> time() const;  // metav1.Time and MicroTime

  std::vector<Json> items() const;                        // of an array; else none
  std::vector<std::string> strings() const;               // the strings of an array; others are left out
  std::map<std::string, std::string> string_map() const;  // the string members of an object
  const boost::json::value* value() const { return value_; }

 private:
  const boost::json::value* value_ = nullptr;
};

// Owns what it parsed.
class JsonDocument {
 public:
  JsonDocument() = default;
  explicit JsonDocument(std::shared_ptr<const boost::json::value> value) : value_(std::move(value)) {}
  Json root() const { return Json(value_.get()); }
  Json operator[](std::string_view key) const { return root()[key]; }

 private:
  std::shared_ptr<const boost::json::value> value_;
};

// Faults with `invalid` and the place of the error. Nesting is bounded; invalid UTF-8 is refused.
base::Result<JsonDocument> parse_json(std::string_view text);

// Reads `metadata` of an object. Of the annotations only those asked for are kept (kubectl's last-applied one
// can be as large as the object). Faults with `invalid` when there is no name.
base::Result<Meta> read_meta(Json object, std::initializer_list<std::string_view> annotations = {});

}  // namespace kube
