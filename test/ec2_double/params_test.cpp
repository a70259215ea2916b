#include "ec2_double/params.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ec2_double/error.hpp"

namespace ec2_double {
namespace {

using testing::ElementsAre;
using testing::Pair;

template <class Ask>
std::string code_of(Ask ask) {
  try {
    ask();
  } catch (const Error& error) {
    return error.code;
  }
  return "none";
}

std::string tags_code(const Tags& added, const Tags& present = {}) {
  return code_of([&] { check_tags(added, present, 50); });
}

TEST(Params, AreDecoded) {
  const Params params("Action=A&a=x+y%20z%2B&b=&c&%41b=%C3%BC&broken=%4&=v");
  EXPECT_EQ(params.text("a"), "x y z+");
  EXPECT_TRUE(params.has("b"));
  EXPECT_TRUE(params.has("c"));
  EXPECT_FALSE(params.has("d"));
  EXPECT_EQ(params.text("Ab"), "\xC3\xBC");
  EXPECT_EQ(params.text("broken"), "%4");
  EXPECT_EQ(params.text("d", "otherwise"), "otherwise");
}

TEST(Params, AreOfAKind) {
  const Params params("flag=true&no=false&bad=yes&n=17&m=-1&x=1x&empty=");
  EXPECT_TRUE(params.flag("flag"));
  EXPECT_FALSE(params.flag("no", true));
  EXPECT_TRUE(params.flag("none", true));
  EXPECT_EQ(code_of([&] { params.flag("bad"); }), "InvalidParameterValue");
  EXPECT_EQ(params.number("n"), 17);
  EXPECT_EQ(params.number("m"), -1);
  EXPECT_EQ(params.number("none"), std::nullopt);
  EXPECT_EQ(code_of([&] { params.number("x"); }), "InvalidParameterValue");
  EXPECT_EQ(code_of([&] { params.number("empty"); }), "InvalidParameterValue");
  EXPECT_EQ(code_of([&] { params.required("empty"); }), "MissingParameter");
  EXPECT_EQ(code_of([&] { params.required("none"); }), "MissingParameter");
}

TEST(Params, ListsCountFromOneAndGoBeyondNine) {
  std::string body = "Key=x&Keys.1=y";
  for (int i = 1; i <= 12; ++i) body += "&Key." + std::to_string(i) + "=" + std::to_string(i);
  const Params params(body + "&S.1.A=1&S.2.B=2&S.10.A=3");
  EXPECT_EQ(params.list("Key").size(), 12u);
  EXPECT_EQ(params.list("Key").back(), "12");
  EXPECT_THAT(params.structures("S"), ElementsAre("S.1", "S.2"));
  EXPECT_TRUE(params.structures("Key").empty());
}

TEST(Params, FiltersHaveNamesAndAtMostTwoHundredValues) {
  const Params params(
      "Filter.1.Name=a&Filter.1.Value.1=x&Filter.1.Value.2=y&Filter.2.Name=b&Filter.2.Value.1=");
  const auto filters = params.filters();
  ASSERT_EQ(filters.size(), 2u);
  EXPECT_EQ(filters[0].name, "a");
  EXPECT_THAT(filters[0].values, ElementsAre("x", "y"));
  EXPECT_THAT(filters[1].values, ElementsAre(""));
  std::string body = "Filter.1.Name=a&Filter.2.Name=b&Filter.2.Value.1=x";
  for (int i = 1; i <= 199; ++i) body += "&Filter.1.Value." + std::to_string(i) + "=v";
  EXPECT_EQ(Params(body).filters().size(), 2u);
  EXPECT_EQ(code_of([&] { Params(body + "&Filter.1.Value.200=v").filters(); }), "FilterLimitExceeded");
  EXPECT_EQ(code_of([] { Params("Filter.1.Value.1=v").filters(); }), "MissingParameter");
  EXPECT_EQ(code_of([] { Params("Filter.1.Name=v").filters(); }), "InvalidParameterValue");
}

TEST(Params, TagSpecificationsAreOfTheResource) {
  const std::string body =
      "TagSpecification.1.ResourceType=elastic-ip&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1."
      "Value=1"
      "&TagSpecification.1.Tag.2.Key=b";
  const Params params(body);
  EXPECT_THAT(params.tag_specification("elastic-ip"), ElementsAre(Pair("a", "1"), Pair("b", "")));
  EXPECT_EQ(code_of([&] { params.tag_specification("instance"); }), "InvalidParameterValue");
  EXPECT_EQ(code_of([&] { params.tag_specification("elastic-ip", 1); }), "TagLimitExceeded");
  const std::string second = "&TagSpecification.2.ResourceType=elastic-ip";
  EXPECT_EQ(code_of([&] { Params(body + second).tag_specification("elastic-ip"); }), "InvalidParameterValue");
  EXPECT_EQ(code_of([&] {
              Params(body + second + "&TagSpecification.2.Tag.1.Key=a").tag_specification("elastic-ip");
            }),
            "InvalidParameterValue");
  EXPECT_EQ(code_of([] { Params("Tag.1.Key=a&Tag.2.Key=a").tags(); }), "InvalidParameterValue");
}

TEST(Params, TagsHaveRules) {
  const std::string umlaut = "\xC3\xBC";
  std::string longest;
  for (int i = 0; i < 128; ++i) longest += umlaut;
  EXPECT_EQ(tags_code({{longest, longest + longest}}), "none");
  EXPECT_EQ(tags_code({{longest + umlaut, ""}}), "InvalidParameterValue");
  EXPECT_EQ(tags_code({{"a", longest + longest + umlaut}}), "InvalidParameterValue");
  EXPECT_EQ(tags_code({{"", "v"}}), "InvalidParameterValue");
  EXPECT_EQ(tags_code({{"aws:x", "v"}}), "InvalidParameterValue");
  Tags fifty{{"aws:not counted", ""}};
  for (int i = 0; i < 50; ++i) fifty["k" + std::to_string(i)] = "v";
  EXPECT_EQ(tags_code({{"k7", "other"}}, fifty), "none");
  EXPECT_EQ(tags_code({{"one more", "v"}}, fifty), "TagLimitExceeded");
}

TEST(Params, TheCanonicalFormTellsParametersApart) {
  const auto form = [](const char* body) { return Params(body).canonical({"Token"}); };
  EXPECT_EQ(form("Action=A&Version=1&b=2&a=1&Token=x"), form("a=1&Token=y&b=2"));
  EXPECT_NE(form("a=1"), form("a=2"));
  EXPECT_NE(form("a=1%0Ab%3D1:2"), form("a=1&b=2"));
}

}  // namespace
}  // namespace ec2_double
