#include <gmock/gmock.h>

#include "ec2_double/double_fixture.hpp"

namespace ec2_double {
namespace {

using testing::ElementsAre;

struct TagTest : DoubleFixture {
  TagTest() {
    world.pools.put({"ipv4pool-ec2-1", "", "", "203.0.113.0", 1, {}}, {});
    world.security_groups.put({"sg-1", "one", "", "vpc-1", {}}, {});
  }
  Tags tags() { return world.network_interfaces.latest("eni-1")->tags; }
  void set(const Tags& tags) {
    change_interface("eni-1", [&](NetworkInterface& eni) { eni.tags = tags; });
  }
  Parameters on_interface(Parameters parameters) {
    parameters.emplace_back("ResourceId.1", "eni-1");
    return parameters;
  }
};

TEST_F(TagTest, EveryKindOfResourceHasTags) {
  const auto id = allocate();
  const std::map<std::string, std::string> types{{id, "elastic-ip"},
                                                 {"ipv4pool-ec2-1", "ipv4pool-ec2"},
                                                 {"eni-1", "network-interface"},
                                                 {"i-1", "instance"},
                                                 {"vpc-1", "vpc"},
                                                 {"igw-1", "internet-gateway"},
                                                 {"subnet-1", "subnet"},
                                                 {"sg-1", "security-group"}};
  Parameters parameters{{"Tag.1.Key", "a"}, {"Tag.1.Value", "x"}};
  for (const auto& [resource, type] : types)
    parameters.emplace_back("ResourceId." + std::to_string(parameters.size() - 1), resource);
  EXPECT_EQ(done("CreateTags", parameters).text("return"), "true");
  const auto shown = done("DescribeTags");
  std::map<std::string, std::string> found;
  const auto ids = shown.all("tagSet/item/resourceId");
  for (std::size_t i = 0; i < ids.size(); ++i) found[ids[i]] = shown.all("tagSet/item/resourceType")[i];
  EXPECT_EQ(found, types);
  done("DeleteTags", parameters);
  EXPECT_TRUE(done("DescribeTags").all("tagSet/item").empty());
}

TEST_F(TagTest, TagsAreAddedAndOverwritten) {
  set({{"keep", "1"}, {"change", "1"}});
  done("CreateTags", on_interface({{"Tag.1.Key", "change"}, {"Tag.1.Value", "2"}, {"Tag.2.Key", "empty"}}));
  EXPECT_EQ(tags(), (Tags{{"keep", "1"}, {"change", "2"}, {"empty", ""}}));
}

TEST_F(TagTest, TheRulesOfTagsHold) {
  const auto refused = [&](const std::string& key) {
    return code("CreateTags", on_interface({{"Tag.1.Key", key}, {"Tag.1.Value", "v"}}));
  };
  EXPECT_EQ(refused("aws:a"), "InvalidParameterValue");
  EXPECT_EQ(refused(std::string(129, 'k')), "InvalidParameterValue");
  EXPECT_EQ(refused(std::string(128, 'k')), "");
  world.settings.quotas.tags_per_resource = 1;
  EXPECT_EQ(refused("more"), "TagLimitExceeded");
  EXPECT_EQ(refused(std::string(128, 'k')), "") << "it is there already";
}

TEST_F(TagTest, AllResourcesOrNone) {
  Parameters parameters = on_interface({{"Tag.1.Key", "a"}});
  const std::pair<const char*, const char*> unknown[]{{"eipalloc-1", "InvalidElasticIpID.NotFound"},
                                                      {"eni-8", "InvalidNetworkInterfaceID.NotFound"},
                                                      {"i-8", "InvalidInstanceID.NotFound"},
                                                      {"subnet-8", "InvalidSubnetID.NotFound"},
                                                      {"sg-8", "InvalidGroup.NotFound"},
                                                      {"something", "InvalidID"}};
  for (const auto& [id, expected] : unknown) {
    auto with = parameters;
    with.emplace_back("ResourceId.2", id);
    EXPECT_EQ(code("CreateTags", with), expected);
  }
  EXPECT_TRUE(tags().empty());
  EXPECT_EQ(code("CreateTags", {{"Tag.1.Key", "a"}}), "MissingParameter");
  EXPECT_EQ(code("CreateTags", on_interface({})), "MissingParameter");
}

TEST_F(TagTest, DeletionMayDependOnTheValue) {
  const Tags all{{"a", "x"}, {"b", "y"}, {"empty", ""}};
  const auto left = [&](const Parameters& parameters) {
    set(all);
    done("DeleteTags", on_interface(parameters));
    std::string keys;
    for (const auto& [key, value] : tags()) keys += key + " ";
    return keys;
  };
  EXPECT_EQ(left({{"Tag.1.Key", "a"}}), "b empty ") << "without a value: whatever it is";
  EXPECT_EQ(left({{"Tag.1.Key", "a"}, {"Tag.1.Value", "x"}}), "b empty ");
  EXPECT_EQ(left({{"Tag.1.Key", "a"}, {"Tag.1.Value", "y"}}), "a b empty ");
  EXPECT_EQ(left({{"Tag.1.Key", "a"}, {"Tag.1.Value", ""}}), "a b empty ") << "an empty value is a value";
  EXPECT_EQ(left({{"Tag.1.Key", "empty"}, {"Tag.1.Value", ""}}), "a b ");
  EXPECT_EQ(left({{"Tag.1.Key", "other"}}), "a b empty ");
}

TEST_F(TagTest, WithoutTagsAllOfTheUserGo) {
  set({{"a", "x"}, {"aws:cloudformation:stack-name", "s"}});
  done("DeleteTags", on_interface({}));
  EXPECT_EQ(tags(), (Tags{{"aws:cloudformation:stack-name", "s"}}));
  EXPECT_EQ(code("DeleteTags", on_interface({{"Tag.1.Key", "aws:cloudformation:stack-name"}})),
            "InvalidParameterValue");
}

TEST_F(TagTest, TagsAreFound) {
  set({{"a", "x"}, {"b", ""}});
  const auto keys = [&](const std::string& name, const std::string& value) {
    return done("DescribeTags", {{"Filter.1.Name", name}, {"Filter.1.Value.1", value}})
        .all("tagSet/item/key");
  };
  EXPECT_THAT(keys("key", "a"), ElementsAre("a"));
  EXPECT_THAT(keys("value", "x"), ElementsAre("a"));
  EXPECT_THAT(keys("value", ""), ElementsAre("b"));
  EXPECT_THAT(keys("tag:a", "*"), ElementsAre("a"));
  EXPECT_THAT(keys("resource-id", "eni-1"), ElementsAre("a", "b"));
  EXPECT_THAT(keys("resource-type", "instance"), ElementsAre());
  EXPECT_EQ(code("DescribeTags", {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}}),
            "InvalidParameterValue");
}

}  // namespace
}  // namespace ec2_double
