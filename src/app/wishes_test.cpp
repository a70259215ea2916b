#include "app/wishes.hpp"

#include <gtest/gtest.h>

namespace {

using domain::Assignment;
using Keys = std::set<kube::Key>;

struct Wishes : testing::Test {
  kube::Store<app::EipObject> eips;
  kube::Store<app::AssociationObject> associations;
  app::Wishes wishes{eips, associations};
  int version = 0;

  domain::Eip put_eip(const std::string& name, std::optional<Assignment> own = {}) {
    app::EipObject object;
    object.meta.ns = object.eip.ns = "n";
    object.meta.name = object.eip.name = name;
    object.meta.uid = "uid-" + name;
    object.meta.resource_version = std::to_string(++version);
    object.eip.spec.assignment = std::move(own);
    eips.apply(object);
    return object.eip;
  }
  void put_association(const std::string& name, const std::string& eip, std::optional<Assignment> wish,
                       const std::string& ns = "n") {
    app::AssociationObject object;
    object.meta.ns = object.association.ns = ns;
    object.meta.name = object.association.name = name;
    object.meta.uid = "uid-" + name;
    object.meta.resource_version = std::to_string(++version);
    object.association.created = domain::Time{} + std::chrono::seconds(version);
    object.association.eip_name = eip;
    object.association.assignment = std::move(wish);
    associations.apply(object);
  }
  static Assignment to_pod(const std::string& name) { return {name, "", 0, ""}; }
};

TEST_F(Wishes, AreThoseOfTheSpecOrOfTheOldestAssociation) {
  const auto own = put_eip("own", to_pod("x"));
  const auto other = put_eip("other");
  put_association("a", "own", to_pod("y"));
  put_association("b", "other", to_pod("y"));
  put_association("c", "other", to_pod("z"));
  put_association("d", "other", to_pod("x"), "elsewhere");
  EXPECT_EQ(wishes.of(own).assignment, to_pod("x"));
  EXPECT_EQ(wishes.of(own).by, std::nullopt);
  EXPECT_EQ(wishes.of(other).assignment, to_pod("y"));
  EXPECT_EQ(wishes.of(other).by->association, "b");
}

TEST_F(Wishes, AreFoundByWhatIsWanted) {
  put_eip("pod", to_pod("x"));
  put_eip("eni", Assignment{"", "x", 1, ""});
  put_eip("address", Assignment{"", "", 0, "10.0.0.1"});
  put_eip("copy", Assignment{"y", "", 0, "10.0.0.1"});
  EXPECT_EQ(wishes.for_pod({"n", "x"}), (Keys{{"n", "pod"}}));
  EXPECT_EQ(wishes.for_eni({"n", "x"}), (Keys{{"n", "eni"}}));
  EXPECT_EQ(wishes.for_private_ip("10.0.0.1"), (Keys{{"n", "address"}}));
  EXPECT_EQ(wishes.for_pod({"elsewhere", "x"}), Keys{});
}

TEST_F(Wishes, OfAnAssociationAreFoundAsLongAsTheyCount) {
  put_association("a", "web", to_pod("x"));
  EXPECT_EQ(wishes.for_pod({"n", "x"}), Keys{}) << "there is no such EIP";
  put_eip("web");
  EXPECT_EQ(wishes.for_pod({"n", "x"}), (Keys{{"n", "web"}}));
  put_association("b", "web", to_pod("y"));
  EXPECT_EQ(wishes.for_pod({"n", "y"}), Keys{}) << "a is older";
  associations.remove(associations.find({"n", "a"})->meta);
  EXPECT_EQ(wishes.for_pod({"n", "x"}), Keys{});
  EXPECT_EQ(wishes.for_pod({"n", "y"}), (Keys{{"n", "web"}}));
  put_eip("web", to_pod("z"));
  EXPECT_EQ(wishes.for_pod({"n", "y"}), Keys{}) << "the spec comes first";
  EXPECT_EQ(wishes.for_pod({"n", "z"}), (Keys{{"n", "web"}}));
}

TEST_F(Wishes, KnowAllAssociationsOfAnEip) {
  put_association("a", "web", to_pod("x"));
  put_association("b", "web", std::nullopt);
  put_association("c", "db", to_pod("x"));
  const auto found = wishes.associations_of({"n", "web"});
  EXPECT_EQ(Keys(found.begin(), found.end()), (Keys{{"n", "a"}, {"n", "b"}}));
}

}  // namespace
