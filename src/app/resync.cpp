#include "app/resync.hpp"

namespace app {
namespace {

constexpr auto kAfterFailure = std::chrono::seconds(10);

prometheus::Counter& counter(base::Metrics& metrics, const char* result) {
  return metrics.counter("resync_total", "Comparisons of everything with EC2.", {{"result", result}});
}

}  // namespace

Resync::Resync(Inventory& inventory, std::vector<Part> parts, base::Clock& clock, base::Logger& log,
               base::Metrics& metrics, base::Duration interval)
    : inventory_(inventory),
      parts_(std::move(parts)),
      clock_(clock),
      log_(log),
      interval_(interval),
      succeeded_(counter(metrics, "success")),
      failed_(counter(metrics, "error")) {}

base::Task<base::Result<>> Resync::read() {
  // Each time: credentials may change, to those of another account too. A cluster that can't reach STS works
  // without, until an interface tells.
  const auto account = co_await inventory_.look_at_account();
  if (!account && account.error().kind == base::FaultKind::denied) co_return account.error();
  if (!account && inventory_.account_id().empty() && !ever_succeeded_)
    log_.warn("the AWS account is not known", {{"error", account.error().text()}});
  base::Result<> all;
  for (const auto& part : parts_) {
    const auto done = co_await part.read();
    if (!done && all) all = done;
  }
  co_return all;
}

base::Task<> Resync::once() {
  const auto done = co_await read();
  if (done) {
    succeeded_.Increment();
    if (last_fault_ || !ever_succeeded_) log_.info("EC2 answers", {{"account", inventory_.account_id()}});
    ever_succeeded_ = true;
    last_fault_.reset();
  } else {
    failed_.Increment();
    if (!last_fault_ || last_fault_->text() != done.error().text())
      log_.error("EC2 can't be read", {{"error", done.error().text()}});
    last_fault_ = done.error();
  }
  inventory_.set_unread(last_fault_);
  // After a failure too: what is decided from memory goes on, and objects say what is wrong.
  for (const auto& part : parts_) part.wake();
}

base::Task<> Resync::run() {
  while (true) {
    const base::Duration pause = last_fault_ ? std::min<base::Duration>(kAfterFailure, interval_) : interval_;
    co_await clock_.sleep_for(pause);
    co_await once();
  }
}

}  // namespace app
