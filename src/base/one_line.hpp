#pragma once
// Foreign text that is shown to a person.

#include <string>
#include <string_view>

namespace base {

// `text` on one line: each control character is a "?", and what is longer than `most` bytes is
// cut, between characters, to end in "...".
std::string one_line(std::string_view text, std::size_t most = 500);

}  // namespace base
