// Pages of a list.
//
// Promises: a page that breaks off anywhere is a fault, or the same page (what follows its end is nothing); a
// list made of the items that were cut is cut into the same items.

#include <boost/json.hpp>
#include <string>

#include "fuzz.hpp"
#include "kube/list_cut.hpp"

namespace {

bool same(const kube::Page& a, const kube::Page& b) {
  return a.items == b.items && a.resource_version == b.resource_version &&
         a.continue_token == b.continue_token;
}

std::string quoted(const std::string& text) {
  return boost::json::serialize(boost::json::string(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  fuzz::Draw draw(text);
  std::string body(text);
  const auto page = kube::cut_page(body);
  if (!page) {
    fuzz::require(!page.error().message.empty(), "a fault says what is wrong");
    return 0;
  }
  fuzz::require(!page->resource_version.empty(), "a page has a version");
  for (const auto& item : page->items) (void)kube::read_identity(item);

  std::string part = body.substr(0, draw.below(size));
  const auto cut_off = kube::cut_page(part);
  fuzz::require(!cut_off || same(*cut_off, *page), "a page that broke off is another page");

  std::string rebuilt = R"({"metadata":{"resourceVersion":)" + quoted(page->resource_version) +
                        R"(,"continue":)" + quoted(page->continue_token) + R"(},"items":[)";
  for (const auto& item : page->items) {
    if (rebuilt.back() != '[') rebuilt += ',';
    rebuilt += item;
  }
  rebuilt += "]}";
  const auto again = kube::cut_page(rebuilt);
  fuzz::require(again && same(*again, *page), "a list of the same items is another page");
  return 0;
}
