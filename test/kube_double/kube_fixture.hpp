#pragma once
// What the tests of the double share: a server on a clock moved by hand, and objects.

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "fakes/manual_clock.hpp"
#include "kube_double/server.hpp"

namespace kube_double {

struct KubeFixture : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  Server server{clock, context.get_executor()};

  KubeFixture() { done(server.create(object("v1", "Namespace", {}, "demo"))); }

  static json::object object(const std::string& api_version, const std::string& kind, const std::string& ns,
                             const std::string& name, json::object more = {}) {
    json::object meta{{"name", name}};
    if (!ns.empty()) meta["namespace"] = ns;
    json::object made{{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(meta)}};
    for (auto& member : more) made[member.key()] = std::move(member.value());
    return made;
  }
  static json::object eip(const std::string& name, json::object spec = {}) {
    return object("aws.k8s.logmein.com/v1alpha1", "EIP", "demo", name, {{"spec", std::move(spec)}});
  }
  static json::object pod(const std::string& name, const std::string& node = "") {
    json::object spec;
    if (!node.empty()) spec["nodeName"] = node;
    return object("v1", "Pod", "demo", name, {{"spec", std::move(spec)}});
  }
  static json::object config_map(const std::string& name) { return object("v1", "ConfigMap", "demo", name); }

  // Of a write that must succeed.
  static Object done(Outcome<Object> outcome) {
    EXPECT_TRUE(outcome) << (outcome ? std::string() : outcome.error().text());
    return outcome ? *outcome : nullptr;
  }
  static const json::object& meta(const Object& object) { return meta_of(object->value); }
  // Adds, or removes, a finalizer.
  Object hold(const Ref& ref) {
    return done(server.edit(ref, [](json::object& object) { set_finalizers(object, {"test/hold"}); }));
  }
  Outcome<Object> let_go(const Ref& ref) {
    return server.edit(ref, [](json::object& object) { set_finalizers(object, {}); });
  }
  // Owned by this object.
  static json::object owned(json::object object, const Object& owner, bool block = true) {
    meta_of(object)["ownerReferences"] = json::array{{{"apiVersion", text_at(owner->value, "apiVersion")},
                                                      {"kind", text_at(owner->value, "kind")},
                                                      {"name", name_of(owner->value)},
                                                      {"uid", uid_of(owner->value)},
                                                      {"blockOwnerDeletion", block}}};
    return object;
  }
};

}  // namespace kube_double
