// Refusals of the API server. An input is the HTTP status, the Retry-After header and the body, a line each
// but the last.
//
// Promises: each is a fault with a code and a message; only a call that writes may have had an effect; the
// server never makes us wait for more than a day.

#include <charconv>
#include <string>

#include "fuzz.hpp"
#include "kube/status.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  http::Response response;
  const auto status = fuzz::cut_line(rest);
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  response.headers.emplace_back("retry-after", fuzz::cut_line(rest));
  response.body = rest;
  for (const bool mutating : {false, true}) {
    const auto fault = kube::fault_of(response, mutating);
    fuzz::require(!fault.code.empty() && !fault.message.empty(), "a fault says what is wrong");
    fuzz::require(mutating || !fault.effect_possible, "a read has no effect");
    fuzz::require(!fault.retry_after || (*fault.retry_after >= std::chrono::seconds(0) &&
                                         *fault.retry_after <= std::chrono::hours(24)),
                  "a wait of at most a day");
  }
  return 0;
}
