#pragma once
// Base64 (RFC 4648, the standard alphabet), as kubeconfigs hold certificates.

#include <optional>
#include <string>
#include <string_view>

namespace kube {

// White space between the characters is allowed. Nothing if it is no base64.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace kube
