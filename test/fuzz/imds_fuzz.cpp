// The conversation with instance metadata: session token, role, credentials, region. An input is the answers,
// a line each: the HTTP status (0: no answer in time) and, behind a blank, the body.
//
// Promises: it ends, after a bounded number of requests; each goes to the service itself, and none has a
// second line in its address or its headers; nothing of an answer that may hold a secret is in a fault.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <string>

#include "aws/imds_credentials.hpp"
#include "aws/region.hpp"
#include "fuzz.hpp"

namespace {

using base::FaultKind;
using base::Result;
using base::Task;

// Time passes at once.
class QuickClock final : public base::Clock {
 public:
  base::SteadyTime now() const override { return base::SteadyTime(std::chrono::hours(1)); }
  base::WallTime wall_now() const override { return base::WallTime(std::chrono::seconds(1'750'000'000)); }
  Task<> sleep_until(base::SteadyTime) override { co_return; }
};

class Service final : public http::Transport {
 public:
  explicit Service(std::string_view answers) : answers_(answers) {}

  Task<Result<http::Response>> send(http::Request request) override {
    fuzz::require(request.url.starts_with("http://169.254.169.254/latest/"), "a request to somewhere else");
    fuzz::require(fuzz::one_line(request.url), "an address of one line");
    fuzz::require(!request.url.ends_with("/..") && request.url.find("/../") == std::string::npos,
                  "no way up");
    for (const auto& [name, value] : request.headers)
      fuzz::require(value.find_first_of("\r\n") == std::string::npos, "a header of one line");
    fuzz::require(++requests_ <= 30, "no end of requests");
    auto line = fuzz::cut_line(answers_);
    http::Response response;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), response.status);
    if (error != std::errc() || response.status == 0)
      co_return base::Fault{FaultKind::timed_out, "curl 28", "no answer in time", true, std::nullopt};
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    response.body = line.substr(std::min<std::size_t>(1, line.size()));
    co_return response;
  }

  Task<Result<std::unique_ptr<http::ByteStream>>> open(http::Request) override {
    fuzz::require(false, "metadata has no streams");
    co_return base::Fault{};
  }

 private:
  std::string_view answers_;
  int requests_ = 0;
};

Task<> converse(Service& service, bool& done) {
  QuickClock clock;
  aws::Imds imds(service, clock, {});
  aws::ImdsCredentials provider(imds);
  const auto found = co_await provider.find();
  if (!found) {
    fuzz::require(fuzz::one_line(found.error().message) && found.error().message.size() < 300,
                  "one short line");
  } else if (found->credentials) {
    fuzz::require(!found->credentials->secret_access_key.empty() && found->credentials->expires,
                  "complete credentials");
    fuzz::require(fuzz::one_line(found->credentials->source), "a source of one line");
  } else {
    fuzz::require(!found->why_not.empty() && fuzz::one_line(found->why_not), "a reason of one line");
  }
  const auto region = co_await aws::region_from_imds(imds);
  if (region) {
    fuzz::require(aws::valid_region(*region), "a region's name");
  } else {
    fuzz::require(fuzz::one_line(region.error().message), "one line");
  }
  done = true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static boost::asio::io_context context;
  Service service(fuzz::text_of(data, size));
  bool done = false;
  boost::asio::co_spawn(context, converse(service, done), boost::asio::detached);
  context.restart();
  context.run();
  fuzz::require(done, "the conversation ends");
  return 0;
}
