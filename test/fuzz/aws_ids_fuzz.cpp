// What nodes and pods say of EC2: a provider id, or the annotation of branch interfaces.
//
// Promises: what is taken for an id looks like one; the id that stands in an annotation is found whatever
// surrounds it.

#include <boost/json.hpp>
#include <string>

#include "app/aws_ids.hpp"
#include "fuzz.hpp"
#include "kube/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  if (const auto id = app::instance_id_of(text); !id.empty())
    fuzz::require(id.starts_with("i-") && id.find('/') == std::string::npos && text.ends_with("/" + id),
                  "an instance");
  const auto eni = app::branch_eni_of(text);
  fuzz::require(eni.empty() || eni.starts_with("eni-"), "an interface");
  const auto annotation = boost::json::serialize(
      boost::json::array{boost::json::object{{"eniId", text}}, boost::json::object{{"eniId", "eni-1"}}});
  if (kube::parse_json(annotation))  // text that is no UTF-8 makes no JSON
    fuzz::require(app::branch_eni_of(annotation) == (text.starts_with("eni-") ? text : "eni-1"),
                  "the first that is an interface");
  return 0;
}
