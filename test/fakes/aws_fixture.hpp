#pragma once
// What the tests of the channel and of the client share: a clock, a fake transport, and credentials that can
// be changed.

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <sstream>

#include "aws/channel.hpp"
#include "aws/ec2_client.hpp"
#include "fakes/fake_transport.hpp"
#include "fakes/manual_clock.hpp"

namespace aws {

struct SettableCredentials final : CredentialSource {
  base::Result<Credentials> now = Credentials{.access_key_id = "AKIA1",
                                              .secret_access_key = "hidden-secret",
                                              .session_token = "hidden-token",
                                              .expires = {},
                                              .statically_stable = false,
                                              .source = "a test"};
  std::optional<Credentials> after_invalidate;
  int invalidated = 0;

  base::Task<base::Result<Credentials>> get() override { co_return now; }
  void invalidate() override {
    ++invalidated;
    if (after_invalidate) now = *after_invalidate;
  }
};

struct AwsFixture : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  fakes::FakeTransport transport{clock};
  SettableCredentials credentials;
  std::ostringstream lines;
  base::Logger log{base::LogLevel::debug, base::LogFormat::text,
                   std::make_shared<spdlog::sinks::ostream_sink_st>(lines)};
  base::Metrics metrics;
  Throttle throttle{clock, metrics};
  ChannelConfig config{.region = "eu-west-1",
                       .ec2_endpoint = "https://ec2.test/",
                       .sts_endpoint = "https://sts.test/",
                       .draw = [] { return 0.5; }};
  Channel channel{transport, credentials, throttle, clock, log, metrics, config};

  // Starts a task; its result appears when it has ended by one.
  template <class T>
  std::shared_ptr<std::optional<T>> start(base::Task<T> task, boost::asio::cancellation_slot slot = {}) {
    auto value = std::make_shared<std::optional<T>>();
    boost::asio::co_spawn(
        context, std::move(task),
        boost::asio::bind_cancellation_slot(slot, [value](std::exception_ptr thrown, T result) {
          if (!thrown) *value = std::move(result);
        }));
    clock.settle();
    return value;
  }
  template <class T>
  T run(base::Task<T> task, base::Duration span = std::chrono::minutes(10)) {
    const auto value = start(std::move(task));
    clock.advance(span);
    EXPECT_TRUE(value->has_value());
    return std::move(**value);
  }

  double requests(Action action, const std::string& code) {
    return metrics
        .counter("aws_ec2_requests_total", "AWS requests by action and outcome",
                 {{"action", std::string(name_of(action))}, {"code", code}})
        .Value();
  }
};

struct Ec2ClientFixture : AwsFixture {
  Ec2Client ec2{context.get_executor(), clock, channel, throttle, metrics};

  ~Ec2ClientFixture() override {
    boost::asio::co_spawn(context, ec2.stop(), boost::asio::detached);
    clock.settle();
  }
};

inline std::string ec2_error(const std::string& code, const std::string& message = "text") {
  return "<Response><Errors><Error><Code>" + code + "</Code><Message>" + message +
         "</Message></Error></Errors></Response>";
}

}  // namespace aws
