#include "base/one_line.hpp"

#include "base/utf8.hpp"

namespace base {

std::string one_line(std::string_view text, std::size_t most) {
  std::string out(text);
  cut_utf8(out, most);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  if (text.size() > most) out += "...";
  return out;
}

}  // namespace base
