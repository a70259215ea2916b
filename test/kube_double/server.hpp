#pragma once
// A Kubernetes API server of our own for tests in one process, with the controllers that a cluster always
// has: the garbage collector and that of namespaces. The same seed, settings, rules and requests give the
// same answers.
//
// Two sides: HTTP through transport.hpp, for the operator; and the functions here, for the users of a test,
// which take effect at once and know no faults. Both obey the same rules: resourceVersions, finalizers,
// generation, the subresource of status, deletion, owners (docs/decisions/0010-kube-double.md says what is
// promised).
//
//   kube_double::Server server(clock, context.get_executor());
//   kube_double::ServerTransport transport(server, "operator");       // transport.hpp
//   server.create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "demo"}}}});
//   server.edit({"eips", "demo", "web"}, [](json::object& eip) { eip["spec"] = ...; });
//   server.rules.add({.client = "operator", .verb = "patch", .act = Rule::Do::cut_after});
//
// The server outlives its transports and streams. The namespaces default, kube-system, kube-public and
// kube-node-lease are there from the start.

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/notify.hpp"
#include "kube_double/faults.hpp"
#include "kube_double/model.hpp"
#include "kube_double/request.hpp"
#include "kube_double/route.hpp"

namespace kube_double {

struct Settings {
  std::uint64_t seed = 1;
  // The garbage collector and the namespace controller act up to this long after what makes them act; each
  // time another span is drawn. 0: before the write that makes them act is answered.
  Span controller_delay{};
  // What happened longer ago is forgotten (compacted), so that a watch from there gets 410. etcd's own: 5 to
  // 10 min.
  Span memory = std::chrono::minutes(10);
  Span bookmarks = std::chrono::minutes(1);       // between the bookmarks of a watch that asked for them
  Span watch_timeout = std::chrono::minutes(30);  // of a watch that asked for none
};

// Names one object: {"eips", "demo", "web"}; the namespace is empty for nodes and namespaces.
struct Ref {
  std::string plural;
  std::string ns;
  std::string name;
};

// A request that came by a transport.
struct Logged {
  std::uint64_t number = 0;  // from 1
  Time at{};
  std::string client;
  std::string verb;
  std::string resource;  // "eips/status"
  std::string ns;
  std::string name;
  int status = 0;       // 0: no answer
  std::string fault;    // what a rule did, or empty
  bool effect = false;  // the verb ran to its end (a read too)
  Version before =
      0;  // the newest version before and after: a write that changed something has after > before
  Version after = 0;
};

class Server {
 public:
  Server(base::Clock& clock, boost::asio::any_io_executor executor, Settings settings = {},
         std::shared_ptr<const Catalog> catalog = default_catalog());
  Server(const Server&) = delete;

  // The users' side.
  // kubectl create: the resource follows from apiVersion and kind. The object as it was stored.
  Outcome<Object> create(const json::object& object);
  // kubectl apply: created, or what is given is merged into what is there (null removes a member).
  Outcome<Object> apply(const json::object& object);
  // kubectl edit: read, changed by `change`, written with the version that was read. Status stays as it is.
  Outcome<Object> edit(const Ref& ref, const std::function<void(json::object&)>& change);
  // The same by the subresource of status: only status changes (and of pods and nodes also metadata).
  Outcome<Object> edit_status(const Ref& ref, const std::function<void(json::object&)>& change);
  // A whole object as a client sends it (PUT), with the version that it has read, or none.
  Outcome<Object> replace(const json::object& object, std::string_view subresource = {});
  // kubectl delete. What is left: the object that waits for its finalizers or its kubelet; nullptr if it is
  // gone.
  Outcome<Object> remove(const Ref& ref, const DeleteOptions& options = {});

  // What is there now; nullptr if it is not.
  Object find(const Ref& ref);
  std::vector<Object> list(std::string_view plural, std::string_view ns = {});  // ns empty: all
  Version version();                                                            // the newest
  std::string dump();  // every object as YAML-like text for people, a line per member that is set

  // Forgets all versions but the present ones, as etcd's compaction: watches from before get 410.
  void compact();
  // The versions of an object or a resource that are remembered, oldest first: for a check of what was ever
  // true.
  std::vector<Change> history(std::string_view plural, std::string_view ns = {}, std::string_view name = {});

  Rules rules;
  Settings settings;
  std::vector<Logged> requests;  // of all transports; a watch counts once, when it is opened

  // For transports and streams.
  Answer handle(const Request& request);
  Model& model() { return model_; }
  base::Clock& clock() { return clock_; }
  const boost::asio::any_io_executor& executor() const { return executor_; }
  // Lets the controllers and late requests do all that is due. Then when the next thing is due by itself, if
  // any.
  std::optional<Time> settle();
  // Called at once after something was written, or a rule was added: watches are shown it. They run on
  // executors of their own, and go when they like.
  std::list<base::Notify*> watchers;

 private:
  template <class Write>
  auto attempt(Write write) -> Outcome<decltype(write())>;
  Outcome<Object> write(const Ref& ref, bool status, const std::function<void(json::object&)>& change);
  Answer run(const Request& request, const Rule* rule, Time now, std::uint64_t seed);
  void perform(const Request& request, const Route& route, const Rule* rule, Time now, std::uint64_t seed,
               Answer& answer);
  void wake_watchers();
  static void spoil(const Rule& rule, Answer& answer);
  Version shown(const Route& route, const Rule* rule, Time now, std::uint64_t seed);
  WatchOrder order(const Request& request, const Route& route, std::uint64_t seed);
  std::uint64_t draw();  // the next number of the seed

  std::uint64_t drawn_ = 0;
  std::multimap<Time, std::pair<Request, std::shared_ptr<Answer>>>
      late_;  // requests that wait for their effect
  base::Clock& clock_;
  boost::asio::any_io_executor executor_;
  Model model_;
};

}  // namespace kube_double
