#pragma once
// What the tests of this room's shells stand on: a clock moved by hand, a transport answered by hand, logs
// and metrics.

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <boost/asio/io_context.hpp>

#include "base/scope.hpp"
#include "fakes/manual_clock.hpp"
#include "fakes/scripted_transport.hpp"
#include "kube/api.hpp"

namespace kube::test {

struct World : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> lines =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(100);
  base::Logger log{base::LogLevel::debug, base::LogFormat::text, lines};
  base::Metrics metrics;
  Tools tools{context.get_executor(), clock, log, metrics, [] { return 0.5; }};
  fakes::ScriptedTransport transport{context.get_executor()};
  ApiOptions options = [] {
    ApiOptions result;
    result.server = "https://api.example:6443";
    return result;
  }();
  base::TaskScope scope{context.get_executor()};

  void TearDown() override {
    scope.stop();
    boost::asio::co_spawn(context, scope.join(),
                          [](std::exception_ptr thrown) { EXPECT_FALSE(thrown) << base::what_of(thrown); });
    clock.settle();
    EXPECT_EQ(scope.size(), 0u);
  }

  // Runs `task` to its end, moving the clock as far as needed (an hour at most).
  template <class T>
  T run(base::Task<T> task) {
    std::optional<T> value;
    scope.spawn(keep(std::move(task), value));
    clock.settle();
    for (int second = 0; second < 3600 && !value; ++second) clock.advance(std::chrono::seconds(1));
    EXPECT_TRUE(value);
    return std::move(value).value();
  }
  template <class T>
  static base::Task<> keep(base::Task<T> task, std::optional<T>& value) {
    auto result = co_await std::move(task);
    value.emplace(std::move(result));
  }

  // The value of a series, as the exposition writes it; "" if there is none.
  std::string metric(const std::string& series) {
    const auto text = prometheus::TextSerializer().Serialize(metrics.registry().Collect());
    const auto at = text.find("\n" + series + " ");
    if (at == std::string::npos) return "";
    const auto begin = at + series.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
  int logged(const std::string& part) {
    int count = 0;
    for (const auto& line : lines->last_formatted())
      if (line.find(part) != std::string::npos) ++count;
    return count;
  }
};

}  // namespace kube::test
