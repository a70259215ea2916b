#include "kube/token.hpp"

#include <fstream>
#include <iterator>

namespace kube {

base::Task<base::Result<std::string>> FixedToken::token() {
  co_return token_;
}

base::Task<base::Result<std::string>> TokenFile::token() {
  constexpr auto kFresh = std::chrono::seconds(60);
  const auto now = clock_.now();
  if (read_at_ && now - *read_at_ < kFresh) co_return token_;
  // A small file on a memory file system: reading it here holds nothing up.
  std::ifstream file(path_, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto first = text.find_first_not_of(" \t\r\n");
  text = first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
  if (!text.empty()) {
    token_ = std::move(text);
    read_at_ = now;
  } else if (token_.empty()) {
    co_return base::Fault{base::FaultKind::denied, "token", "no token in " + path_, false, std::nullopt};
  } else {
    read_at_ = now;
  }
  co_return token_;
}

}  // namespace kube
