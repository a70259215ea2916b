#include "ec2_double/server.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <exception>

#include "ec2_double/control.hpp"
#include "ec2_double/metadata.hpp"

namespace ec2_double {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using HttpRequest = http::request<http::string_body>;
using HttpResponse = http::response<http::string_body>;

constexpr std::uint64_t kBodyLimit = 256 << 20;  // the dump of a world with very many addresses
constexpr std::string_view kControl = "/_double/";
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

void rethrow(std::exception_ptr thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

Time now() {
  return std::chrono::system_clock::now();
}

std::string_view target_of(const HttpRequest& request) {
  return {request.target().data(), request.target().size()};
}

std::string_view method_of(const HttpRequest& request) {
  return {request.method_string().data(), request.method_string().size()};
}

HttpResponse response(const HttpRequest& request, int status, std::string body) {
  HttpResponse made(static_cast<http::status>(status), request.version());
  made.keep_alive(request.keep_alive());
  made.body() = std::move(body);
  made.prepare_payload();
  return made;
}

// Everything but EC2 itself.
HttpResponse answer_aside(Double& ec2, const World& initial, const HttpRequest& request) {
  const auto target = target_of(request);
  if (target.starts_with(kControl)) {
    const auto reply =
        control(ec2, initial, method_of(request), target.substr(kControl.size()), request.body(), now());
    auto made = response(request, reply.status, boost::json::serialize(reply.body) + "\n");
    made.set(http::field::content_type, "application/json");
    return made;
  }
  const auto text = metadata(ec2.world, method_of(request), target, now());
  auto made = response(request, text ? 200 : 404, text.value_or("not found\n"));
  made.set(http::field::content_type, "text/plain");
  return made;
}

Request ec2_request(const HttpRequest& request) {
  Request made{.body = request.body(), .headers = {}};
  for (const auto& field : request) made.headers.emplace_back(field.name_string(), field.value());
  return made;
}

HttpResponse ec2_response(const HttpRequest& request, const Answer& answer) {
  auto made = response(request, answer.status, answer.body);
  for (const auto& [name, value] : answer.headers) made.set(name, value);
  return made;
}

// The end of the connection as a crash makes it: RST, not FIN.
void reset(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

asio::awaitable<void> wait_for_the_client_to_go(tcp::socket& socket) {
  std::array<char, 1024> ignored;
  while (true) {
    const auto [error, size] = co_await socket.async_read_some(asio::buffer(ignored), kAwait);
    if (error) co_return;
  }
}

// The head promises one byte more than there is.
asio::awaitable<void> write_cut_off(tcp::socket& socket, HttpResponse& whole) {
  whole.content_length(whole.body().size() + 1);
  whole.keep_alive(false);
  http::response_serializer<http::string_body> serializer(whole);
  const auto [error, head_size] = co_await http::async_write_header(socket, serializer, kAwait);
  if (error) co_return;
  co_await asio::async_write(socket, asio::buffer(whole.body()), kAwait);
}

// Whether the connection goes on.
asio::awaitable<bool> write_whole(tcp::socket& socket, HttpResponse& whole) {
  const auto [error, size] = co_await http::async_write(socket, whole, kAwait);
  co_return !error && whole.keep_alive();
}

asio::awaitable<bool> answer_ec2(Double& ec2, tcp::socket& socket, const HttpRequest& request) {
  const Answer answer = ec2.handle(ec2_request(request), now());
  if (answer.latency > Span::zero()) {
    asio::steady_timer timer(socket.get_executor(), answer.latency);
    co_await timer.async_wait(kAwait);
  }
  if (answer.fate == Answer::Fate::cut) {
    reset(socket);
    co_return false;
  }
  if (answer.fate == Answer::Fate::hang) {
    co_await wait_for_the_client_to_go(socket);
    co_return false;
  }
  auto made = ec2_response(request, answer);
  if (answer.cut_in_body) {
    co_await write_cut_off(socket, made);
    co_return false;
  }
  const bool goes_on = co_await write_whole(socket, made);
  co_return goes_on;
}

}  // namespace

Server::Server(asio::io_context& context, unsigned short port, World initial)
    : acceptor_(context, tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      initial_(std::move(initial)),
      ec2_(initial_) {
  asio::co_spawn(context, accept(), rethrow);
}

asio::awaitable<void> Server::accept() {
  while (true) {
    auto [error, socket] = co_await acceptor_.async_accept(kAwait);
    if (error) throw boost::system::system_error(error, "accept");
    socket.set_option(tcp::no_delay(true), error);
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, serve(std::move(socket)), rethrow);
  }
}

asio::awaitable<void> Server::serve(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  bool goes_on = true;
  while (goes_on) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyLimit);
    const auto [error, size] = co_await http::async_read(socket, buffer, parser, kAwait);
    if (error) co_return;
    const HttpRequest request = parser.release();
    if (request.method() == http::verb::post && request.target() == "/") {
      goes_on = co_await answer_ec2(ec2_, socket, request);
    } else {
      auto made = answer_aside(ec2_, initial_, request);
      goes_on = co_await write_whole(socket, made);
    }
  }
}

}  // namespace ec2_double
