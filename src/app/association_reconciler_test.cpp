// EIPAssociations on an API server of our own, from the watch to the status, beside EIPs whose statuses the
// test writes.

#include "app/association_reconciler.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/wakeups.hpp"
#include "kube/controller.hpp"
#include "kube/informer.hpp"
#include "kube_double/transport.hpp"

#include "fakes/kube_test_world.hpp"

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

struct AssociationReconciler : kube::test::World {
  kube_double::Server server{clock, context.get_executor()};
  kube_double::ServerTransport network{server, "operator"};
  kube::Api api{network, tools, options};
  kube::Informer<app::EipObject> eips{app::eip_kind(), "", api, tools};
  kube::Informer<app::AssociationObject> associations{app::association_kind(), "", api, tools};
  kube::Store<app::EniObject> enis;
  kube::Store<kube::Pod> pods;
  kube::Store<kube::Node> nodes;
  app::Stores stores{eips.store(), enis, associations.store(), pods, nodes};
  app::Wishes wishes{eips.store(), associations.store()};
  kube::Events events{api, tools, "k8s-aws-operator", "test"};
  app::ObjectPublisher<app::AssociationKind> publisher{api, associations.store(), events};
  app::EipPublisher eip_publisher{api, eips.store(), events};
  kube::WorkQueue queue{"eipassociation", tools};
  app::AssociationReconciler reconciler{
      {associations.store(), eips.store(), wishes, publisher, eip_publisher, clock, log}};
  kube::Controller controller{queue, reconciler, tools, {"eipassociation"}};

  void SetUp() override {
    server.create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "n"}}}});
    app::wake_associations(stores, wishes, queue);
    scope.spawn(eips.run());
    scope.spawn(associations.run());
    scope.spawn(events.run());
    scope.spawn(controller.run());
    clock.settle();
  }

  static json::object object(const char* kind, const std::string& name, json::object spec) {
    return {{"apiVersion", "aws.k8s.logmein.com/v1alpha1"},
            {"kind", kind},
            {"metadata", {{"namespace", "n"}, {"name", name}}},
            {"spec", std::move(spec)}};
  }
  void put_eip(json::object assignment = {}) {
    json::object spec;
    if (!assignment.empty()) spec["assignment"] = std::move(assignment);
    EXPECT_TRUE(server.apply(object("EIP", "web", std::move(spec))));
    clock.settle();
  }
  void put(const std::string& name, const std::string& pod, bool of_1_4_1 = false) {
    auto made = object("EIPAssociation", name, {{"eipName", "web"}, {"assignment", {{"podName", pod}}}});
    if (of_1_4_1) kube_double::meta_of(made)["finalizers"] = json::array{app::kFinalizer};
    EXPECT_TRUE(server.apply(made));
    clock.advance(1s);  // the next one is younger
  }
  void remove(const std::string& name) {
    EXPECT_TRUE(server.remove({"eipassociations", "n", name}));
    clock.settle();
  }
  // As the EIP's reconciler says it when its address is on the pod.
  void assigned(const std::string& by, const std::string& pod) {
    EXPECT_TRUE(server.edit_status({"eips", "n", "web"}, [&](json::object& eip) {
      eip["status"] =
          json::object{{"state", "assigned"},
                       {"assignment", {{"podName", pod}, {"privateIPAddress", "10.0.0.1"}}},
                       {"assignedBy", {{"association", by}}},
                       {"conditions", json::array{{{"type", "Ready"},
                                                   {"status", "True"},
                                                   {"reason", "Assigned"},
                                                   {"message", "on its pod"},
                                                   {"lastTransitionTime", "2026-01-01T00:00:00Z"}}}},
                       {"observedGeneration", 1}};
    }));
    clock.settle();
  }
  bool is_there(const std::string& name) { return server.find({"eipassociations", "n", name}) != nullptr; }
  json::object stored(const char* plural, const std::string& name) {
    const auto found = server.find({plural, "n", name});
    return found ? found->value : json::object{};
  }
  std::string reason(const std::string& name, const char* type) {
    const auto decoded = app::decode_association(json::serialize(stored("eipassociations", name)));
    if (!decoded) return "";
    const auto* condition = domain::find_condition(decoded->association.status, type);
    return condition ? condition->reason : "";
  }
  int writes() {
    int count = 0;
    for (const auto& request : server.requests) count += request.verb == "patch" || request.verb == "create";
    return count;
  }
  int told() {
    const auto all = server.list("events");
    return static_cast<int>(all.size());
  }
};

