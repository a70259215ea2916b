#include "kube/watcher.hpp"

#include "base/scope.hpp"
#include "http/line_splitter.hpp"
#include "kube/list_cut.hpp"
#include "kube/status.hpp"

namespace kube {

using base::Fault;
using base::FaultKind;
using base::Task;

Watcher::Watcher(Resource resource, std::string ns, Api& api, Tools tools, WatchSink& sink,
                 WatcherOptions options)
    : resource_(std::move(resource)),
      ns_(std::move(ns)),
      api_(api),
      tools_(std::move(tools)),
      sink_(sink),
      options_(std::move(options)),
      core_(options_.backoff),
      synced_changed_(tools_.executor),
      undecodable_(tools_.metrics.counter("kube_undecodable_objects_total",
                                          "Objects that could not be decoded", {{"kind", resource_.kind}})),
      relists_(tools_.metrics.counter("kube_watch_lists_total", "Complete lists read, the first one included",
                                      {{"kind", resource_.kind}})),
      cuts_(tools_.metrics.counter("kube_watch_cuts_total", "Watches that ended other than in good order",
                                   {{"kind", resource_.kind}})) {}

Task<> Watcher::run() {
  while (true) {
    if (const auto at = core_.not_before()) co_await tools_.clock.sleep_until(*at);
    const auto step = core_.next();
    if (const auto* page = std::get_if<WatchCore::List>(&step)) {
      co_await list(*page);
    } else {
      co_await watch(std::get<WatchCore::Watch>(step));
    }
  }
}

Task<> Watcher::wait_synced() {
  while (!synced_) co_await synced_changed_.wait();
}

Task<> Watcher::list(WatchCore::List page) {
  ListOptions options;
  options.limit = page.whole ? 0 : options_.page_limit;
  options.continue_token = page.continue_token;
  options.selectors = options_.selectors;
  auto answer = co_await api_.list_page(resource_, ns_, options);
  std::optional<Fault> fault;
  if (answer) {
    last_contact_ = tools_.clock.now();
    if (page.continue_token.empty()) sink_.list_began();
    fault = take_page(std::move(*answer));
  } else {
    fault = std::move(answer).error();
  }
  if (!fault) co_return;
  core_.page_failed(*fault, tools_.clock.now(), tools_.draw());
  failed(std::move(*fault).within("list " + resource_.plural));
}

std::optional<Fault> Watcher::take_page(std::string body) {
  auto page = cut_page(body);
  if (!page) return std::move(page).error();
  for (const auto& item : page->items)
    if (const auto fault = sink_.listed(item)) {
      const auto identity = read_identity(item);
      if (!identity.name.empty()) sink_.listed_unreadable(identity.key());
      undecodable(identity, *fault);
    }
  core_.page_came(page->resource_version, page->continue_token);
  if (!page->continue_token.empty()) return std::nullopt;
  relists_.Increment();
  sink_.list_ended(page->resource_version);
  if (!synced_) {
    synced_ = true;
    synced_changed_.notify_all();
  }
  return std::nullopt;
}

Task<> Watcher::watch(WatchCore::Watch from) {
  WatchOptions options;
  options.resource_version = from.resource_version;
  options.timeout = options_.watch_timeout;
  options.selectors = options_.selectors;
  auto opened = co_await api_.watch(resource_, ns_, options);
  if (!opened) {
    core_.watch_refused(opened.error(), tools_.clock.now(), tools_.draw());
    // Too old is no trouble but the reason for a new list.
    if (opened.error().kind != FaultKind::expired)
      failed(std::move(opened).error().within("watch " + resource_.plural));
    co_return;
  }
  const auto stream = std::move(*opened);
  last_contact_ = tools_.clock.now();
  core_.watch_opened(last_contact_);
  healthy();
  http::LineSplitter lines;
  while (true) {
    auto chunk = co_await base::with_deadline(tools_.clock, tools_.clock.now() + options_.idle_deadline,
                                              stream->next());
    if (!chunk) co_return cut("silence for " + std::to_string(options_.idle_deadline.count()) + " s");
    auto& bytes = *chunk;
    if (!bytes) co_return cut(bytes.error().text());
    if (!*bytes) {
      core_.watch_ended(tools_.clock.now(), tools_.draw());
      co_return;
    }
    last_contact_ = tools_.clock.now();
    if (!lines.feed(**bytes)) co_return cut("a line that is too long");
    while (const auto line = lines.next())
      if (!take_line(*line)) co_return;
  }
}

bool Watcher::take_line(std::string_view text) {
  if (text.empty()) return true;
  auto line = cut_watch_line(text);
  if (!line) {
    cut(line.error().text());
    return false;
  }
  switch (line->event) {
    case WatchEvent::added:
    case WatchEvent::modified:
      if (const auto fault = sink_.applied(line->object)) undecodable(line->identity, *fault);
      break;
    case WatchEvent::deleted:
      sink_.removed(line->identity);
      break;
    case WatchEvent::bookmark:
      break;
    case WatchEvent::error: {
      const auto fault = fault_of_status(line->code, std::move(line->reason), std::move(line->message));
      tools_.log.debug("watch ended by the server",
                       {{"resource", resource_.plural}, {"fault", fault.text()}});
      core_.watch_error(fault, tools_.clock.now(), tools_.draw());
      return false;
    }
  }
  core_.saw(std::move(line->identity.resource_version));
  return true;
}

// Restarts of the API server cut every watch: no trouble as long as the next one opens.
void Watcher::cut(std::string_view why) {
  cuts_.Increment();
  tools_.log.debug("watch cut", {{"resource", resource_.plural}, {"why", std::string(why)}});
  core_.watch_cut(tools_.clock.now(), tools_.draw());
}

void Watcher::failed(Fault fault) {
  if (fault.kind == FaultKind::not_found && !resource_.group.empty())
    fault.message = "the API server knows no " + resource_.plural + "." + resource_.group +
                    ": install its CustomResourceDefinition (CRD)";
  const bool told = last_fault_ && last_fault_->kind == fault.kind && last_fault_->code == fault.code;
  if (!told)
    tools_.log.warn("can't follow a resource", {{"resource", resource_.plural}, {"fault", fault.text()}});
  last_fault_ = std::move(fault);
}

void Watcher::healthy() {
  if (!last_fault_) return;
  last_fault_.reset();
  tools_.log.info("following a resource again", {{"resource", resource_.plural}});
}

void Watcher::undecodable(const Meta& identity, const Fault& fault) {
  constexpr std::size_t kMost = 1000;  // of names remembered; beyond that some are logged again
  undecodable_.Increment();
  if (logged_undecodable_.size() >= kMost) logged_undecodable_.clear();
  if (!logged_undecodable_.insert(identity.uid + "/" + identity.key().text()).second) return;
  tools_.log.error("an object can't be read and is left out",
                   {{"resource", resource_.plural}, {"key", identity.key().text()}, {"fault", fault.text()}});
}

}  // namespace kube
