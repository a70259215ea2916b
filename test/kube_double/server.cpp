#include "kube_double/server.hpp"

#include <algorithm>

#include "ec2_double/draw.hpp"
#include "kube_double/listing.hpp"
#include "kube_double/route.hpp"

namespace kube_double {
namespace {

using Do = Rule::Do;
using ec2_double::fraction;
using ec2_double::mix;

std::optional<Refusal> refusal_of(const Rule& rule, const Route& route) {
  switch (rule.act) {
    case Do::error:
      return Refusal{rule.code, rule.reason, rule.message, {}, {}, {}};
    case Do::conflict:
      return modified_meanwhile(*route.resource, route.name);
    case Do::throttle:
      return too_many_requests(rule.retry_after);
    case Do::unauthorized:
      return unauthorized();
    case Do::forbidden:
      return forbidden(*route.resource, route.name, "a rule of the double forbids it");
    default:
      return std::nullopt;
  }
}

void refuse(Answer& answer, const Refusal& refusal) {
  answer.status = refusal.code;
  answer.body = json::serialize(refusal.status());
  answer.retry_after = refusal.retry_after;
}

json::value parsed(const std::string& body) {
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error)
    throw bad_request("the object provided is unrecognized (must be of type JSON): " + error.message());
  return value;
}

json::object object_in(const Request& request, const Resource& resource) {
  auto value = parsed(request.body);
  if (!value.is_object()) throw bad_request("the object provided is unrecognized");
  auto& object = value.get_object();
  const auto kind = text_at(object, "kind");
  const auto version = text_at(object, "apiVersion");
  if (kind.empty())
    throw bad_request("the object provided is unrecognized (must be of type " + resource.kind +
                      "): Object 'Kind' is missing");
  if (kind != resource.kind || version != resource.api_version())
    throw bad_request("the API version or kind in the data (" + std::string(version) + ", " +
                      std::string(kind) + ") does not match the expected one (" + resource.api_version() +
                      ", " + resource.kind + ")");
  return std::move(object);
}

DeleteOptions delete_options_of(const Request& request, const Route& route) {
  json::object body;
  if (!request.body.empty())
    if (auto value = parsed(request.body); value.is_object()) body = std::move(value.get_object());
  DeleteOptions options;
  const auto& preconditions = object_at(body, "preconditions");
  options.uid = text_at(preconditions, "uid");
  options.resource_version = text_at(preconditions, "resourceVersion");
  std::string policy(text_at(body, "propagationPolicy"));
  if (policy.empty()) policy = route.asked("propagationPolicy");
  if (policy == "Background") options.propagation = Propagation::background;
  if (policy == "Foreground") options.propagation = Propagation::foreground;
  if (policy == "Orphan") options.propagation = Propagation::orphan;
  if (body.contains("gracePeriodSeconds")) options.grace_seconds = number_at(body, "gracePeriodSeconds");
  if (const auto text = route.asked("gracePeriodSeconds"); !text.empty())
    options.grace_seconds = static_cast<std::int64_t>(version_in(text));
  return options;
}

std::string deleted_text(const Resource& resource, const Deleted& deleted) {
  if (deleted.left) return deleted.left->text();
  if (resource.graceful) return deleted.last->text();
  json::object details{{"name", name_of(deleted.last->value)}};
  if (!resource.group.empty()) details["group"] = resource.group;
  details["kind"] = resource.plural;
  details["uid"] = uid_of(deleted.last->value);
  return json::serialize(json::object{{"kind", "Status"},
                                      {"apiVersion", "v1"},
                                      {"metadata", json::object()},
                                      {"status", "Success"},
                                      {"details", std::move(details)}});
}

}  // namespace

Server::Server(base::Clock& clock, boost::asio::any_io_executor executor, Settings with,
               std::shared_ptr<const Catalog> catalog)
    : settings(with),
      clock_(clock),
      executor_(std::move(executor)),
      model_(std::move(catalog), with.seed, clock.wall_now()) {}

void Server::wake_watchers() {
  for (auto* watcher : watchers) watcher->notify_all();
}

std::uint64_t Server::draw() {
  return mix(mix(settings.seed) ^ ++drawn_);
}

std::optional<Time> Server::settle() {
  const auto now = clock_.wall_now();
  const auto before = model_.store().newest();
  model_.set_controller_delay(settings.controller_delay);
  while (!late_.empty() && late_.begin()->first <= now) {
    const auto at = late_.begin()->first;
    auto [request, answer] = std::move(late_.begin()->second);
    late_.erase(late_.begin());
    model_.settle(at);
    *answer = run(request, nullptr, at, draw());
  }
  model_.settle(now);
  model_.forget(now - settings.memory);
  if (model_.store().newest() != before) wake_watchers();
  auto due = model_.next_due();
  if (!late_.empty() && (!due || late_.begin()->first < *due)) due = late_.begin()->first;
  return due;
}

Answer Server::handle(const Request& request) {
  settle();
  const auto now = clock_.wall_now();
  const auto seed = draw();
  const auto route = route_of(model_.catalog(), request.method, request.url);
  const Rule* rule = nullptr;
  if (route)
    rule = rules.match({request.client, route->verb, route->resource->plural, route->subresource}, seed);
  if (rule != nullptr && rule->act == Do::late) {
    Answer answer;
    answer.latency = rule->latency;
    answer.later = std::make_shared<Answer>();
    late_.emplace(now + rule->latency, std::pair(request, answer.later));
    wake_watchers();
    return answer;
  }
  auto answer = run(request, rule, now, seed);
  settle();
  return answer;
}

