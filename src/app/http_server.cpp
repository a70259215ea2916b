#include "app/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "base/scope.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

constexpr auto kPatience = std::chrono::seconds(10);  // for one request, and between two
constexpr std::size_t kConnections = 64;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

Page answer(const std::map<std::string, HttpServer::Handler>& pages,
            const beast::http::request<beast::http::empty_body>& request) {
  if (request.method() != beast::http::verb::get && request.method() != beast::http::verb::head)
    return {405, "text/plain; charset=utf-8", "GET only\n"};
  std::string path(request.target());
  path = path.substr(0, path.find('?'));
  const auto page = pages.find(path);
  if (page == pages.end()) return {404, "text/plain; charset=utf-8", "not found\n"};
  return page->second();
}

base::Task<> serve(tcp::socket socket, const std::map<std::string, HttpServer::Handler>& pages) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(16 * 1024);
  while (true) {
    beast::http::request<beast::http::empty_body> request;
    stream.expires_after(kPatience);
    const auto [error, size] = co_await beast::http::async_read(stream, buffer, request, kAwait);
    if (error) break;
    Page page = answer(pages, request);
    beast::http::response<beast::http::string_body> response(static_cast<beast::http::status>(page.status),
                                                             request.version());
    response.set(beast::http::field::content_type, page.type);
    response.keep_alive(request.keep_alive());
    response.body() = std::move(page.body);
    response.prepare_payload();
    if (request.method() == beast::http::verb::head) response.body().clear();
    stream.expires_after(kPatience);
    const auto [write_error, written] = co_await beast::http::async_write(stream, response, kAwait);
    if (write_error || !response.keep_alive()) break;
  }
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

}  // namespace

struct HttpServer::Impl {
  Impl(asio::any_io_executor executor, std::map<std::string, Handler> p)
      : acceptor(executor), pages(std::move(p)), scope(executor) {}
  tcp::acceptor acceptor;
  std::map<std::string, Handler> pages;
  base::TaskScope scope;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

unsigned short HttpServer::port() const {
  return impl_->acceptor.local_endpoint().port();
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::any_io_executor executor,
                                                             const ListenAddress& address,
                                                             std::map<std::string, Handler> pages) {
  const std::string text = address.host + ":" + std::to_string(address.port);
  boost::system::error_code error;
  const auto ip = address.host.empty()          ? asio::ip::address(asio::ip::address_v6::any())
                  : address.host == "localhost" ? asio::ip::address(asio::ip::address_v4::loopback())
                                                : asio::ip::make_address(address.host, error);
  const auto refuse = [&] {
    return base::Fault{
        base::FaultKind::invalid, "", "can't listen on " + text + ": " + error.message(), false, {}};
  };
  if (error) return refuse();
  auto impl = std::make_unique<Impl>(executor, std::move(pages));
  tcp::endpoint endpoint(ip, address.port);
  impl->acceptor.open(endpoint.protocol(), error);
  if (error && address.host.empty()) {  // a machine without IPv6
    endpoint = tcp::endpoint(tcp::v4(), address.port);
    impl->acceptor.open(endpoint.protocol(), error);
  }
  if (error) return refuse();
  impl->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6()) impl->acceptor.set_option(asio::ip::v6_only(false), error);
  if (!error) impl->acceptor.bind(endpoint, error);
  if (!error) impl->acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return refuse();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

base::Task<> HttpServer::run() {
  std::exception_ptr thrown;
  try {
    while (true) {
      auto [error, socket] = co_await impl_->acceptor.async_accept(kAwait);
      if (!error && impl_->scope.size() < kConnections)
        impl_->scope.spawn(serve(std::move(socket), impl_->pages));
      if (error) {  // out of descriptors, say: not in a tight loop
        asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::use_awaitable);
      }
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  impl_->scope.stop();
  // A stopped coroutine throws at its next co_await, and this one must wait for its children.
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await impl_->scope.join();
  std::rethrow_exception(thrown);
}

}  // namespace app
