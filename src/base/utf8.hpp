#pragma once
// Text that has to fit a bound of bytes.

#include <string>

namespace base {

// Shortens `text` to at most `most` bytes, between characters, so that it stays valid UTF-8.
inline void cut_utf8(std::string& text, std::size_t most) {
  if (text.size() <= most) return;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  text.resize(most);
}

}  // namespace base
