#include "http/curl_driver.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "http/curl_transfer.hpp"

namespace http {

namespace asio = boost::asio;

struct CurlDriver::Socket {
  Socket(const asio::any_io_executor& executor, curl_socket_t curl_fd)
      : fd(curl_fd), descriptor(executor, curl_fd) {}
  // curl owns the descriptor: never close it here.
  ~Socket() { let_go(); }
  void let_go() {
    removed = true;
    if (descriptor.is_open()) descriptor.release();
  }

  const curl_socket_t fd;
  asio::posix::stream_descriptor descriptor;
  bool want_input = false;
  bool want_output = false;
  bool waiting_input = false;
  bool waiting_output = false;
  bool removed = false;  // the fd's number may by now be another socket's
};

CurlDriver::CurlDriver(asio::any_io_executor executor, CurlOptions options)
    : executor_(executor),
      options_(std::move(options)),
      timer_(executor),
      places_(executor, options_.max_in_flight) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (global != CURLE_OK) throw std::runtime_error("curl_global_init failed");
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::runtime_error("curl_multi_init failed");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlDriver::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlDriver::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // As many connections as places: each watch holds one, and none may wait for another to end.
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.max_in_flight));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_in_flight));
}

CurlDriver::~CurlDriver() {
  close();
}

void CurlDriver::add(CurlTransfer& transfer) {
  curl_easy_setopt(transfer.easy(), CURLOPT_OPENSOCKETFUNCTION, &CurlDriver::on_open);
  curl_easy_setopt(transfer.easy(), CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(transfer.easy(), CURLOPT_CLOSESOCKETFUNCTION, &CurlDriver::on_close);
  curl_easy_setopt(transfer.easy(), CURLOPT_CLOSESOCKETDATA, this);
  transfers_.push_back(&transfer);
  curl_multi_add_handle(multi_, transfer.easy());
}

void CurlDriver::remove(CurlTransfer& transfer) {
  const auto place = std::find(transfers_.begin(), transfers_.end(), &transfer);
  if (place == transfers_.end()) return;
  transfers_.erase(place);
  if (multi_ != nullptr) curl_multi_remove_handle(multi_, transfer.easy());
}

void CurlDriver::suspect(base::Duration silence) {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [fd, last_input] : last_input_)
    if (now - last_input >= silence) ::shutdown(fd, SHUT_RDWR);
}

void CurlDriver::close() {
  if (multi_ == nullptr) return;
  for (auto* transfer : transfers_) {
    curl_multi_remove_handle(multi_, transfer->easy());
    transfer->closed();
  }
  transfers_.clear();
  curl_multi_cleanup(multi_);  // closes the connections, through our callbacks
  multi_ = nullptr;
  for (const auto& [fd, socket] : sockets_) socket->let_go();
  sockets_.clear();
  ++timer_round_;
  timer_.cancel();
  places_.close();
}

int CurlDriver::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& driver = *static_cast<CurlDriver*>(self);
  auto& socket = driver.sockets_[fd];
  if (what == CURL_POLL_REMOVE) {
    if (socket) socket->let_go();
    driver.sockets_.erase(fd);
    return 0;
  }
  if (!socket) socket = std::make_shared<Socket>(driver.executor_, fd);
  socket->want_input = (what & CURL_POLL_IN) != 0;
  socket->want_output = (what & CURL_POLL_OUT) != 0;
  driver.arm(socket);
  return 0;
}

void CurlDriver::arm(const std::shared_ptr<Socket>& socket) {
  if (socket->want_input && !socket->waiting_input) wait_for(socket, true);
  if (socket->want_output && !socket->waiting_output) wait_for(socket, false);
}

void CurlDriver::wait_for(const std::shared_ptr<Socket>& socket, bool input) {
  using Descriptor = asio::posix::stream_descriptor;
  bool Socket::*const waiting = input ? &Socket::waiting_input : &Socket::waiting_output;
  (*socket).*waiting = true;
  // Weak: armed waits alone keep nothing alive, else an idle connection would keep the driver, and it the
  // connection.
  socket->descriptor.async_wait(
      input ? Descriptor::wait_read : Descriptor::wait_write,
      [weak = weak_from_this(), socket, waiting, input](boost::system::error_code error) {
        (*socket).*waiting = false;
        const auto driver = weak.lock();
        if (!driver || driver->closed() || socket->removed || error == asio::error::operation_aborted) return;
        if (input) {
          const auto connection = driver->last_input_.find(socket->fd);
          if (connection != driver->last_input_.end()) connection->second = std::chrono::steady_clock::now();
        }
        const bool wanted = input ? socket->want_input : socket->want_output;
        if (error) {
          driver->act(socket->fd, CURL_CSELECT_ERR);
        } else if (wanted) {
          driver->act(socket->fd, input ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        }
        if (!driver->closed() && !socket->removed) driver->arm(socket);
      });
}

int CurlDriver::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& driver = *static_cast<CurlDriver*>(self);
  const auto round = ++driver.timer_round_;  // an expiry that is already on its way is then of an older round
  if (timeout_ms < 0) {
    driver.timer_.cancel();
    return 0;
  }
  driver.timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  driver.timer_.async_wait([weak = driver.weak_from_this(), round](boost::system::error_code error) {
    const auto driver = weak.lock();
    if (error || !driver || driver->closed() || round != driver->timer_round_) return;
    driver->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlDriver::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    if (transfer != nullptr) reinterpret_cast<CurlTransfer*>(transfer)->finished(message->data.result);
  }
}

curl_socket_t CurlDriver::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& driver = *static_cast<CurlDriver*>(self);
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  if (address->family == AF_INET || address->family == AF_INET6) {
    // Keep-alive notices a dead peer of an idle connection, the user timeout one that leaves data
    // unacknowledged.
    const auto dead = std::max<std::int64_t>(driver.options_.dead_peer.count(), 1'000);
    const unsigned user_timeout = static_cast<unsigned>(dead);
    const int on = 1;
    const int probes = 3;
    const int interval = static_cast<int>(std::max<std::int64_t>(dead / 4'000, 1));
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &interval, sizeof interval);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout);
  }
  driver.last_input_[fd] = std::chrono::steady_clock::now();
  return fd;
}

int CurlDriver::on_close(void* self, curl_socket_t fd) {
  auto& driver = *static_cast<CurlDriver*>(self);
  driver.last_input_.erase(fd);
  // Seen with every version so far: REMOVE came before. If not, the descriptor must not stay registered.
  if (const auto socket = driver.sockets_.find(fd); socket != driver.sockets_.end()) {
    socket->second->let_go();
    driver.sockets_.erase(socket);
  }
  return ::close(fd);
}

}  // namespace http
