#pragma once
// Objects as the double keeps and shows them: JSON that never changes once it is stored.

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kube_double {

namespace json = boost::json;

using Time = std::chrono::system_clock::time_point;
using Span = Time::duration;
using Version = std::uint64_t;  // metadata.resourceVersion: one count for all resources, as etcd's revision

// One version of an object.
struct Stored {
  Stored(json::object object, Version of) : value(std::move(object)), version(of) {}

  json::object value;
  Version version;
  const std::string& text() const;  // serialized once

 private:
  mutable std::string text_;
};
using Object = std::shared_ptr<const Stored>;

// A member of an object, or of an object in it ("spec", "nodeName"); what is not there, or of another type,
// reads as empty.
const json::value* at(const json::object& object, std::string_view name);
const json::object& object_at(const json::object& object, std::string_view name);
const json::array& array_at(const json::object& object, std::string_view name);
std::string_view text_at(const json::object& object, std::string_view name);
std::int64_t number_at(const json::object& object, std::string_view name);

const json::object& meta_of(const json::object& object);
json::object& meta_of(json::object& object);  // made if it is not there
std::string_view name_of(const json::object& object);
std::string_view namespace_of(const json::object& object);
std::string_view uid_of(const json::object& object);
bool deleting(const json::object& object);  // has a deletionTimestamp
std::vector<std::string> finalizers_of(const json::object& object);
void set_finalizers(json::object& object, const std::vector<std::string>& finalizers);

}  // namespace kube_double
