// Creating, reading, replacing; what the server adds, keeps and refuses.
#include "base/time_text.hpp"
#include "kube_double/contract/contract_fixture.hpp"

namespace kube_double {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

using ObjectsContract = Contract;

TEST_F(ObjectsContract, TheServerAddsWhatIdentifiesAnObject) {
  const auto reply = make("web", {{"tags", {{"a", "b"}}}});
  EXPECT_THAT(reply.uid(), MatchesRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  EXPECT_THAT(std::string(text_at(meta_of(reply.body), "creationTimestamp")),
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
  EXPECT_EQ(text_at(meta_of(reply.body), "namespace"), ns);
  EXPECT_EQ(reply.generation(), 1);
  EXPECT_GT(std::stoull(reply.version()), 0u);
  EXPECT_EQ(get(eips("web")).body, reply.body);
}

TEST_F(ObjectsContract, WhatAClientMayNotSayIsTheServersOwn) {
  auto object = eip("web");
  auto& meta = meta_of(object);
  meta["uid"] = "11111111-1111-1111-1111-111111111111";
  meta["creationTimestamp"] = "2001-01-01T00:00:00Z";
  meta["generation"] = 7;
  const auto reply = made(eips(), object);
  EXPECT_NE(reply.uid(), "11111111-1111-1111-1111-111111111111");
  EXPECT_NE(text_at(meta_of(reply.body), "creationTimestamp"), "2001-01-01T00:00:00Z");
  EXPECT_EQ(reply.generation(), 1);
}

TEST_F(ObjectsContract, UnknownFieldsAreDroppedAndDefaultsFilledIn) {
  const auto reply = make("web", {{"unknown", 1}, {"publicIPv4Pool", "pool"}});
  EXPECT_EQ(reply.part("spec"), json::object({{"publicIPv4Pool", "pool"}}));
  EXPECT_EQ(reply.part("status"), json::object({{"observedGeneration", -1}}));
}

TEST_F(ObjectsContract, AStatusThatIsCreatedIsDropped) {
  auto object = eip("web");
  object["status"] = {{"state", "allocated"}};
  EXPECT_EQ(made(eips(), object).part("status"), json::object({{"observedGeneration", -1}}));
}

TEST_F(ObjectsContract, ANameIsTakenOnce) {
  make("web");
  const auto reply = post(eips(), eip("web"));
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.reason(), "AlreadyExists");
  EXPECT_EQ(reply.message(), "eips.aws.k8s.logmein.com \"web\" already exists");
  EXPECT_EQ(reply.part("details"),
            json::object({{"name", "web"}, {"group", "aws.k8s.logmein.com"}, {"kind", "eips"}}));
}

TEST_F(ObjectsContract, ANameIsGeneratedFromItsBeginning) {
  auto object = eip("");
  object["metadata"] = {{"generateName", "web-"}};
  const auto one = made(eips(), object);
  const auto other = made(eips(), object);
  EXPECT_THAT(one.name(), MatchesRegex("web-[bcdfghjklmnpqrstvwxz2456789]{5}"));
  EXPECT_NE(one.name(), other.name());
  EXPECT_EQ(text_at(meta_of(one.body), "generateName"), "web-");
}

TEST_F(ObjectsContract, ABadNameIsInvalid) {
  for (const auto* name : {"Web", "a_b", "-a", ""}) {
    const auto reply = post(eips(), eip(name));
    EXPECT_EQ(reply.status, 422) << name;
    EXPECT_EQ(reply.reason(), "Invalid") << name;
    EXPECT_EQ(text_at(array_at(reply.part("details"), "causes").at(0).as_object(), "field"), "metadata.name");
  }
}

TEST_F(ObjectsContract, WhatIsNotThereIsNotFoundByName) {
  const auto reply = get(eips("web"));
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.body,
            json::object({{"kind", "Status"},
                          {"apiVersion", "v1"},
                          {"metadata", json::object()},
                          {"status", "Failure"},
                          {"message", "eips.aws.k8s.logmein.com \"web\" not found"},
                          {"reason", "NotFound"},
                          {"details", {{"name", "web"}, {"group", "aws.k8s.logmein.com"}, {"kind", "eips"}}},
                          {"code", 404}}));
  EXPECT_EQ(get(pods("web")).message(), "pods \"web\" not found");
  EXPECT_EQ(merge(eips("web"), "{}").status, 404);
  EXPECT_EQ(remove(eips("web")).status, 404);
  EXPECT_EQ(put(eips("web"), eip("web")).status, 404);
}

TEST_F(ObjectsContract, AKindThatIsNotServedIsNoStatus) {
  const auto reply = get(in_group("aws.k8s.logmein.com/v1alpha1", "nothings", ""));
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, IsEmpty());
}

