#include "app/http_server.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "base/scope.hpp"

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
using beast::http::verb;
using tcp = asio::ip::tcp;

namespace {

struct HttpServer : testing::Test {
  asio::io_context context;
  base::TaskScope scope{context.get_executor()};
  int asked = 0;  // for the page
  std::unique_ptr<app::HttpServer> server = listening(0);

  HttpServer() { scope.spawn(server->run()); }
  void TearDown() override {
    scope.stop();
    run(scope.join());
  }

  base::Result<std::unique_ptr<app::HttpServer>> listen(const std::string& host, unsigned short port) {
    const auto page = [this] {
      ++asked;
      return app::Page{503, "text/plain; charset=utf-8", "not yet\n"};
    };
    return app::HttpServer::listen(context.get_executor(), {host, port, false}, {{"/readyz", page}});
  }
  std::unique_ptr<app::HttpServer> listening(unsigned short port) {
    auto made = listen("127.0.0.1", port);
    EXPECT_TRUE(made);
    return std::move(*made);
  }

  // The loop runs, with client and server in it, until the task has ended.
  void run(base::Task<> task) {
    bool done = false;
    context.restart();
    asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown) {
      EXPECT_FALSE(thrown) << base::what_of(thrown);
      done = true;
    });
    while (!done && context.run_one_for(10s) > 0) {
    }
    EXPECT_TRUE(done);
  }

  struct Client {
    explicit Client(HttpServer& test) : stream(test.context) {
      stream.connect({asio::ip::address_v4::loopback(), test.server->port()});
    }
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
  };
  using Response = beast::http::response<beast::http::string_body>;

  static base::Task<> exchange(Client& client, verb method, std::string target, Response& response) {
    beast::http::request<beast::http::empty_body> request(method, target, 11);
    co_await beast::http::async_write(client.stream, request, asio::use_awaitable);
    beast::http::response_parser<beast::http::string_body> parser;
    parser.skip(method == verb::head);
    co_await beast::http::async_read(client.stream, client.buffer, parser, asio::use_awaitable);
    response = parser.release();
  }
  Response ask(Client& client, verb method, const std::string& target) {
    Response response;
    run(exchange(client, method, target, response));
    return response;
  }

  // Returns when the server has closed the connection.
  static base::Task<> read_to_end(Client& client) {
    char byte = 0;
    boost::system::error_code error;
    while (!error)
      co_await client.stream.socket().async_read_some(asio::buffer(&byte, 1),
                                                      asio::redirect_error(asio::use_awaitable, error));
  }
};

TEST_F(HttpServer, ServesItsPagesAndNothingElse) {
  Client client(*this);
  const auto page = ask(client, verb::get, "/readyz?verbose=1");
  EXPECT_EQ(page.result_int(), 503);
  EXPECT_EQ(page[beast::http::field::content_type], "text/plain; charset=utf-8");
  EXPECT_EQ(page.body(), "not yet\n");
  EXPECT_EQ(ask(client, verb::get, "/readyz/").result_int(), 404);
  EXPECT_EQ(ask(client, verb::get, "/").result_int(), 404);
  EXPECT_EQ(ask(client, verb::post, "/readyz").result_int(), 405);
  EXPECT_EQ(asked, 1) << "and each on the same connection";
}

TEST_F(HttpServer, AnswersHeadWithoutTheBody) {
  Client client(*this);
  const auto head = ask(client, verb::head, "/readyz");
  EXPECT_EQ(head.result_int(), 503);
  EXPECT_EQ(head[beast::http::field::content_length], "8");
  EXPECT_EQ(head.body(), "");
  EXPECT_EQ(ask(client, verb::get, "/readyz").body(), "not yet\n") << "the connection is still in step";
}

TEST_F(HttpServer, ClosesAConnectionThatSpeaksNoHttpAndServesTheOthers) {
  Client garbage(*this);
  Client endless(*this);
  asio::write(garbage.stream.socket(), asio::buffer(std::string("\x16\x03\x01 not http\r\n\r\n")));
  asio::write(endless.stream.socket(), asio::buffer("GET /" + std::string(20'000, 'x')));
  run(read_to_end(garbage));
  run(read_to_end(endless));
  Client client(*this);
  EXPECT_EQ(ask(client, verb::get, "/readyz").result_int(), 503);
}

TEST_F(HttpServer, HasABoundForConnections) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(std::make_unique<Client>(*this));
    ask(*clients.back(), verb::get, "/readyz");
  }
  Client one_too_many(*this);
  run(read_to_end(one_too_many));
  EXPECT_EQ(ask(*clients.front(), verb::get, "/readyz").result_int(), 503);
}

TEST_F(HttpServer, AStopEndsConnectionsUnderWay) {
  Client idle(*this);
  ask(idle, verb::get, "/readyz");
  scope.stop();
  run(scope.join());
  run(read_to_end(idle));
  EXPECT_EQ(scope.size(), 0u);
}

TEST_F(HttpServer, SaysInOneLineWhyItCantListen) {
  const auto taken = listen("127.0.0.1", server->port());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message,
            "can't listen on 127.0.0.1:" + std::to_string(server->port()) + ": Address already in use");
  EXPECT_EQ(listen("no address", 0).error().message.substr(0, 29), "can't listen on no address:0:");
  EXPECT_TRUE(listen("localhost", 0));
  EXPECT_TRUE(listen("", 0));
}

}  // namespace
