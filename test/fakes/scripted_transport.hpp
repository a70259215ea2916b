#pragma once
// A Transport that a test answers by hand: each request goes to a function of the test, and streams are fed
// by it.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/notify.hpp"
#include "http/transport.hpp"

namespace fakes {

// The test's end of a stream.
struct StreamFeed {
  explicit StreamFeed(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}

  void push(std::string bytes) {
    chunks.push_back(std::move(bytes));
    changed.notify_all();
  }
  void end() {
    ended = true;
    changed.notify_all();
  }
  void cut() {
    fault = base::Fault{base::FaultKind::unavailable, "curl 56", "cut by the test", true, std::nullopt};
    changed.notify_all();
  }

  int status = 200;
  http::Headers headers;
  std::deque<std::string> chunks;
  bool ended = false;
  std::optional<base::Fault> fault;
  bool destroyed = false;  // by its reader
  base::Notify changed;
};

class ScriptedTransport final : public http::Transport {
 public:
  explicit ScriptedTransport(boost::asio::any_io_executor executor)
      : executor_(executor), released_(executor) {}

  std::function<base::Result<http::Response>(const http::Request&)> on_send;
  // Called after the stream was made, to set its status or feed it; a fault refuses it.
  std::function<std::optional<base::Fault>(const http::Request&, StreamFeed&)> on_open;
  bool hold = false;  // requests wait until release()

  void release() {
    hold = false;
    released_.notify_all();
  }

  base::Task<base::Result<http::Response>> send(http::Request request) override {
    requests.push_back(request);
    ++in_flight;
    struct Leave {
      int& count;
      ~Leave() { --count; }
    } leave{in_flight};
    most_in_flight = std::max(most_in_flight, in_flight);
    while (hold) co_await released_.wait();
    if (on_send) co_return on_send(request);
    co_return http::Response{404, {}, "{}"};
  }

  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request) override {
    requests.push_back(request);
    auto feed = std::make_shared<StreamFeed>(executor_);
    streams.push_back(feed);
    if (on_open)
      if (auto fault = on_open(request, *feed)) co_return std::move(*fault);
    co_return std::make_unique<Stream>(feed);
  }

  std::vector<http::Request> requests;
  std::vector<std::shared_ptr<StreamFeed>> streams;
  int in_flight = 0;
  int most_in_flight = 0;

 private:
  class Stream final : public http::ByteStream {
   public:
    explicit Stream(std::shared_ptr<StreamFeed> feed) : feed_(std::move(feed)) {}
    ~Stream() override { feed_->destroyed = true; }
    int status() const override { return feed_->status; }
    const http::Headers& headers() const override { return feed_->headers; }
    base::Task<base::Result<std::optional<std::string>>> next() override {
      while (feed_->chunks.empty() && !feed_->ended && !feed_->fault) co_await feed_->changed.wait();
      if (!feed_->chunks.empty()) {
        std::optional<std::string> bytes(std::move(feed_->chunks.front()));
        feed_->chunks.pop_front();
        co_return bytes;
      }
      if (feed_->fault) co_return *feed_->fault;
      co_return std::optional<std::string>();
    }

   private:
    std::shared_ptr<StreamFeed> feed_;
  };

  boost::asio::any_io_executor executor_;
  base::Notify released_;
};

}  // namespace fakes
