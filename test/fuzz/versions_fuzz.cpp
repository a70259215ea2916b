// Resource versions. An input is two of them with a blank between.
//
// Promises: integers of any size compare as numbers do, and nothing else compares; of two states of one
// object at most one supersedes the other.

#include <algorithm>
#include <string>

#include "fuzz.hpp"
#include "kube/versions.hpp"

namespace {

bool digits_only(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto blank = text.find(' ');
  const std::string a(text.substr(0, blank));
  const std::string b(blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1));
  const auto order = kube::compare_versions(a, b);
  fuzz::require(order.has_value() == (digits_only(a) && digits_only(b)),
                "integers compare, nothing else does");
  if (order) {
    const auto width = std::max(a.size(), b.size());
    const auto padded = [width](const std::string& s) { return std::string(width - s.size(), '0') + s; };
    fuzz::require(*order == (padded(a) <=> padded(b)), "as numbers");
  }
  fuzz::require(!(kube::newer(a, b) && kube::newer(b, a)), "both are newer");
  kube::Meta left, right;
  left.resource_version = a;
  left.uid = "1";
  right.resource_version = b;
  right.uid = fuzz::Draw(text).below(2) == 0 ? "1" : "2";
  fuzz::require(!(kube::supersedes(left, right, false) && kube::supersedes(right, left, false)),
                "an answer to a write supersedes and is superseded");
  return 0;
}