// What the rule does to the answer of a verb that ran, or that it kept from running.
void Server::spoil(const Rule& rule, Answer& answer) {
  answer.latency = rule.latency;
  switch (rule.act) {
    case Do::stale:
      answer.latency = {};  // it is the age of what is shown
      break;
    case Do::hang:
      answer.fate = Answer::Fate::hang;
      break;
    case Do::cut_before:
    case Do::cut_after:
      answer.fate = Answer::Fate::cut;
      break;
    case Do::garble:
      answer.body = "<html>\xFF\xFE";
      answer.watch.reset();
      break;
    case Do::error_after:
      answer.watch.reset();
      refuse(answer, {rule.code, rule.reason, rule.message, {}, {}, {}});
      break;
    default:
      break;
  }
}

Answer Server::run(const Request& request, const Rule* rule, Time now, std::uint64_t seed) {
  Answer answer;
  const auto route = route_of(model_.catalog(), request.method, request.url);
  Logged logged;
  logged.number = requests.size() + 1;
  logged.at = now;
  logged.client = request.client;
  logged.before = model_.store().newest();
  if (rule != nullptr) logged.fault = name_of(rule->act);
  if (!route) {
    answer.status = 404;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = "404 page not found\n";
  } else {
    logged.verb = route->verb;
    logged.resource = route->resource->plural;
    if (!route->subresource.empty()) logged.resource += '/' + route->subresource;
    logged.ns = route->ns;
    logged.name = route->name;
    try {
      if (route->verb.empty()) throw method_not_allowed();
      if (rule != nullptr)
        if (const auto refusal = refusal_of(*rule, *route)) throw *refusal;
      if (rule == nullptr || rule->act != Do::cut_before) {
        perform(request, *route, rule, now, seed, answer);
        logged.effect = true;
      }
    } catch (const Refusal& refusal) {
      refuse(answer, refusal);
    }
  }
  if (rule != nullptr) spoil(*rule, answer);
  logged.status = answer.fate == Answer::Fate::answered ? answer.status : 0;
  logged.after = model_.store().newest();
  if (logged.after != logged.before) wake_watchers();
  requests.push_back(std::move(logged));
  return answer;
}

void Server::perform(const Request& request, const Route& route, const Rule* rule, Time now,
                     std::uint64_t seed, Answer& answer) {
  const auto& resource = *route.resource;
  const Target target{resource, route.ns, route.name, route.subresource == "status"};
  if (!route.asked("labelSelector").empty() || !route.asked("fieldSelector").empty())
    throw bad_request("the double knows no selectors");
  if (route.verb == "get") {
    answer.body = model_.get(target)->text();
  } else if (route.verb == "list") {
    answer.body = list_text(model_, route, shown(route, rule, now, seed));
  } else if (route.verb == "watch") {
    answer.watch = order(request, route, seed);
  } else if (route.verb == "create") {
    answer.status = 201;
    answer.body = model_.create(resource, route.ns, object_in(request, resource), now)->text();
  } else if (route.verb == "update") {
    answer.body = model_.update(target, object_in(request, resource), now)->text();
  } else if (route.verb == "patch") {
    const auto type = std::string_view(request.content_type);
    const bool merge = type.starts_with("application/merge-patch+json");
    if (!merge && !type.starts_with("application/json-patch+json")) throw unsupported_media_type();
    answer.body =
        model_.patch(target, merge ? PatchType::merge : PatchType::json, parsed(request.body), now)->text();
  } else {
    answer.body = deleted_text(resource, model_.remove(target, delete_options_of(request, route), now));
  }
}

// The version that a list is to show because of a rule; 0: the newest.
Version Server::shown(const Route& route, const Rule* rule, Time now, std::uint64_t seed) {
  if (rule == nullptr || rule->act != Do::stale) return 0;
  const auto asked = route.asked("resourceVersion");
  if (asked != "0" && (!asked.empty() || !rule->any_list)) return 0;
  const auto age = fraction(mix(seed)) * static_cast<double>(rule->latency.count());
  return model_.store().version_at(now - Span(static_cast<Span::rep>(age)));
}

WatchOrder Server::order(const Request& request, const Route& route, std::uint64_t seed) {
  const auto& store = model_.store();
  WatchOrder order;
  order.resource = route.resource;
  order.ns = route.ns;
  order.bookmarks = route.asked("allowWatchBookmarks") == "true" || route.asked("allowWatchBookmarks") == "1";
  order.seed = seed;
  order.timeout = settings.watch_timeout;
  if (const auto seconds = version_in(route.asked("timeoutSeconds")); seconds > 0)
    order.timeout = std::chrono::seconds(seconds);
  order.rules = rules.match_watch({request.client, "watch", route.resource->plural, {}}, seed);
  const auto asked = version_in(route.asked("resourceVersion"));
  order.from = asked > 0 ? asked : store.newest();
  if (asked == 0) {
    order.now = list(route.resource->plural, route.ns);
    return order;
  }
  const bool forced = std::any_of(order.rules.begin(), order.rules.end(),
                                  [](const Rule& rule) { return rule.act == Do::expire; });
  if (forced || asked < store.compacted()) order.expired = asked;
  return order;
}

void Server::compact() {
  model_.compact(model_.store().newest());
}

}  // namespace kube_double
