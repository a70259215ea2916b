// Errors of EC2 and STS. An input is the HTTP status, on a line of its own, and the body.
//
// Promises: each is a fault of one printable line with a code, without what AWS's text quotes of the signed
// request; the same error in EC2's and in STS's envelope reads the same; a shown body is cut.

#include <charconv>
#include <string>

#include "aws/ec2_xml.hpp"
#include "aws/error_codes.hpp"
#include "fuzz.hpp"

namespace {

bool printable_ascii(std::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c > 0x7E) return false;
  return true;
}

std::string as_reference(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      out += c;  // a reference would name a character, not a byte
      continue;
    }
    out += "&#x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
    out += ';';
  }
  return out;
}

void check_envelopes(const aws::ErrorDocument& error) {
  const std::string inner =
      "<Code>" + as_reference(error.code) + "</Code><Message>" + as_reference(error.message) + "</Message>";
  const std::string id = as_reference(error.request_id);
  for (const auto& body :
       {"<Response><Errors><Error>" + inner + "</Error></Errors><RequestID>" + id + "</RequestID></Response>",
        "<ErrorResponse><Error>" + inner + "</Error><RequestId>" + id + "</RequestId></ErrorResponse>"}) {
    const auto again = aws::read_error(body);
    fuzz::require(again && again->code == error.code && again->message == error.message &&
                      again->request_id == error.request_id,
                  "an error reads differently after it was written");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto body = fuzz::text_of(data, size);
  fuzz::Draw draw(body);
  int status = 0;
  const auto line = fuzz::cut_line(body);
  std::from_chars(line.data(), line.data() + line.size(), status);

  const auto fault = aws::fault_of("ec2", "AllocateAddress", status, body);
  fuzz::require(!fault.code.empty() && printable_ascii(fault.code), "a code is printable");
  fuzz::require(printable_ascii(fault.message) && fault.message.size() < 900,
                "a message is one printable line");
  fuzz::require(!aws::label_of(fault).empty(), "a label for the metric");
  if (const auto error = aws::read_error(body)) {
    for (const char* quoted :
         {"Encoded authorization failure message", "The Canonical String", "The String-to-Sign"})
      fuzz::require(fault.message.find(quoted) == std::string::npos, "a message quotes the request");
    fuzz::require(!error->code.empty(), "an error has a code");
    check_envelopes(*error);
  }
  const std::size_t length = draw.below(100);
  fuzz::require(aws::printable(body, length).size() <= length + 3, "a text is cut");
  return 0;
}