TEST_F(ObjectsContract, NothingIsCreatedInANamespaceThatIsNotThere) {
  const auto reply = post("/apis/aws.k8s.logmein.com/v1alpha1/namespaces/nowhere/eips", eip("web"));
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.message(), "namespaces \"nowhere\" not found");
}

TEST_F(ObjectsContract, ABodyThatDoesNotFitThePathIsABadRequest) {
  auto elsewhere = eip("web");
  meta_of(elsewhere)["namespace"] = "default";
  EXPECT_EQ(post(eips(), elsewhere).status, 400);
  EXPECT_EQ(post(eips(), object("v1", "Pod", "web")).status, 400);
  EXPECT_EQ(post(eips(), {{"metadata", {{"name", "web"}}}}).status, 400);
  EXPECT_EQ(send("POST", eips(), "{\"a\":").reason(), "BadRequest");
  make("web");
  EXPECT_EQ(put(eips("web"), eip("other")).status, 400);
  EXPECT_EQ(merge(eips("web"), R"({"metadata":{"name":"other"}})").status, 400);
}

TEST_F(ObjectsContract, ACreateBringsNoVersion) {
  auto object = eip("web");
  meta_of(object)["resourceVersion"] = "5";
  const auto reply = post(eips(), object);
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.message(), "resourceVersion should not be set on objects to be created");
}

TEST_F(ObjectsContract, VersionsRiseOverAllResources) {
  const auto one = make("one");
  const auto map = made(config_maps(), object("v1", "ConfigMap", "map"));
  const auto two = make("two");
  EXPECT_LT(std::stoull(one.version()), std::stoull(map.version()));
  EXPECT_LT(std::stoull(map.version()), std::stoull(two.version()));
}

TEST_F(ObjectsContract, APutWithTheVersionThatIsThereReplaces) {
  auto object = make("web", {{"publicIPv4Pool", "pool"}}).body;
  object["spec"] = {{"tags", {{"a", "b"}}}};
  const auto reply = put(eips("web"), object);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.part("spec"), json::object({{"tags", {{"a", "b"}}}}));
  EXPECT_EQ(reply.generation(), 2);
  EXPECT_EQ(get(eips("web")).body, reply.body);
}

TEST_F(ObjectsContract, APutWithAnOlderVersionIsAConflict) {
  auto object = make("web").body;
  merge(eips("web"), R"({"spec":{"publicIPv4Pool":"pool"}})");
  object["spec"] = {{"tags", {{"a", "b"}}}};
  const auto reply = put(eips("web"), object);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.body,
            json::object({{"kind", "Status"},
                          {"apiVersion", "v1"},
                          {"metadata", json::object()},
                          {"status", "Failure"},
                          {"message",
                           "Operation cannot be fulfilled on eips.aws.k8s.logmein.com \"web\": the "
                           "object has been modified; please apply your changes to the latest "
                           "version and try again"},
                          {"reason", "Conflict"},
                          {"details", {{"name", "web"}, {"group", "aws.k8s.logmein.com"}, {"kind", "eips"}}},
                          {"code", 409}}));
}

TEST_F(ObjectsContract, APutOfACustomKindOrALeaseNeedsAVersion) {
  auto object = make("web").body;
  meta_of(object).erase("resourceVersion");
  const auto reply = put(eips("web"), object);
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.message(), HasSubstr("metadata.resourceVersion: Invalid value: 0: must be specified"));
  auto lease = made(leases(), Contract::object("coordination.k8s.io/v1", "Lease", "lock")).body;
  meta_of(lease).erase("resourceVersion");
  EXPECT_EQ(put(leases("lock"), lease).status, 422);
  auto map = made(config_maps(), Contract::object("v1", "ConfigMap", "map")).body;
  meta_of(map).erase("resourceVersion");
  map["data"] = {{"a", "b"}};
  EXPECT_EQ(put(config_maps("map"), map).status, 200);
}

TEST_F(ObjectsContract, APutForAnEarlierObjectOfTheNameIsAConflict) {
  auto object = make("web").body;
  remove(eips("web"));
  const auto again = make("web");
  meta_of(object)["resourceVersion"] = again.version();
  object["spec"] = {{"publicIPv4Pool", "pool"}};
  const auto reply = put(eips("web"), object);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.reason(), "Conflict");
}

