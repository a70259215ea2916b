#include "http/curl_transport.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/curl_driver.hpp"
#include "http/curl_transfer.hpp"

namespace http {

namespace asio = boost::asio;
using base::Fault;
using base::FaultKind;
using base::Result;
using base::Task;

namespace {

// Each chunk costs the consumer a wake-up; the write callback cancels the timer of a wait that is already
// over, which is nothing.
class CurlStream final : public ByteStream {
 public:
  explicit CurlStream(std::unique_ptr<CurlTransfer> transfer) : transfer_(std::move(transfer)) {}

  int status() const override { return transfer_->status(); }
  const Headers& headers() const override { return transfer_->headers(); }

  Task<Result<std::optional<std::string>>> next() override {
    while (transfer_->body().empty() && !transfer_->done()) co_await transfer_->wait(base::SteadyTime::max());
    // What came before a cut is still handed out.
    if (!transfer_->body().empty()) co_return std::exchange(transfer_->body(), {});
    if (auto fault = transfer_->fault("the reader of the stream is too slow")) co_return std::move(*fault);
    co_return std::optional<std::string>();
  }

 private:
  std::unique_ptr<CurlTransfer> transfer_;
};

Fault no_place(const CurlDriver& driver) {
  if (driver.closed()) return {FaultKind::unavailable, "closed", "the transport was closed", false, {}};
  return {FaultKind::unavailable, "no place", "too many requests under way: none ended in time", false, {}};
}

base::SteadyTime deadline_of(const Request& request) {
  return std::chrono::steady_clock::now() + request.timeout;
}

}  // namespace

CurlTransport::CurlTransport(asio::any_io_executor executor, CurlOptions options)
    : driver_(std::make_shared<CurlDriver>(std::move(executor), std::move(options))) {}

CurlTransport::~CurlTransport() {
  driver_->close();
}

Task<Result<Response>> CurlTransport::send(Request request) {
  const auto driver = driver_;
  const auto deadline = deadline_of(request);
  const bool placed = co_await driver->places().enter(deadline);
  if (!placed) co_return no_place(*driver);
  CurlTransfer transfer(driver, std::move(request), driver->options().max_body);
  transfer.start();
  while (!transfer.done()) {
    if (std::chrono::steady_clock::now() >= deadline) co_return transfer.timed_out();
    co_await transfer.wait(deadline);
  }
  if (auto fault = transfer.fault("the answer is larger than we accept")) co_return std::move(*fault);
  co_return Response{transfer.status(), std::move(transfer.headers()), std::move(transfer.body())};
}

Task<Result<std::unique_ptr<ByteStream>>> CurlTransport::open(Request request) {
  const auto driver = driver_;
  const auto deadline = deadline_of(request);
  const bool placed = co_await driver->places().enter(deadline);
  if (!placed) co_return no_place(*driver);
  auto transfer = std::make_unique<CurlTransfer>(driver, std::move(request), driver->options().max_backlog);
  transfer->start();
  while (!transfer->done() && !transfer->headers_complete()) {
    if (std::chrono::steady_clock::now() >= deadline) co_return transfer->timed_out();
    co_await transfer->wait(deadline);
  }
  if (!transfer->headers_complete())
    if (auto fault = transfer->fault("the answer is larger than we accept")) co_return std::move(*fault);
  co_return std::make_unique<CurlStream>(std::move(transfer));
}

Task<> CurlTransport::close() {
  const auto driver = driver_;
  driver->close();
  // Two rounds of the loop: the waits that were cancelled, and the tasks that they resume, run meanwhile.
  co_await asio::post(driver->executor(), asio::use_awaitable);
  co_await asio::post(driver->executor(), asio::use_awaitable);
}

}  // namespace http
