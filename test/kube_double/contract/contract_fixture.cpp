#include "kube_double/contract/contract_fixture.hpp"

#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "http/line_splitter.hpp"

namespace kube_double {
namespace {

http::Request request(const std::string& method, const std::string& url) {
  http::Request made;
  made.method = method;
  made.url = url;
  made.headers = {{"Accept", "application/json"}};
  return made;
}

}  // namespace

std::vector<std::string> Reply::names() const {
  std::vector<std::string> found;
  for (const auto& item : array_at(body, "items")) found.emplace_back(name_of(item.as_object()));
  return found;
}

struct Watch::State {
  std::vector<Seen> seen;
  bool ended = false;
  boost::asio::cancellation_signal stop;
};

Watch::Watch(Stage& stage, const std::string& url) : stage_(stage), state_(std::make_shared<State>()) {
  boost::asio::co_spawn(stage_.context, follow(state_, stage_.transport(), request("GET", url)),
                        boost::asio::bind_cancellation_slot(
                            state_->stop.slot(), [state = state_](const std::exception_ptr& thrown) {
                              state->ended = true;
                              if (thrown && !base::is_stop(thrown)) std::rethrow_exception(thrown);
                            }));
}

Watch::~Watch() {
  if (!state_->ended) state_->stop.emit(boost::asio::cancellation_type::terminal);
  stage_.until([&] { return state_->ended; });
}

base::Task<> Watch::follow(std::shared_ptr<State> state, http::Transport& transport, http::Request request) {
  auto stream = co_await transport.open(std::move(request));
  if (!stream) co_return;
  http::LineSplitter lines;
  while (true) {
    auto chunk = co_await (*stream)->next();
    if (!chunk || !*chunk) co_return;
    if (!lines.feed(**chunk)) co_return;
    while (const auto line = lines.next()) {
      auto event = json::parse(*line).as_object();
      state->seen.push_back({std::string(text_at(event, "type")), std::move(event["object"].as_object())});
    }
  }
}

bool Watch::ended() const {
  return state_->ended;
}

std::vector<Seen> Watch::take(std::size_t count) {
  stage_.until([&] { return state_->ended || state_->seen.size() >= taken_ + count; });
  const auto end = std::min(state_->seen.size(), taken_ + count);
  std::vector<Seen> events(state_->seen.begin() + static_cast<std::ptrdiff_t>(taken_),
                           state_->seen.begin() + static_cast<std::ptrdiff_t>(end));
  taken_ = end;
  return events;
}

std::vector<Seen> Watch::rest() {
  stage_.until([&] { return state_->ended; });
  return take(state_->seen.size() - taken_);
}

Contract::Contract() {
  static std::atomic<int> number = 0;
  ns = "contract-" + std::to_string(getpid()) + "-" + std::to_string(++number);
  made("/api/v1/namespaces", object("v1", "Namespace", ns));
}

Contract::~Contract() {
  // What a case leaves held would keep the namespace of a shared server.
  for (const auto& path : {eips(), pods(), config_maps()})
    for (const auto& name : get(path).names())
      merge(path + "/" + name, R"({"metadata":{"finalizers":null}})");
  remove("/api/v1/namespaces/" + ns);
}

Reply Contract::send(const std::string& method, const std::string& path, const std::string& body,
                     const std::string& type) {
  auto asked = request(method, stage->server() + path);
  if (!body.empty()) {
    asked.headers.emplace_back("Content-Type", type);
    asked.body = body;
  }
  const auto response = stage->run(stage->transport().send(std::move(asked)));
  if (!response) throw std::runtime_error(method + " " + path + ": " + response.error().text());
  Reply reply{response->status, {}, response->body};
  boost::system::error_code error;
  if (auto value = json::parse(response->body, error); !error && value.is_object())
    reply.body = std::move(value.get_object());
  return reply;
}

json::object Contract::pod(const std::string& name, const std::string& node) {
  auto made = object("v1", "Pod", name);
  json::object spec{{"containers", {{{"name", "main"}, {"image", "none"}}}},
                    {"automountServiceAccountToken", false},
                    {"enableServiceLinks", false}};
  if (node.empty()) {
    spec["nodeSelector"] = {{"test.example/no", "where"}};
  } else {
    spec["nodeName"] = node;
  }
  made["spec"] = std::move(spec);
  return made;
}

json::object Contract::owned(json::object object, const Reply& owner, bool block) {
  meta_of(object)["ownerReferences"] = json::array{{{"apiVersion", text_at(owner.body, "apiVersion")},
                                                    {"kind", text_at(owner.body, "kind")},
                                                    {"name", owner.name()},
                                                    {"uid", owner.uid()},
                                                    {"blockOwnerDeletion", block}}};
  return object;
}

Reply Contract::made(const std::string& path, const json::object& object) {
  auto reply = post(path, object);
  EXPECT_EQ(reply.status, 201) << reply.text;
  return reply;
}

Reply Contract::make_pod(const std::string& name, const std::string& node) {
  Reply reply;
  stage->until([&] {
    reply = post(pods(), pod(name, node));
    return reply.status != 403;
  });
  EXPECT_EQ(reply.status, 201) << reply.text;
  return reply;
}

Reply Contract::make(const std::string& name, json::object spec) {
  return made(eips(), eip(name, std::move(spec)));
}

}  // namespace kube_double
