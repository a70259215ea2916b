#include "http/line_splitter.hpp"

#include <algorithm>

namespace http {

bool LineSplitter::feed(std::string_view bytes) {
  if (begin_ > 0) {  // what was read is dropped here, once per chunk and not once per line
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  const auto wanted = buffer_.size() + bytes.size() + kReserve;
  if (buffer_.capacity() < wanted) buffer_.reserve(std::max(wanted, 2 * buffer_.capacity()));
  buffer_.append(bytes);
  if (buffer_.size() <= max_line_) return true;
  // Long, but perhaps of many lines: only the last, unended one counts.
  const auto end = buffer_.rfind('\n');
  const auto last = end == std::string::npos ? 0 : end + 1;
  return buffer_.size() - last <= max_line_ && buffer_.find('\n') <= max_line_;
}

std::optional<std::string_view> LineSplitter::next() {
  const auto end = buffer_.find('\n', scanned_);
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  std::string_view line(buffer_.data() + begin_, end - begin_);
  begin_ = scanned_ = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace http