TEST_F(ObjectsContract, ALeaseIsTakenByOneOfTwo) {
  auto lease = object("coordination.k8s.io/v1", "Lease", "lock");
  lease["spec"] = {{"holderIdentity", "a"}, {"leaseDurationSeconds", 15}};
  auto mine = made(leases(), lease).body;
  EXPECT_EQ(post(leases(), lease).reason(), "AlreadyExists");
  auto theirs = mine;
  mine["spec"].as_object()["holderIdentity"] = "b";
  theirs["spec"].as_object()["holderIdentity"] = "c";
  EXPECT_EQ(put(leases("lock"), mine).status, 200);
  EXPECT_EQ(put(leases("lock"), theirs).reason(), "Conflict");
  EXPECT_EQ(text_at(get(leases("lock")).part("spec"), "holderIdentity"), "b");
}

TEST_F(ObjectsContract, AWriteThatChangesNothingIsNoNewVersion) {
  make("web", {{"publicIPv4Pool", "pool"}});
  // The first write after the creation may count on a real server: it notes who owns which field.
  const auto reply = merge(eips("web"), R"({"spec":{"tags":{"a":"b"}}})");
  EXPECT_EQ(merge(eips("web"), R"({"spec":{"tags":{"a":"b"}}})").version(), reply.version());
  EXPECT_EQ(put(eips("web"), reply.body).version(), reply.version());
  const auto status = merge(eips("web") + "/status", R"({"status":{"state":"allocating"}})");
  EXPECT_EQ(merge(eips("web") + "/status", R"({"status":{"state":"allocating"}})").version(),
            status.version());
}

TEST_F(ObjectsContract, GenerationCountsChangesOfSpecAlone) {
  EXPECT_EQ(make("web").generation(), 1);
  EXPECT_EQ(merge(eips("web"), R"({"metadata":{"labels":{"a":"b"}}})").generation(), 1);
  EXPECT_EQ(merge(eips("web") + "/status", R"({"status":{"state":"allocating"}})").generation(), 1);
  EXPECT_EQ(merge(eips("web"), R"({"spec":{"publicIPv4Pool":"pool"}})").generation(), 2);
  EXPECT_EQ(merge(eips("web"), R"({"spec":{"publicIPv4Pool":"pool"}})").generation(), 2);
  EXPECT_EQ(merge(eips("web"), R"({"metadata":{"generation":9}})").generation(), 2);
}

TEST_F(ObjectsContract, StatusAndTheRestAreWrittenApart) {
  make("web", {{"publicIPv4Pool", "pool"}});
  const auto status = merge(
      eips("web") + "/status",
      R"({"metadata":{"labels":{"a":"b"}},"spec":{"publicIPv4Pool":"x"},"status":{"state":"allocating"}})");
  EXPECT_EQ(status.status, 200);
  EXPECT_EQ(text_at(status.part("status"), "state"), "allocating");
  EXPECT_EQ(text_at(status.part("spec"), "publicIPv4Pool"), "pool");
  EXPECT_FALSE(meta_of(status.body).contains("labels"));
  const auto main = merge(eips("web"), R"({"spec":{"publicIPv4Pool":"x"},"status":{"state":"assigned"}})");
  EXPECT_EQ(text_at(main.part("status"), "state"), "allocating");
  EXPECT_EQ(text_at(main.part("spec"), "publicIPv4Pool"), "x");
  auto whole = main.body;
  whole["status"] = {{"state", "releasing"}};
  whole["spec"] = json::object();
  const auto replaced = put(eips("web") + "/status", whole);
  EXPECT_EQ(replaced.part("status"), json::object({{"state", "releasing"}, {"observedGeneration", -1}}));
  EXPECT_EQ(text_at(replaced.part("spec"), "publicIPv4Pool"), "x");
}

TEST_F(ObjectsContract, TheDefaultOfAStatusComesBack) {
  make("web");
  const auto reply =
      merge(eips("web") + "/status", R"({"status":{"observedGeneration":3,"state":"allocating"}})");
  EXPECT_EQ(number_at(reply.part("status"), "observedGeneration"), 3);
  const auto removed = merge(eips("web") + "/status", R"({"status":{"observedGeneration":null}})");
  EXPECT_EQ(number_at(removed.part("status"), "observedGeneration"), -1);
  EXPECT_EQ(merge(eips("web") + "/status", R"({"status":null})").part("status"),
            json::object({{"observedGeneration", -1}}));
}

struct BadValue {
  const char* path;  // "" or "/status"
  const char* patch;
  const char* field;
  const char* reason;
};

