#pragma once
// Cuts a byte stream into lines. Pure. Each line has kReserve readable bytes behind it, so that simdjson can
// parse it where it is (SIMDJSON_PADDING; http links no simdjson, kube asserts the number).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace http {

class LineSplitter {
 public:
  static constexpr std::size_t kReserve = 64;

  explicit LineSplitter(std::size_t max_line = 16u << 20) : max_line_(max_line) {}

  // False when a line has grown beyond the bound: the stream is of no more use.
  [[nodiscard]] bool feed(std::string_view bytes);
  // The next complete line, without its end ("\n" or "\r\n"); valid until the next call of any member.
  std::optional<std::string_view> next();
  // Bytes of a line that has not ended: thrown away when the stream ends.
  std::size_t partial() const { return buffer_.size() - begin_; }

 private:
  std::size_t max_line_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of the next line
  std::size_t scanned_ = 0;  // no line end before this
};

}  // namespace http
