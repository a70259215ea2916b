#include "http/curl_transfer.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cctype>
#include <charconv>
#include <new>

#include "http/curl_faults.hpp"
#include "http/url.hpp"

namespace http {

namespace asio = boost::asio;

namespace {

// Not copied by curl: the text is the driver's options, which outlive the handle.
void set_blob(CURL* easy, CURLoption option, const std::string& text) {
  curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
  curl_easy_setopt(easy, option, &blob);
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

CurlTransfer::CurlTransfer(std::shared_ptr<CurlDriver> driver, Request request, std::size_t limit)
    : driver_(std::move(driver)), request_(std::move(request)), limit_(limit), changed_(driver_->executor()) {
  easy_ = curl_easy_init();
  if (easy_ == nullptr) {
    driver_->places().leave();
    throw std::bad_alloc();
  }
  set_up();
}

CurlTransfer::~CurlTransfer() {
  driver_->remove(*this);
  curl_easy_cleanup(easy_);
  curl_slist_free_all(sent_headers_);
  curl_slist_free_all(connect_to_);
  driver_->places().leave();
}

void CurlTransfer::set_up() {
  const auto& options = driver_->options();
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  // libcurl 7.88 may let an answer lie that came together with others on one HTTP/2 connection.
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &CurlTransfer::on_before_send);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  if (!options.proxy.empty()) {
    curl_easy_setopt(easy_, CURLOPT_PROXY, options.proxy.c_str());
  } else if (!options.proxy_from_environment) {
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  }
  set_tls();
  set_target();
  set_body();
  for (const auto& [name, value] : request_.headers) {
    if (!value.empty()) {
      add_header(name + ": " + value);
    } else if (!request_.signature) {  // curl would sign an empty one and not send it
      add_header(name + ";");
    }
  }
  if (request_.signature) {
    const auto& signature = *request_.signature;
    // Region and service always named: curl would else guess them from the host.
    const auto scheme = "aws:amz:" + signature.region + ":" + signature.service;
    const auto user = signature.access_key_id + ":" + signature.secret_access_key;
    curl_easy_setopt(easy_, CURLOPT_AWS_SIGV4, scheme.c_str());
    curl_easy_setopt(easy_, CURLOPT_USERPWD, user.c_str());
    if (!signature.session_token.empty()) add_header("X-Amz-Security-Token: " + signature.session_token);
  }
  if (sent_headers_ != nullptr) curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, sent_headers_);
}

void CurlTransfer::set_tls() {
  const auto& options = driver_->options();
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, options.insecure ? 0L : 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, options.insecure ? 0L : 2L);
  if (!options.ca_pem.empty()) {
    set_blob(easy_, CURLOPT_CAINFO_BLOB, options.ca_pem);
  } else if (!options.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  // curl keeps what it read of a CA file for a day; a rotated one should count sooner.
  curl_easy_setopt(easy_, CURLOPT_CA_CACHE_TIMEOUT, 600L);
  // With a CA of our own the system's directory of CAs must not count as well.
  if (!options.ca_pem.empty() || !options.ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  if (!options.certificate_pem.empty()) {
    set_blob(easy_, CURLOPT_SSLCERT_BLOB, options.certificate_pem);
  } else if (!options.certificate_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_SSLCERT, options.certificate_file.c_str());
  }
  if (!options.key_pem.empty()) {
    set_blob(easy_, CURLOPT_SSLKEY_BLOB, options.key_pem);
  } else if (!options.key_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_SSLKEY, options.key_file.c_str());
  }
}

void CurlTransfer::set_target() {
  const auto& options = driver_->options();
  const auto parts = split(request_.url);
  if (parts.scheme.empty()) {
    place_ = "the server";
    curl_easy_setopt(easy_, CURLOPT_URL, "bad-url:");  // fails as such, unsent
    return;
  }
  place_ = bracketed(parts.host) + ":" + parts.port;
  if (options.server_name.empty() || parts.scheme != "https") {
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    return;
  }
  // curl has no option for the name in SNI and verification: ask for that name and connect to the real host.
  const auto name = bracketed(options.server_name) + ":" + parts.port;
  connect_to_ = curl_slist_append(nullptr, (name + ":" + place_).c_str());
  curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, connect_to_);
  curl_easy_setopt(easy_, CURLOPT_URL, ("https://" + name + parts.rest).c_str());
}

void CurlTransfer::set_body() {
  const auto& method = request_.method;
  if (method == "GET" && request_.body.empty()) {
    curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
    return;
  }
  if (!request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  if (method == "HEAD") curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  if (method != "POST" && method != "HEAD") curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void CurlTransfer::add_header(const std::string& line) {
  // A line break would let a value smuggle in another header.
  if (line.find_first_of("\r\n") != std::string::npos) return;
  if (auto* longer = curl_slist_append(sent_headers_, line.c_str())) sent_headers_ = longer;
}

void CurlTransfer::finished(CURLcode code) {
  done_ = true;
  code_ = code;
  changed_.cancel();
}

void CurlTransfer::closed() {
  done_ = true;
  closed_ = true;
  changed_.cancel();
}

base::Task<> CurlTransfer::wait(base::SteadyTime deadline) {
  changed_.expires_at(deadline);
  co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

std::optional<base::Fault> CurlTransfer::fault(std::string_view too_large) const {
  if (closed_)
    return base::Fault{base::FaultKind::unavailable, "closed", "the transport was closed", tries_ > 0, {}};
  if (overflow_)
    return base::Fault{base::FaultKind::failed, "too large", std::string(too_large), tries_ > 0, {}};
  if (code_ == CURLE_OK) return std::nullopt;
  CurlFailure failure{code_, place_, error_, 0, 0, tries_ > 0};
  curl_easy_getinfo(easy_, CURLINFO_SSL_VERIFYRESULT, &failure.verify_result);
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &failure.os_error);
  return fault_of(failure);
}

base::Fault CurlTransfer::timed_out() {
  if (tries_ > 0) driver_->suspect(request_.timeout);
  return fault_of({CURLE_OPERATION_TIMEDOUT, place_, {}, 0, 0, tries_ > 0});
}

std::size_t CurlTransfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  std::string_view line(bytes, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // a block begins: the last one counts, after any 1xx
    transfer.headers_.clear();
    const auto space = line.find(' ');
    const auto code = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
    transfer.status_ = 0;
    std::from_chars(code.data(), code.data() + code.size(), transfer.status_);
  } else if (line.empty()) {
    if (transfer.status_ >= 200 && !transfer.headers_complete_) {
      transfer.headers_complete_ = true;
      transfer.changed_.cancel();
    }
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    transfer.headers_.emplace_back(std::move(name), value);
  }
  return size * count;
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.body_.size() + size * count > transfer.limit_) {
    transfer.overflow_ = true;
    return 0;  // ends the transfer
  }
  transfer.body_.append(bytes, size * count);
  transfer.changed_.cancel();
  return size * count;
}

int CurlTransfer::on_before_send(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  // curl tries a request silently again when a reused connection dies without an answer. A signed one may
  // allocate an address: whether it is repeated is for the caller to decide.
  if (++transfer.tries_ > 1 && transfer.request_.signature) return CURL_PREREQFUNC_ABORT;
  return CURL_PREREQFUNC_OK;
}

}  // namespace http
