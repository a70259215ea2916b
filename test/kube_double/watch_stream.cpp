#include "kube_double/watch_stream.hpp"

#include <curl/curl.h>

#include <algorithm>

#include "base/scope.hpp"
#include "ec2_double/draw.hpp"
#include "http/curl_faults.hpp"

namespace kube_double {
namespace {

using Do = Rule::Do;

// https://github.com/kubernetes/kubernetes: the last bookmark comes so long before the watch times out.
constexpr auto kLastBookmark = std::chrono::seconds(2);

std::string_view text_of(ChangeType type) {
  switch (type) {
    case ChangeType::added:
      return "ADDED";
    case ChangeType::modified:
      return "MODIFIED";
    case ChangeType::deleted:
      break;
  }
  return "DELETED";
}

void line(std::string& into, std::string_view type, std::string_view object) {
  into += R"({"type":")";
  into += type;
  into += R"(","object":)";
  into += object;
  into += "}\n";
}

base::Task<bool> slept(base::Clock& clock, base::Duration span) {
  co_await clock.sleep_for(span);
  co_return true;
}

}  // namespace

WatchStream::WatchStream(Server& server, WatchOrder order, base::Clock& clock,
                         boost::asio::any_io_executor executor)
    : server_(server),
      clock_(clock),
      changed_(std::move(executor)),
      place_(server.watchers.insert(server.watchers.end(), &changed_)),
      order_(std::move(order)),
      shown_(order_.from) {
  const auto now = server_.clock().wall_now();
  ends_ = now + order_.timeout;
  for (const auto& rule : order_.rules) {
    const bool timed = rule.events == 0 || rule.latency > Span();
    if (rule.act == Do::end) {
      if (timed) ends_ = std::min(ends_, now + rule.latency);
      end_after_ = rule.events;
    } else if (rule.act == Do::cut) {
      if (timed) cut_ = now + rule.latency;
      cut_after_ = rule.events;
    } else if (rule.act == Do::lag) {
      lag_ = rule.latency;
    } else if (rule.act == Do::repeat) {
      repeat_ = true;
    }
  }
  bookmark_ = next_bookmark(now);
}

Time WatchStream::next_bookmark(Time now) const {
  const auto regular = now + server_.settings.bookmarks;
  const auto last = ends_ - kLastBookmark;
  return now < last ? std::min(regular, last) : regular;
}

WatchStream::~WatchStream() {
  server_.watchers.erase(place_);
}

void WatchStream::show(std::string& into, std::string_view type, const Object& object) {
  line(into, type, object->text());
  if (repeat_) line(into, type, object->text());
  ++count_;
  over_ = over_ || count_ == end_after_;
  torn_ = torn_ || count_ == cut_after_;
}

Time WatchStream::seen_at(const Change& change) {
  if (lag_ == Span()) return change.at;
  const auto part = ec2_double::fraction(ec2_double::mix(order_.seed ^ ec2_double::mix(change.version)));
  return std::max(last_seen_at_,
                  change.at + Span(static_cast<Span::rep>(part * static_cast<double>(lag_.count()))));
}

std::string WatchStream::lines(Time now) {
  std::string text;
  // What it has not shown yet is no more: a server that lags so far behind etcd has lost the thread.
  if (lag_ != Span() && shown_ < server_.model().store().compacted()) order_.expired = shown_;
  if (order_.expired) {
    line(text, "ERROR",
         json::serialize(version_expired(*order_.expired, server_.model().store().compacted() + 1).status()));
    over_ = true;
    return text;
  }
  for (const auto& object : std::exchange(order_.now, {}))
    if (!over_ && !torn_) show(text, "ADDED", object);
  const auto& store = server_.model().store();
  const auto number = order_.resource->number;
  const auto& log = store.log(number);
  pending_.reset();
  for (auto change = store.after(number, shown_); change != log.end() && !over_ && !torn_; ++change) {
    const auto at = seen_at(*change);
    if (at > now) {
      pending_ = at;
      break;
    }
    last_seen_at_ = at;
    shown_ = change->version;
    if (order_.ns.empty() || namespace_of(change->object->value) == order_.ns)
      show(text, text_of(change->type), change->object);
  }
  if (over_ || torn_) return text;
  if (!pending_) shown_ = std::max(shown_, store.newest());
  if (order_.bookmarks && now >= bookmark_) {
    line(text, "BOOKMARK",
         json::serialize(json::object{{"kind", order_.resource->kind},
                                      {"apiVersion", order_.resource->api_version()},
                                      {"metadata", {{"resourceVersion", std::to_string(shown_)}}}}));
    bookmark_ = next_bookmark(now);
  }
  torn_ = torn_ || (cut_ && now >= *cut_);
  over_ = over_ || now >= ends_;
  return text;
}

Time WatchStream::wake_at() const {
  auto at = ends_;
  if (cut_) at = std::min(at, *cut_);
  if (pending_) at = std::min(at, *pending_);
  if (order_.bookmarks) at = std::min(at, bookmark_);
  return at;
}

base::Task<> WatchStream::wait(Time until) {
  const auto span = std::chrono::duration_cast<base::Duration>(until - server_.clock().wall_now());
  co_await base::unless(changed_.wait(), slept(clock_, span));
}

base::Task<base::Result<std::optional<std::string>>> WatchStream::next() {
  while (true) {
    const auto due = server_.settle();
    if (!over_ && !torn_) {
      auto text = lines(server_.clock().wall_now());
      if (!text.empty()) co_return std::optional(std::move(text));
    }
    if (torn_)
      co_return http::fault_of({.code = CURLE_RECV_ERROR,
                                .place = "the double",
                                .detail = {},
                                .verify_result = 0,
                                .os_error = 0,
                                .maybe_sent = true});
    if (over_) co_return std::optional<std::string>();
    co_await wait(due ? std::min(*due, wake_at()) : wake_at());
  }
}

}  // namespace kube_double
