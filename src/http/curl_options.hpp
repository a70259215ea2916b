#pragma once
// How a CurlTransport connects. Apart from the transport itself, so that who only configures it sees no
// libcurl.

#include <chrono>
#include <cstddef>
#include <string>

namespace http {

struct CurlOptions {
  // Trust: a file, or PEM text; neither: the system's store.
  std::string ca_file;
  std::string ca_pem;
  bool insecure = false;    // believe any server
  std::string server_name;  // expected in the server's certificate and sent as SNI, instead of the URL's host

  // The client's own certificate and key, PEM, each a file or text. Secrets: never logged.
  std::string certificate_file;
  std::string certificate_pem;
  std::string key_file;
  std::string key_pem;

  bool proxy_from_environment = true;  // HTTPS_PROXY, NO_PROXY ... as curl reads them; false: no proxy at all
  std::string proxy;                   // this one instead (a kubeconfig's proxy-url)
  std::string user_agent = "k8s-aws-operator";

  // Requests and open streams at once, each on a connection of its own; more wait their turn, within their
  // own timeout.
  int max_in_flight = 90;
  std::size_t max_body = 256u << 20;    // of an answer to send()
  std::size_t max_backlog = 64u << 20;  // of a stream whose reader is slow; more ends the stream with a fault
  std::chrono::milliseconds connect_timeout{10'000};
  // Unacknowledged data or unanswered keep-alive probes for this long: the connection is dead.
  std::chrono::milliseconds dead_peer{30'000};
};

}  // namespace http
