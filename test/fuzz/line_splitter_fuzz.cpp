// The splitter yields the same lines however the bytes are cut, keeps its reserve readable behind each, and
// refuses a stream only for a line beyond the bound.

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "http/line_splitter.hpp"

namespace {

using http::LineSplitter;

struct Reference {
  std::vector<std::string_view> lines;
  std::size_t rest = 0;
  std::size_t longest = 0;  // with "\r", as the bound counts
};

Reference split(std::string_view text) {
  Reference reference;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    auto line = text.substr(0, end);
    reference.longest = std::max(reference.longest, line.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    reference.lines.push_back(line);
    text.remove_prefix(end + 1);
  }
  reference.rest = text.size();
  reference.longest = std::max(reference.longest, text.size());
  return reference;
}

// Feeds `text` in pieces of up to `most` bytes; false when the splitter refused.
bool feed_and_compare(std::string_view text, const Reference& reference, LineSplitter& lines,
                      std::size_t most, fuzz::Draw& draw) {
  std::size_t seen = 0;
  while (!text.empty()) {
    const auto piece = text.substr(0, 1 + draw.below(most));
    text.remove_prefix(piece.size());
    if (!lines.feed(piece)) return false;
    while (const auto line = lines.next()) {
      fuzz::require(seen < reference.lines.size() && *line == reference.lines[seen],
                    "another line than was sent");
      char behind[LineSplitter::kReserve];
      std::memcpy(behind, line->data() + line->size(), sizeof behind);  // the address sanitizer judges
      ++seen;
    }
  }
  fuzz::require(seen == reference.lines.size() && lines.partial() == reference.rest, "a line is missing");
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto reference = split(text);
  fuzz::Draw draw(text);

  LineSplitter lines;
  fuzz::require(feed_and_compare(text, reference, lines, 1 + draw.below(size), draw),
                "refused below its bound");

  const std::size_t bound = 8 + draw.below(64);
  LineSplitter bounded(bound);
  const bool taken = feed_and_compare(text, reference, bounded, 16, draw);
  fuzz::require(taken || reference.longest > bound, "refused though no line is beyond the bound");
  return 0;
}
