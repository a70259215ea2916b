#include "kube/watch_core.hpp"

#include <algorithm>

namespace kube {

void WatchCore::page_came(std::string resource_version, std::string continue_token) {
  not_before_.reset();
  if (continue_token.empty()) {
    step_ = Watch{std::move(resource_version)};
  } else {
    step_ = List{std::move(continue_token), false};
  }
}

void WatchCore::page_failed(const base::Fault& fault, base::SteadyTime now, double draw) {
  auto& list = std::get<List>(step_);
  const bool page_expired = fault.kind == base::FaultKind::expired && !list.continue_token.empty();
  // A list so long, or a server so quick to compact, that its pages expire under way: ask for all of it at
  // once, as client-go's pager does.
  if (page_expired) list = List{{}, true};
  retry_later(fault, now, draw);
}

void WatchCore::watch_opened(base::SteadyTime now) {
  not_before_.reset();
  opened_ = now;
  brought_something_ = false;
}

void WatchCore::watch_refused(const base::Fault& fault, base::SteadyTime now, double draw) {
  // not_found: the kind went away; when it is back nothing that we know of it holds.
  if (fault.kind == base::FaultKind::expired || fault.kind == base::FaultKind::not_found) step_ = List{};
  retry_later(fault, now, draw);
}

void WatchCore::saw(std::string resource_version) {
  brought_something_ = true;
  if (!resource_version.empty()) std::get<Watch>(step_).resource_version = std::move(resource_version);
}

void WatchCore::watch_error(const base::Fault& fault, base::SteadyTime now, double draw) {
  if (fault.kind == base::FaultKind::expired) step_ = List{};
  retry_later(fault, now, draw);
}

void WatchCore::watch_ended(base::SteadyTime now, double draw) {
  if (!brought_something_ && now - opened_ < backoff_.short_watch) retry_later(now, draw);
}

void WatchCore::watch_cut(base::SteadyTime now, double draw) {
  retry_later(now, draw);
}

void WatchCore::retry_later(base::SteadyTime now, double draw) {
  if (last_failure_ && now - *last_failure_ >= backoff_.quiet) failures_ = 0;
  last_failure_ = now;
  ++failures_;
  const int doublings = std::min(failures_ - 1, 20);
  const auto whole = std::min<std::int64_t>(backoff_.cap.count(), backoff_.base.count() << doublings);
  const auto half = static_cast<double>(whole) / 2;
  not_before_ = now + std::chrono::milliseconds(static_cast<std::int64_t>(half + draw * half));
}

void WatchCore::retry_later(const base::Fault& fault, base::SteadyTime now, double draw) {
  retry_later(now, draw);
  if (fault.retry_after) not_before_ = std::max(*not_before_, now + *fault.retry_after);
}

}  // namespace kube
