#pragma once
// What the cases of the contract share: requests as a client makes them, in a namespace of each case's own.

#include <gmock/gmock.h>

#include <atomic>
#include <string>
#include <vector>

#include "kube_double/contract/stage.hpp"
#include "kube_double/object.hpp"

namespace kube_double {

struct Reply {
  int status = 0;
  json::object body;
  std::string text;

  std::string reason() const { return std::string(text_at(body, "reason")); }
  std::string message() const { return std::string(text_at(body, "message")); }
  std::string version() const { return std::string(text_at(meta_of(body), "resourceVersion")); }
  std::string name() const { return std::string(name_of(body)); }
  std::string uid() const { return std::string(uid_of(body)); }
  std::int64_t generation() const { return number_at(meta_of(body), "generation"); }
  const json::object& part(std::string_view name) const { return object_at(body, name); }
  std::vector<std::string> names() const;  // of a list's items
};

// An event of a watch.
struct Seen {
  std::string type;
  json::object object;
};

class Watch {
 public:
  Watch(Stage& stage, const std::string& url);
  ~Watch();
  // Waits for so many events, then ends; fewer if the watch ends before.
  std::vector<Seen> take(std::size_t count);
  // All until it ends.
  std::vector<Seen> rest();
  bool ended() const;

 private:
  struct State;
  static base::Task<> follow(std::shared_ptr<State> state, http::Transport& transport, http::Request request);
  Stage& stage_;
  std::shared_ptr<State> state_;
  std::size_t taken_ = 0;
};

class Contract : public testing::Test {
 protected:
  Contract();
  ~Contract() override;

  Reply send(const std::string& method, const std::string& path, const std::string& body = "",
             const std::string& type = "application/json");
  Reply get(const std::string& path) { return send("GET", path); }
  Reply post(const std::string& path, const json::object& object) {
    return send("POST", path, json::serialize(object));
  }
  Reply put(const std::string& path, const json::object& object) {
    return send("PUT", path, json::serialize(object));
  }
  Reply merge(const std::string& path, const std::string& patch) {
    return send("PATCH", path, patch, "application/merge-patch+json");
  }
  Reply steps(const std::string& path, const std::string& patch) {
    return send("PATCH", path, patch, "application/json-patch+json");
  }
  Reply remove(const std::string& path, const std::string& options = "") {
    return send("DELETE", path, options);
  }
  static std::string options(const std::string& members) {
    return R"({"kind":"DeleteOptions","apiVersion":"v1",)" + members + "}";
  }

  // Paths in the case's namespace.
  std::string eips(const std::string& name = "") const {
    return in_group("aws.k8s.logmein.com/v1alpha1", "eips", name);
  }
  std::string pods(const std::string& name = "") const {
    return "/api/v1/namespaces/" + ns + "/pods" + tail(name);
  }
  std::string config_maps(const std::string& name = "") const {
    return "/api/v1/namespaces/" + ns + "/configmaps" + tail(name);
  }
  std::string leases(const std::string& name = "") const {
    return in_group("coordination.k8s.io/v1", "leases", name);
  }
  std::string events() const { return in_group("events.k8s.io/v1", "events", ""); }
  std::string in_group(const std::string& group, const std::string& plural, const std::string& name) const {
    return "/apis/" + group + "/namespaces/" + ns + "/" + plural + tail(name);
  }
  static std::string tail(const std::string& name) { return name.empty() ? "" : "/" + name; }

  static json::object object(const std::string& version, const std::string& kind, const std::string& name) {
    return {{"apiVersion", version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  }
  static json::object eip(const std::string& name, json::object spec = {}) {
    auto made = object("aws.k8s.logmein.com/v1alpha1", "EIP", name);
    if (!spec.empty()) made["spec"] = std::move(spec);
    return made;
  }
  // A pod that no scheduler and no kubelet touches: its node is not there, or it waits for one that never
  // comes.
  static json::object pod(const std::string& name, const std::string& node = "");
  static json::object held(json::object object) {
    meta_of(object)["finalizers"] = {"test.example/hold"};
    return object;
  }
  static json::object owned(json::object object, const Reply& owner, bool block = true);
  // A new EIP, which must be taken.
  Reply make(const std::string& name, json::object spec = {});
  Reply made(const std::string& path, const json::object& object);
  // The same, once the namespace has its service account, without which a real server takes no pod.
  Reply make_pod(const std::string& name, const std::string& node = "");
  bool is_gone(const std::string& path) { return get(path).status == 404; }
  bool until_gone(const std::string& path) {
    return stage->until([&] { return is_gone(path); });
  }
  std::unique_ptr<Watch> watch(const std::string& path, const std::string& version,
                               const std::string& more = "") {
    return std::make_unique<Watch>(*stage,
                                   stage->server() + path + "?watch=true&resourceVersion=" + version + more);
  }

  std::unique_ptr<Stage> stage = make_stage();
  std::string ns;
};

}  // namespace kube_double
