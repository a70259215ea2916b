#include "kube/events.hpp"

#include <boost/json.hpp>
#include <cstdio>

#include "base/time_text.hpp"
#include "base/utf8.hpp"

namespace kube {
namespace {

const Resource& event_resource() {
  static const Resource resource{"events.k8s.io", "v1", "events", "Event", true};
  return resource;
}

std::string cut_to(std::string text, std::size_t most) {
  base::cut_utf8(text, most);
  return text;
}

prometheus::Counter& counter(Tools& tools, const char* result) {
  return tools.metrics.counter("kube_events_total", "Events by what became of them", {{"result", result}});
}

}  // namespace

ObjectReference reference_to(const Resource& resource, const Meta& meta) {
  return {resource.api_version(), resource.kind, meta.key(), meta.uid, meta.resource_version};
}

std::string event_json(const Event& event, const std::string& ns, const std::string& name, base::WallTime now,
                       std::string_view component, std::string_view instance) {
  const auto& object = event.regarding;
  boost::json::object regarding{
      {"apiVersion", object.api_version}, {"kind", object.kind}, {"name", object.key.name}};
  if (!object.key.ns.empty()) regarding["namespace"] = object.key.ns;
  if (!object.uid.empty()) regarding["uid"] = object.uid;
  if (!object.resource_version.empty()) regarding["resourceVersion"] = object.resource_version;
  // The bounds are the API's (pkg/apis/core/validation/events.go): beyond them an event is refused.
  return boost::json::serialize(boost::json::object{
      {"apiVersion", "events.k8s.io/v1"},
      {"kind", "Event"},
      {"metadata", {{"name", name}, {"namespace", ns}}},
      {"eventTime", base::rfc3339_micros(now)},
      {"reportingController", component},
      {"reportingInstance", cut_to(std::string(instance), 128)},
      {"type", event.warning ? "Warning" : "Normal"},
      {"reason", cut_to(event.reason, 128)},
      {"action", cut_to(event.action, 128)},
      {"note", cut_to(event.note, 1024)},
      {"regarding", std::move(regarding)},
  });
}

Events::Events(Api& api, Tools tools, std::string component, std::string instance)
    : api_(api),
      tools_(std::move(tools)),
      component_(std::move(component)),
      instance_(instance.empty() ? component_ : std::move(instance)),
      changed_(tools_.executor),
      sent_(counter(tools_, "sent")),
      dropped_(counter(tools_, "dropped")),
      failed_(counter(tools_, "failed")) {}

void Events::post(Event event) {
  if (queue_.size() >= kMost) {
    dropped_.Increment();
    return;
  }
  const auto now = tools_.clock.wall_now();
  // Events on cluster-scoped objects live in "default", as client-go puts them.
  auto ns = event.regarding.key.ns.empty() ? std::string("default") : event.regarding.key.ns;
  char suffix[40];
  std::snprintf(suffix, sizeof suffix, ".%llx.%llx",
                static_cast<unsigned long long>(now.time_since_epoch().count()),
                static_cast<unsigned long long>(++serial_));
  const auto name = cut_to(event.regarding.key.name, 200) + suffix;
  auto body = event_json(event, ns, name, now, component_, instance_);
  queue_.push_back({std::move(ns), std::move(body)});
  changed_.notify_all();
}

base::Task<> Events::run() {
  while (true) {
    while (queue_.empty()) co_await changed_.wait();
    auto next = std::move(queue_.front());
    queue_.pop_front();
    auto answer = co_await api_.create(event_resource(), next.ns, std::move(next.body));
    if (answer) {
      sent_.Increment();
      continue;
    }
    failed_.Increment();
    tools_.log.debug("event not posted", {{"namespace", next.ns}, {"fault", answer.error().text()}});
  }
}

}  // namespace kube
