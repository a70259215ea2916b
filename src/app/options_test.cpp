#include "app/options.hpp"

#include <gtest/gtest.h>

using app::parse_options;

namespace {

std::string refusal(const std::vector<std::string>& arguments) {
  const auto options = parse_options(arguments);
  return options ? "" : options.error().message;
}

TEST(Options, ReadAFlagInEveryFormThatGoAllows) {
  const std::vector<std::vector<std::string>> forms = {
      {"-region=eu-west-1"}, {"--region=eu-west-1"}, {"-region", "eu-west-1"}, {"--region", "eu-west-1"}};
  for (const auto& form : forms) {
    const auto options = parse_options(form);
    ASSERT_TRUE(options) << form[0];
    EXPECT_EQ(options->region, "eu-west-1") << form[0];
  }
}

TEST(Options, HaveTheDefaultsOf141) {
  const auto options = parse_options({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->metrics.port, 8080);
  EXPECT_EQ(options->health.port, 8081);
  EXPECT_EQ(options->resync, std::chrono::minutes(5));
  EXPECT_EQ(options->settle, std::chrono::minutes(2));
  EXPECT_TRUE(options->default_tags.empty());
}

TEST(Options, TakeTheLastOfAFlagGivenTwice) {
  const auto options = parse_options({"-region=a-1", "-region=b-2"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->region, "b-2");
}

TEST(Options, ReadTagsWithEmptyValuesAndEqualSigns) {
  const auto options = parse_options({"-default-tags=team=a,empty=,expr=x=y"});
  ASSERT_TRUE(options);
  const std::map<std::string, std::string> expected{{"team", "a"}, {"empty", ""}, {"expr", "x=y"}};
  EXPECT_EQ(options->default_tags, expected);
}

TEST(Options, MapZapFlagsAndWarnOfThoseWithoutEffect) {
  const auto options =
      parse_options({"-zap-log-level=5", "-zap-encoder=json", "-zap-devel", "-zap-time-encoding=iso8601",
                     "-leader-election-namespace=kube-system"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->log_level, base::LogLevel::debug);
  EXPECT_EQ(options->log_format, base::LogFormat::json);
  EXPECT_EQ(options->warnings.size(), 3u);
}

TEST(Options, SayInOneLineWhatIsWrong) {
  struct Case {
    const char* sentence;
    std::vector<std::string> arguments;
    const char* expected;
  };
  const Case cases[] = {
      {"an unknown flag", {"-regoin=x"}, "unknown flag -regoin"},
      {"an abbreviation", {"-reg=x"}, "unknown flag -reg"},
      {"a word that is no flag", {"eu-west-1"}, "takes flags only"},
      {"a word after a boolean", {"-version", "false"}, "takes flags only"},
      {"a missing value", {"-region"}, "needs a value"},
      {"a duration without a unit", {"-resync=5"}, "is no duration"},
      {"a duration that is too short", {"-resync=10ms"}, "too short"},
      {"a port out of range", {"-metrics-addr=:99999"}, "port number"},
      {"an address without a port", {"-health-addr=localhost"}, "is no address"},
      {"a tag without a value sign", {"-default-tags=team"}, "is no list of tags"},
      {"a reserved tag", {"-default-tags=AWS:x=y"}, "reserved"},
      {"our own tag", {"-default-tags=aws.k8s.logmein.com/uid=x"}, "reserved"},
      {"a boolean that is none", {"-version=maybe"}, "is no boolean"},
      {"a level that is none", {"-log-level=loud"}, "is no level"},
      {"a format that is none", {"-log-format=xml"}, "is no format"},
      {"a rate that is none", {"-ec2-rate-factor=0"}, "is no number"},
      {"a limit that is none", {"-ec2-rate-limits=AllocateAddress=50"}, "is no list of limits"},
      {"a region with a slash", {"-region=evil/host"}, "not allowed"},
  };
  for (const auto& c : cases) {
    const std::string message = refusal(c.arguments);
    EXPECT_NE(message.find(c.expected), std::string::npos) << c.sentence << ": " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << c.sentence;
  }
  EXPECT_EQ(refusal({"-a\nb"}), "unknown flag -a?b (see -help)");
}

TEST(Options, ReadDurationsAsGoWritesThem) {
  const std::pair<const char*, std::int64_t> cases[] = {{"90s", 90'000'000'000},      {"5m", 300'000'000'000},
                                                        {"1h30m", 5'400'000'000'000}, {"1.5s", 1'500'000'000},
                                                        {"300ms", 300'000'000},       {"0", 0}};
  for (const auto& [text, nanos] : cases) {
    std::chrono::nanoseconds value{-1};
    EXPECT_TRUE(app::parse_go_duration(text, value)) << text;
    EXPECT_EQ(value.count(), nanos) << text;
  }
  for (const char* text : {"", "5", "s", "-5s", "5x", "5s5", "1e400h", "nan s", "nans", "infs", "1snans"}) {
    std::chrono::nanoseconds value{};
    EXPECT_FALSE(app::parse_go_duration(text, value)) << text;
  }
}

TEST(Options, HelpNamesEveryFlagWithItsDefault) {
  const std::string help = app::help_text();
  for (const char* flag :
       {"-region", "-default-tags", "-metrics-addr", "-health-addr", "-resync", "-zap-devel", "-kubeconfig",
        "-leader-election-id", "-namespace", "-cluster-name", "-vpc-id", "-log-format", "-version"})
    EXPECT_NE(help.find("  " + std::string(flag)), std::string::npos) << flag;
  EXPECT_NE(help.find("(default: :8080)"), std::string::npos);
  EXPECT_NE(help.find("(default: 5m)"), std::string::npos);
}

}  // namespace
