#include "http/curl_faults.hpp"

#include <curl/curl.h>

#include <cerrno>
#include <string_view>

namespace http {
namespace {

// Numbers of openssl/x509_vfy.h, stable ABI.
std::string certificate_trouble(const std::string& place, std::string_view detail, long verify_result) {
  const std::string of = "the certificate of " + place;
  switch (verify_result) {
    case 9:
      return of + " is not valid yet; check this machine's clock";
    case 10:
      return of + " has expired, or this machine's clock is wrong";
    case 18:
      return of + " is self-signed and not trusted";
    case 2:
    case 19:
    case 20:
    case 21:
      return of + " was not issued by a CA that we trust";
    case 23:
      return of + " was revoked";
    case 62:
      return of + " is for another name";
    default:
      break;
  }
  if (detail.find("subject name") != std::string_view::npos) return of + " is for another name";
  return of + " was refused";
}

}  // namespace

base::Fault fault_of(const CurlFailure& failure) {
  using base::FaultKind;
  const auto code = failure.code;
  const auto& where = failure.place;
  const auto& detail = failure.detail;
  const auto maybe_sent = failure.maybe_sent;
  FaultKind kind = FaultKind::unavailable;
  std::string message;
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      kind = FaultKind::invalid;
      message = "bad URL";
      break;
    case CURLE_COULDNT_RESOLVE_PROXY:
      message = "the proxy's name can't be resolved";
      break;
    case CURLE_COULDNT_RESOLVE_HOST:
      message = "the name of " + where + " can't be resolved";
      break;
    case CURLE_COULDNT_CONNECT:
      message =
          failure.os_error == ECONNREFUSED ? where + " refused the connection" : where + " can't be reached";
      break;
    case CURLE_OPERATION_TIMEDOUT:
      kind = maybe_sent ? FaultKind::timed_out : FaultKind::unavailable;
      message = maybe_sent ? where + " did not answer in time" : "no connection to " + where + " in time";
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
      message = certificate_trouble(where, detail, failure.verify_result);
      break;
    case CURLE_SSL_CONNECT_ERROR:
      message = "no TLS connection to " + where;
      break;
    case CURLE_SSL_CERTPROBLEM:
      kind = FaultKind::invalid;
      message = "our client certificate or its key can't be used";
      break;
    case CURLE_SSL_CACERT_BADFILE:
      kind = FaultKind::invalid;
      message = "the CA certificates can't be read";
      break;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      message = "the connection to " + where + " was cut";
      break;
    case CURLE_ABORTED_BY_CALLBACK:  // we refused curl's second try of a signed request
      message = "the connection to " + where + " was cut before the answer";
      break;
    case CURLE_OUT_OF_MEMORY:
      kind = FaultKind::failed;
      message = "out of memory";
      break;
    default:
      message = "no answer from " + where;
      break;
  }
  // curl's own words on a failed connection tell its milliseconds: a text that never comes twice.
  const bool own_words =
      code != CURLE_ABORTED_BY_CALLBACK && code != CURLE_OPERATION_TIMEDOUT && code != CURLE_COULDNT_CONNECT;
  if (own_words && !detail.empty()) message += ": " + detail;
  return {kind, "curl " + std::to_string(code), std::move(message), maybe_sent, std::nullopt};
}

}  // namespace http
