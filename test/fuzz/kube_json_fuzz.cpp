// The JSON helpers, object metadata and conditions.
//
// Promises: every value can be asked for in every way; conditions that were read are written as JSON that
// reads as the same conditions, whatever had to be cut; an owner, a label or a finalizer is never made up.

#include <boost/json.hpp>
#include <string>

#include "base/time_text.hpp"
#include "fuzz.hpp"
#include "kube/conditions.hpp"
#include "kube/json.hpp"

namespace {

void ask(kube::Json value, int depth) {
  fuzz::require(!(value.is_object() && value.is_array()), "an object is no array");
  fuzz::require(value.strings().size() <= value.items().size(), "more strings than items");
  fuzz::require(value.string().has_value() || !value.time(), "a time is a string");
  fuzz::require(!(value.integer() && value.boolean()), "a number is no boolean");
  (void)value.string_map();
  (void)value["name"];
  if (depth == 0) return;
  for (const auto& item : value.items()) ask(item, depth - 1);
  if (value.is_object())
    for (const auto& [key, member] : value.value()->get_object()) ask(kube::Json(&member), depth - 1);
}

void check_conditions(kube::Json array) {
  const auto read = kube::read_conditions(array);
  const auto written = kube::parse_json(boost::json::serialize(kube::to_json(read)));
  fuzz::require(written.has_value(), "conditions that we wrote can't be read");
  const auto again = kube::read_conditions(written->root());
  fuzz::require(again.size() == read.size(), "a condition is lost");
  for (std::size_t i = 0; i < read.size(); ++i) {
    auto expected = read[i];
    expected.message = again[i].message;
    fuzz::require(read[i].message.starts_with(again[i].message), "a message is more than cut");
    expected.last_transition = std::chrono::floor<std::chrono::seconds>(expected.last_transition);
    fuzz::require(again[i] == expected, "a condition reads differently");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = kube::parse_json(fuzz::text_of(data, size));
  if (!document) {
    fuzz::require(document.error().kind == base::FaultKind::invalid, "what is no JSON is invalid");
    return 0;
  }
  const auto root = document->root();
  ask(root, 3);
  check_conditions(root["status"]["conditions"]);
  const auto meta = kube::read_meta(root, {"a"});
  fuzz::require(meta.has_value() == !root["metadata"]["name"].string_or("").empty(), "an object has a name");
  if (!meta) return 0;
  fuzz::require(meta->annotations.size() <= 1, "an annotation that was not asked for");
  fuzz::require(meta->owners.size() == root["metadata"]["ownerReferences"].items().size(),
                "an owner is lost");
  for (const auto& finalizer : meta->finalizers)
    fuzz::require(meta->has_finalizer(finalizer), "a finalizer is lost");
  return 0;
}
