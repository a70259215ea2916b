#pragma once
// libcurl's codes as faults: what happened, in words that a person can act on. Pure.

#include <string>

#include "base/fault.hpp"

namespace http {

struct CurlFailure {
  int code = 0;             // CURLcode
  std::string place;        // host:port
  std::string detail;       // curl's own words, may be empty
  long verify_result = 0;   // OpenSSL's X509_V_ERR number
  long os_error = 0;        // errno of the last connect
  bool maybe_sent = false;  // curl was about to put the request on the wire
};

base::Fault fault_of(const CurlFailure& failure);

}  // namespace http