TEST_F(ObjectsContract, ValuesThatTheSchemaRefusesAreInvalid) {
  make("web");
  const auto long_text = R"({"spec":{"publicIPv4Pool":")" + std::string(129, 'x') + R"("}})";
  std::string many = R"({"spec":{"publicIPv4Pools":["p")";
  for (int i = 0; i < 100; ++i) many += R"(,"p")";
  many += "]}}";
  const std::vector<BadValue> cases{
      {"", R"({"spec":{"publicIPv4Pool":5}})", "spec.publicIPv4Pool", "FieldValueTypeInvalid"},
      {"", R"({"spec":{"tags":{"a":1}}})", "spec.tags.a", "FieldValueTypeInvalid"},
      {"", long_text.c_str(), "spec.publicIPv4Pool", "FieldValueTooLong"},
      {"", many.c_str(), "spec.publicIPv4Pools", "FieldValueTooMany"},
      {"/status", R"({"status":{"observedGeneration":-2}})", "status.observedGeneration",
       "FieldValueInvalid"},
      {"/status", R"({"status":{"conditions":[{"type":"Ready"}]}})", "status.conditions[0].status",
       "FieldValueRequired"},
      {"/status",
       R"({"status":{"conditions":[{"type":"Ready","status":"Yes","reason":"R","message":"",
           "lastTransitionTime":"2026-01-01T00:00:00Z"}]}})",
       "status.conditions[0].status", "FieldValueNotSupported"},
      {"/status",
       R"({"status":{"conditions":[{"type":"Ready","status":"True","reason":"R","message":"",
           "lastTransitionTime":"now"}]}})",
       "status.conditions[0].lastTransitionTime", "FieldValueTypeInvalid"},
  };
  for (const auto& bad : cases) {
    const auto reply = merge(eips("web") + bad.path, bad.patch);
    EXPECT_EQ(reply.status, 422) << bad.patch;
    EXPECT_EQ(reply.reason(), "Invalid") << bad.patch;
    EXPECT_EQ(text_at(reply.part("details"), "kind"), "EIP");
    bool told = false;
    for (const auto& cause : array_at(reply.part("details"), "causes"))
      told = told || (text_at(cause.as_object(), "field") == bad.field &&
                      text_at(cause.as_object(), "reason") == bad.reason);
    EXPECT_TRUE(told) << reply.text;
  }
  EXPECT_EQ(get(eips("web")).generation(), 1);
}

TEST_F(ObjectsContract, AnEventIsCreatedOnce) {
  auto event = object("events.k8s.io/v1", "Event", "web.1");
  const json::object rest{{"eventTime", "2026-11-28T00:00:00.000000Z"},
                          {"reportingController", "k8s-aws-operator"},
                          {"reportingInstance", "pod"},
                          {"type", "Normal"},
                          {"reason", "Allocated"},
                          {"action", "Allocate"},
                          {"note", "an address"},
                          {"regarding",
                           {{"apiVersion", "aws.k8s.logmein.com/v1alpha1"},
                            {"kind", "EIP"},
                            {"name", "web"},
                            {"namespace", ns}}}};
  for (const auto& member : rest) event[member.key()] = member.value();
  const auto reply = made(events(), event);
  EXPECT_EQ(text_at(reply.body, "note"), "an address");
  EXPECT_EQ(text_at(reply.part("regarding"), "name"), "web");
  EXPECT_EQ(post(events(), event).reason(), "AlreadyExists");
}

TEST_F(ObjectsContract, ANewPodIsPending) {
  const auto reply = make_pod("a");
  EXPECT_EQ(text_at(reply.part("status"), "phase"), "Pending");
  EXPECT_EQ(reply.generation(), 1);
  EXPECT_EQ(number_at(reply.part("spec"), "terminationGracePeriodSeconds"), 30);
}

TEST_F(ObjectsContract, APodsStatusIsItsKubelets) {
  make_pod("a", "nowhere");
  const auto reply = merge(
      pods("a") + "/status",
      R"({"metadata":{"labels":{"a":"b"}},"status":{"phase":"Running","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}]}})");
  EXPECT_EQ(reply.status, 200) << reply.text;
  EXPECT_EQ(text_at(reply.part("status"), "podIP"), "10.0.0.1");
  EXPECT_EQ(reply.generation(), 1);
  EXPECT_TRUE(object_at(meta_of(reply.body), "labels").contains("a")) << "unlike a custom kind's";
  EXPECT_EQ(text_at(merge(pods("a"), R"({"status":{"podIP":"10.0.0.9"}})").part("status"), "podIP"),
            "10.0.0.1");
}

}  // namespace
}  // namespace kube_double
