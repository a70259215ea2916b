#include "ec2_double/transport.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>

#include "ec2_double/authenticate.hpp"
#include "http/curl_faults.hpp"

namespace ec2_double {
namespace {

using base::Result;
using base::Task;

base::Fault fault(int curl_code) {
  return http::fault_of({.code = curl_code,
                         .place = "the double",
                         .detail = {},
                         .verify_result = 0,
                         .os_error = 0,
                         .maybe_sent = true});
}

}  // namespace

Request signed_request(const http::Request& request, Time now) {
  Request out{request.body, request.headers};
  if (!request.signature) return out;
  const auto& signature = *request.signature;
  const auto date = amz_date(now);
  out.headers.emplace_back("X-Amz-Date", date);
  out.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + signature.access_key_id + '/' +
                                                date.substr(0, 8) + '/' + signature.region + '/' +
                                                signature.service +
                                                "/aws4_request, SignedHeaders=host;x-amz-date, Signature=0");
  if (!signature.session_token.empty())
    out.headers.emplace_back("X-Amz-Security-Token", signature.session_token);
  return out;
}

Result<http::Response> response_of(const Answer& answer) {
  if (answer.fate == Answer::Fate::cut) return fault(CURLE_GOT_NOTHING);
  if (answer.cut_in_body) return fault(CURLE_PARTIAL_FILE);
  http::Response response{answer.status, {}, answer.body};
  for (const auto& [name, value] : answer.headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers.emplace_back(std::move(lower), value);
  }
  return response;
}

Task<Result<http::Response>> DoubleTransport::send(http::Request request) {
  const auto sent = clock_.wall_now();
  const Answer answer = ec2_.handle(signed_request(request, sent), sent);
  if (answer.fate == Answer::Fate::hang || answer.latency >= request.timeout) {
    co_await clock_.sleep_for(request.timeout);
    co_return fault(CURLE_OPERATION_TIMEDOUT);
  }
  co_await clock_.sleep_for(answer.latency);
  co_return response_of(answer);
}

Task<Result<std::unique_ptr<http::ByteStream>>> DoubleTransport::open(http::Request) {
  co_return base::Fault{base::FaultKind::invalid, "no streams", "the double has no streams", false, {}};
}

}  // namespace ec2_double
