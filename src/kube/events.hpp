#pragma once
// Posts events.k8s.io/v1 Events: what `kubectl describe` shows of an object's story.
// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
//
// Fire and forget: post() never waits and never fails. Events wait in a bounded queue for run() to send them
// one by one; what does not fit, or is refused, is counted (kube_events_total{result=sent|dropped|failed})
// and logged at debug. At a stop those still waiting are dropped.

#include <cstdint>
#include <deque>
#include <string>

#include "base/notify.hpp"
#include "kube/api.hpp"

namespace kube {

struct ObjectReference {
  std::string api_version;
  std::string kind;
  Key key;
  std::string uid;
  std::string resource_version;
};

// A reference to an object of a kind: reference_to(kind, eip.meta).
ObjectReference reference_to(const Resource& resource, const Meta& meta);

struct Event {
  ObjectReference regarding;
  bool warning = false;  // type Normal or Warning
  std::string reason;    // CamelCase, why
  std::string action;    // CamelCase, what was done or tried
  std::string note;      // for people; cut to 1,024 bytes between UTF-8 characters
};

class Events {
 public:
  // `component`: "k8s-aws-operator"; `instance`: the pod's name.
  Events(Api& api, Tools tools, std::string component, std::string instance);

  void post(Event event);
  base::Task<> run();
  std::size_t waiting() const { return queue_.size(); }

 private:
  struct Queued {
    std::string ns;
    std::string body;
  };

  static constexpr std::size_t kMost = 256;

  Api& api_;
  Tools tools_;
  std::string component_;
  std::string instance_;
  std::uint64_t serial_ = 0;
  std::deque<Queued> queue_;
  base::Notify changed_;
  prometheus::Counter& sent_;
  prometheus::Counter& dropped_;
  prometheus::Counter& failed_;
};

// The event as JSON, named `name` in `ns`. Pure.
std::string event_json(const Event& event, const std::string& ns, const std::string& name, base::WallTime now,
                       std::string_view component, std::string_view instance);

}  // namespace kube
