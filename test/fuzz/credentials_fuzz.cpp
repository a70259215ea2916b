// The credentials of a role as instance metadata gives them.
//
// Promises: what is taken is complete and reads the same after it was written; a fault shows at most the
// service's own code, on one line.

#include <boost/json.hpp>
#include <string>

#include "aws/imds_credentials.hpp"
#include "base/time_text.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = aws::read_role_credentials(fuzz::text_of(data, size));
  if (!read) {
    const auto& message = read.error().message;
    fuzz::require(fuzz::one_line(message) && message.size() < 200, "a fault is one short line");
    fuzz::require(message.starts_with("instance metadata"), "a fault says where it comes from");
    return 0;
  }
  fuzz::require(!read->access_key_id.empty() && !read->secret_access_key.empty() &&
                    !read->session_token.empty() && read->expires,
                "credentials are complete");
  const auto again = aws::read_role_credentials(
      boost::json::serialize(boost::json::object{{"Code", "Success"},
                                                 {"AccessKeyId", read->access_key_id},
                                                 {"SecretAccessKey", read->secret_access_key},
                                                 {"Token", read->session_token},
                                                 {"Expiration", base::rfc3339(*read->expires)}}));
  fuzz::require(again && again->same_keys(*read), "credentials read differently after they were written");
  fuzz::require(*again->expires == std::chrono::floor<std::chrono::seconds>(*read->expires), "another end");
  return 0;
}