TEST_F(AssociationReconciler, SaysThatItsEipIsMissingUntilItComes) {
  put("a", "x");
  EXPECT_EQ(reason("a", "Bound"), "EIPNotFound");
  put_eip();
  EXPECT_EQ(reason("a", "Bound"), "Bound");
  EXPECT_EQ(reason("a", "Ready"), "Assigning");
  assigned("a", "x");
  EXPECT_EQ(reason("a", "Ready"), "Assigned");
}

TEST_F(AssociationReconciler, OfSeveralTheOldestIsBoundAndTheNextWhenItGoes) {
  put_eip();
  put("a", "x");
  put("b", "y");
  EXPECT_EQ(reason("a", "Bound"), "Bound");
  EXPECT_EQ(reason("b", "Bound"), "HeldByAnother");
  remove("a");
  EXPECT_FALSE(is_there("a"));
  EXPECT_EQ(reason("b", "Bound"), "Bound");
}

TEST_F(AssociationReconciler, SaysThatTheSpecOfTheEipComesFirst) {
  put("a", "x");
  put_eip({{"podName", "own"}});
  EXPECT_EQ(reason("a", "Bound"), "AssignedBySpec");
  EXPECT_TRUE(server.edit({"eips", "n", "web"}, [](json::object& eip) { eip["spec"] = json::object{}; }));
  clock.settle();
  EXPECT_EQ(reason("a", "Bound"), "Bound");
}

TEST_F(AssociationReconciler, IsNotReadyAnyMoreWhenItIsEdited) {
  put_eip();
  put("a", "x");
  assigned("a", "x");
  EXPECT_EQ(reason("a", "Ready"), "Assigned");
  put("a", "y");
  EXPECT_EQ(reason("a", "Ready"), "Assigning");
  EXPECT_EQ(kube_double::number_at(kube_double::object_at(stored("eipassociations", "a"), "status"),
                                   "observedGeneration"),
            2);
}

TEST_F(AssociationReconciler, WritesNothingMoreWhenAllIsQuiet) {
  put_eip();
  put("a", "x");
  assigned("a", "x");
  clock.advance(10s);
  const int before = writes();
  clock.advance(1h);
  EXPECT_EQ(writes(), before);
  EXPECT_EQ(told(), 1) << "Bound, once";
}

TEST_F(AssociationReconciler, DoesNotArgueWithAnotherProcessAtFullSpeed) {
  put_eip();
  put("a", "x");
  clock.advance(10s);
  const auto reports = [&] {
    return std::count_if(server.requests.begin(), server.requests.end(), [](const auto& request) {
      return request.verb == "patch" && request.resource == "eipassociations/status";
    });
  };
  const auto before = reports();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(server.edit_status({"eipassociations", "n", "a"}, [](json::object& association) {
      association["status"] = json::object{};
    }));
    clock.settle();
  }
  EXPECT_EQ(reports() - before, 10);
  clock.advance(1s);
  EXPECT_EQ(reports() - before, 11);
  EXPECT_EQ(reason("a", "Bound"), "Bound");
}

TEST_F(AssociationReconciler, LosesTheFinalizerOfVersion141) {
  put("a", "x", true);
  EXPECT_FALSE(kube_double::meta_of(stored("eipassociations", "a")).contains("finalizers"));
  EXPECT_EQ(reason("a", "Bound"), "EIPNotFound");
}

TEST_F(AssociationReconciler, OfVersion141TakesItsCopyAlongWhenItGoes) {
  put_eip({{"podName", "x"}, {"privateIPAddress", "10.0.0.1"}});
  put("a", "x", true);
  EXPECT_TRUE(kube_double::meta_of(stored("eipassociations", "a")).contains("finalizers"))
      << "the EIP's status does not tell of the copy yet";
  remove("a");
  EXPECT_FALSE(is_there("a"));
  EXPECT_FALSE(kube_double::object_at(stored("eips", "web"), "spec").contains("assignment"));
}

TEST_F(AssociationReconciler, GoesThoughTheCopyCannotBeRemoved) {
  put_eip({{"podName", "x"}, {"privateIPAddress", "10.0.0.1"}});
  put("a", "x", true);
  kube_double::Rule rule;
  rule.verb = "patch";
  rule.resource = "eips";
  rule.code = 422;
  rule.reason = "Invalid";
  rule.times = 0;
  server.rules.add(rule);
  remove("a");
  EXPECT_FALSE(is_there("a"));
  EXPECT_EQ(logged("stays in the EIP's spec"), 1);
}

TEST_F(AssociationReconciler, TriesAgainWhenAnotherHasWrittenFirst) {
  put_eip();
  kube_double::Rule rule;
  rule.verb = "patch";
  rule.resource = "eipassociations/status";
  rule.act = kube_double::Rule::Do::conflict;
  rule.times = 2;
  server.rules.add(rule);
  put("a", "x");
  EXPECT_EQ(reason("a", "Bound"), "Bound");
}

}  // namespace
