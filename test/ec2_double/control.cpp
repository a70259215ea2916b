#include "ec2_double/control.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string>

#include "ec2_double/dump.hpp"
#include "ec2_double/effects.hpp"

namespace ec2_double {
namespace {

namespace json = boost::json;

struct Asked {
  Double& ec2;
  const World& initial;
  std::string_view path;   // after the name of the resource and its slash
  std::string_view query;  // after the question mark
  std::string_view body;
  Time now;

  json::value parsed() const {
    boost::system::error_code error;
    auto value = json::parse(json::string_view(body.data(), body.size()), error);
    if (error) throw std::invalid_argument("the body is no JSON: " + error.message());
    return value;
  }
};

Reply failed(int status, std::string_view why) {
  return {status, json::object{{"error", json::string(why)}}};
}

template <class Rows>
json::array dumped(const Rows& rows) {
  json::array list;
  for (const auto& row : rows) list.push_back(dump(row));
  return list;
}

Reply health(const Asked& asked) {
  return {200, json::object{{"calls", asked.ec2.served()}}};
}

Reply get_world(const Asked& asked) {
  settle(asked.ec2.world, asked.now);
  return {200, dump(asked.ec2.world)};
}

Reply put_world(const Asked& asked) {
  merge(asked.ec2.world, asked.parsed(), asked.now);
  return {};
}

Reply put_settings(const Asked& asked) {
  merge(asked.ec2.world, json::object{{"settings", asked.parsed()}}, asked.now);
  return {};
}

Reply reset(const Asked& asked) {
  // As if it had been there always, so that every read sees it.
  asked.ec2 = Double(asked.body.empty() ? asked.initial : restored(asked.parsed(), Time{}));
  return {};
}

Reply get_rules(const Asked& asked) {
  return {200, dumped(asked.ec2.rules.all())};
}

Reply post_rule(const Asked& asked) {
  const auto id = asked.ec2.rules.add(read_rule(asked.parsed()));
  return {200, json::object{{"id", id}}};
}

Reply delete_rules(const Asked& asked) {
  auto& rules = asked.ec2.rules;
  if (asked.path.empty()) {
    rules.clear();
  } else {
    const auto there = [&](const Rule& rule) { return rule.id == asked.path; };
    if (std::ranges::none_of(rules.all(), there))
      return failed(404, "there is no rule " + std::string(asked.path));
    rules.remove(asked.path);
  }
  return {};
}

Reply drain(const Asked& asked) {
  const auto wanted = asked.parsed();
  const auto* action = wanted.is_object() ? wanted.as_object().if_contains("action") : nullptr;
  if (action == nullptr || !action->is_string()) throw std::invalid_argument("action: a text is wanted");
  asked.ec2.buckets.drain(std::string(action->as_string()), asked.now);
  return {};
}

Reply get_calls(const Asked& asked) {
  std::uint64_t since = 0;
  constexpr std::string_view kSince = "since=";
  if (!asked.query.empty()) {
    const char* end = asked.query.data() + asked.query.size();
    const bool named = asked.query.starts_with(kSince);
    const auto parsed = std::from_chars(asked.query.data() + (named ? kSince.size() : 0), end, since);
    if (!named || parsed.ec != std::errc() || parsed.ptr != end)
      throw std::invalid_argument("since: a whole number is wanted");
  }
  const auto& calls = asked.ec2.calls;
  if (!asked.query.empty() && !calls.empty() && calls.front().number > since + 1)
    throw std::invalid_argument("since: the log begins with call " + std::to_string(calls.front().number));
  const auto later = [since](const LoggedCall& call) { return call.number > since; };
  return {200, dumped(std::ranges::subrange(std::ranges::find_if(calls, later), calls.end()))};
}

using Handler = Reply (*)(const Asked& asked);
const std::map<std::string, std::map<std::string, Handler, std::less<>>, std::less<>> kHandlers{
    {"health", {{"GET", health}}},
    {"world", {{"GET", get_world}, {"PUT", put_world}}},
    {"settings", {{"PUT", put_settings}}},
    {"reset", {{"POST", reset}}},
    {"rules", {{"GET", get_rules}, {"POST", post_rule}, {"DELETE", delete_rules}}},
    {"drain", {{"POST", drain}}},
    {"calls", {{"GET", get_calls}}},
};

// The part before the separator; the rest stays in `text`.
std::string_view cut(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

}  // namespace

Reply control(Double& ec2, const World& initial, std::string_view method, std::string_view what,
              std::string_view body, Time now) {
  std::string_view query = what;
  std::string_view path = cut(query, '?');
  const auto resource = cut(path, '/');
  const auto methods = kHandlers.find(resource);
  if (methods == kHandlers.end()) return failed(404, "there is no " + std::string(resource));
  const auto handler = methods->second.find(method);
  if (handler == methods->second.end())
    return failed(405, std::string(method) + " is nothing for " + std::string(resource));
  try {
    return handler->second({ec2, initial, path, query, body, now});
  } catch (const std::invalid_argument& error) {
    return failed(400, error.what());
  }
}

}  // namespace ec2_double
