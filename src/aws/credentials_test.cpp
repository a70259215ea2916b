#include "aws/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <sstream>

#include "aws/credential_chain.hpp"
#include "aws/environment_credentials.hpp"
#include "aws/imds_credentials.hpp"
#include "aws/region.hpp"
#include "aws/web_identity.hpp"
#include "base/scope.hpp"
#include "base/time_text.hpp"
#include "fakes/fake_transport.hpp"
#include "fakes/manual_clock.hpp"

using namespace std::chrono_literals;
using aws::Credentials;
using aws::Found;
using base::FaultKind;
using base::Result;
using base::Task;
using testing::HasSubstr;
using testing::Not;

namespace {

using Variables = std::map<std::string, std::string>;

struct Fixture : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  fakes::FakeTransport transport{clock};
  std::ostringstream lines;
  base::Logger log{base::LogLevel::debug, base::LogFormat::text,
                   std::make_shared<spdlog::sinks::ostream_sink_st>(lines)};
  base::Metrics metrics;

  template <class T>
  T run(Task<T> task, base::Duration span = 1h) {
    std::optional<T> value;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, T result) {
      if (!thrown) value = std::move(result);
    });
    clock.advance(span);
    EXPECT_TRUE(value.has_value());
    return std::move(*value);
  }

  std::string in(base::Duration span) {
    return base::rfc3339(clock.wall_now() + std::chrono::duration_cast<base::WallTime::duration>(span));
  }
};

using EnvironmentKeys = Fixture;

TEST_F(EnvironmentKeys, AreTakenWholeOrNotAtAll) {
  const auto find = [&](Variables variables) {
    aws::EnvironmentCredentials source{aws::Environment(std::move(variables))};
    return run(source.find());
  };
  const auto all = find(
      {{"AWS_ACCESS_KEY_ID", "AKIA"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}});
  ASSERT_TRUE(all && all->credentials);
  EXPECT_EQ(all->credentials->session_token, "token");
  EXPECT_FALSE(all->credentials->expires);
  const auto none = find({{"AWS_ACCESS_KEY_ID", ""}});
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->credentials);
  const auto partial = find({{"AWS_ACCESS_KEY_ID", "AKIA"}});
  ASSERT_FALSE(partial);
  EXPECT_EQ(partial.error().message, "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not");
  EXPECT_FALSE(find({{"AWS_SECRET_ACCESS_KEY", "secret"}}));
}

struct WebIdentityTest : Fixture {
  Variables variables{{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"},
                      {"AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/eip"}};
  std::string token = "first-token";

  Result<Found> find() {
    aws::WebIdentity source(aws::Environment(variables),
                            [this](const std::string& path) -> Result<std::string> {
                              if (path == "/token" && !token.empty()) return token;
                              base::Fault fault;
                              fault.message = "can't read " + path + ": No such file or directory";
                              return fault;
                            },
                            transport, clock, {.sts_endpoint = "https://sts.test/"});
    return run(source.find());
  }

  std::string sts_answer() {
    return "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
           "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</"
           "SecretAccessKey>"
           "<SessionToken>t</SessionToken><Expiration>" +
           in(1h) +
           "</Expiration></Credentials>"
           "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
  }
};

TEST_F(WebIdentityTest, ExchangesTheTokenUnsignedAndReadsItAnewEachTime) {
  transport.on_request = [&](const http::Request&) { return fakes::answer(200, sts_answer()); };
  const auto found = find();
  ASSERT_TRUE(found && found->credentials) << found.error().text();
  EXPECT_EQ(found->credentials->access_key_id, "ASIA");
  EXPECT_TRUE(found->credentials->expires);
  EXPECT_THAT(found->credentials->source, HasSubstr("role/eip"));
  token = "second-token";
  ASSERT_TRUE(find());
  ASSERT_EQ(transport.requests.size(), 2u);
  EXPECT_FALSE(transport.requests[0].signature);
  EXPECT_EQ(transport.requests[0].url, "https://sts.test/");
  EXPECT_THAT(transport.requests[0].body, HasSubstr("WebIdentityToken=first-token"));
  EXPECT_THAT(transport.requests[0].body, HasSubstr("RoleSessionName=k8s-aws-operator"));
  EXPECT_THAT(transport.requests[1].body, HasSubstr("WebIdentityToken=second-token"));
}

TEST_F(WebIdentityTest, TriesAgainOnTroubleThatMayPassAndNotOnADenial) {
  int calls = 0;
  transport.on_request = [&](const http::Request&) {
    return ++calls == 1 ? fakes::answer(503, "<html>") : fakes::answer(200, sts_answer());
  };
  EXPECT_TRUE(find());
  EXPECT_EQ(calls, 2);
  calls = 0;
  transport.on_request = [&](const http::Request&) {
    ++calls;
    return fakes::answer(403,
                         "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized, token "
                         "first-token</Message></Error></ErrorResponse>");
  };
  const auto denied = find();
  ASSERT_FALSE(denied);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(denied.error().kind, FaultKind::denied);
  EXPECT_THAT(denied.error().message, HasSubstr("AWS_ROLE_ARN=arn:aws:iam::123456789012:role/eip"));
  EXPECT_THAT(denied.error().message, Not(HasSubstr("first-token")));
}

TEST_F(WebIdentityTest, SaysClearlyWhatIsMissing) {
  token.clear();
  EXPECT_EQ(find().error().message,
            "AWS_WEB_IDENTITY_TOKEN_FILE: can't read /token: No such file or directory");
  variables.erase("AWS_ROLE_ARN");
  EXPECT_EQ(find().error().message, "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not");
  variables = {{"AWS_ROLE_ARN", "x"}};
  EXPECT_FALSE(find()->credentials);
  variables = {
      {"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "x"}, {"AWS_ROLE_SESSION_NAME", "a b"}};
  EXPECT_FALSE(find());
  EXPECT_TRUE(transport.requests.empty());
}

struct ImdsTest : Fixture {
  aws::ImdsConfig config;
  int token_status = 200;
  bool tokens_time_out = false;
  std::string roles = "node-role\n";
  std::string json;

  ImdsTest() {
    json = R"({"Code":"Success","AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t","Expiration":")" +
           in(6h) + "\"}";
    transport.on_request = [this](const http::Request& request) { return serve(request); };
  }
  fakes::FakeTransport::Reply serve(const http::Request& request) {
    if (request.method == "PUT")
      return tokens_time_out ? fakes::after(1s, fakes::no_answer(FaultKind::timed_out, true))
                             : fakes::answer(token_status, "session");
    const bool with_token = !request.headers.empty();
    if (!with_token && token_status == 200 && !tokens_time_out) return fakes::answer(401, "");
    if (request.url.ends_with("/placement/region")) return fakes::answer(200, "eu-west-1");
    if (request.url.ends_with("/security-credentials/")) return fakes::answer(200, roles);
    if (request.url.ends_with("/security-credentials/node-role")) return fakes::answer(200, json);
    return fakes::answer(404, "");
  }
  Result<Found> find() {
    aws::Imds imds(transport, clock, config);
    aws::ImdsCredentials source(imds);
    return run(source.find());
  }
};

TEST_F(ImdsTest, Version2IsUsedWithOneTokenForAllGets) {
  const auto found = find();
  ASSERT_TRUE(found && found->credentials) << found.error().text();
  EXPECT_EQ(found->credentials->access_key_id, "ASIA");
  EXPECT_TRUE(found->credentials->statically_stable);
  ASSERT_EQ(transport.requests.size(), 3u);
  EXPECT_EQ(transport.requests[0].url, "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(transport.requests[1].headers[0],
            (std::pair<std::string, std::string>("X-aws-ec2-metadata-token", "session")));
}

TEST_F(ImdsTest, Version1IsUsedWhenNoTokenCanBeHadUnlessForbidden) {
  for (const int status : {403, 404, 405, 0}) {
    token_status = status;
    tokens_time_out = status == 0;
    config.v1_disabled = false;
    const auto found = find();
    ASSERT_TRUE(found && found->credentials) << status;
    config.v1_disabled = true;
    const auto forbidden = find();
    ASSERT_TRUE(forbidden);
    EXPECT_FALSE(forbidden->credentials);
    EXPECT_THAT(forbidden->why_not, HasSubstr("AWS_EC2_METADATA_V1_DISABLED"));
  }
}

TEST_F(ImdsTest, ATokenThatIsRefusedIsReplacedOnce) {
  int refusals = 1;
  transport.on_request = [&](const http::Request& request) {
    if (request.method == "GET" && refusals-- > 0) return fakes::answer(401, "");
    return serve(request);
  };
  EXPECT_TRUE(find()->credentials);
  refusals = 1000;
  EXPECT_FALSE(find()->credentials);
}

TEST_F(ImdsTest, OddAnswersAreNeitherCredentialsNorACrash) {
  json = R"({"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t","Expiration":")" + in(6h) + "\"}";
  EXPECT_TRUE(find()->credentials) << "moto gives no Code";
  for (const std::string odd :
       {"", "[]", "{", "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}", "{\"Code\":7,\"AccessKeyId\":[]}",
        "{\"Code\":\"Success\",\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hidden\"}"}) {
    json = odd;
    const auto found = find();
    ASSERT_FALSE(found) << odd;
    EXPECT_THAT(found.error().text(), Not(HasSubstr("hidden")));
  }
  for (const std::string odd : {"../../x", "..", "."}) {
    roles = odd;
    const auto found = find();
    ASSERT_TRUE(found) << odd;
    EXPECT_THAT(found->why_not, HasSubstr("names no role"));
  }
}

TEST_F(ImdsTest, AMachineThatIsNoInstanceIsToldQuickly) {
  transport.on_request = [](const http::Request&) {
    return fakes::after(1s, fakes::no_answer(FaultKind::timed_out, false));
  };
  const auto begun = clock.now();
  aws::Imds imds(transport, clock, config);
  aws::ImdsCredentials source(imds);
  const auto found = run(source.find(), 3s);
  EXPECT_FALSE(found->credentials);
  EXPECT_LE(clock.now() - begun, 3s);
}

TEST_F(ImdsTest, TheRegionIsReadFromThePlacement) {
  aws::Imds imds(transport, clock, config);
  const auto region = run(aws::region_from_imds(imds));
  ASSERT_TRUE(region);
  EXPECT_EQ(*region, "eu-west-1");
}

TEST_F(ImdsTest, ItsEndpointAndSwitchesComeFromTheEnvironment) {
  const auto of = [](Variables variables) {
    return aws::imds_config(aws::Environment(std::move(variables)));
  };
  EXPECT_EQ(of({})->endpoint, "http://169.254.169.254");
  EXPECT_EQ(of({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}})->endpoint, "http://[fd00:ec2::254]");
  EXPECT_EQ(of({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:5000/"}})->endpoint,
            "http://127.0.0.1:5000");
  EXPECT_FALSE(of({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "127.0.0.1"}}));
  EXPECT_FALSE(of({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPX"}}));
  EXPECT_TRUE(of({{"AWS_EC2_METADATA_DISABLED", "TRUE"}})->disabled);
  config.disabled = true;
  EXPECT_THAT(find()->why_not, HasSubstr("AWS_EC2_METADATA_DISABLED"));
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(ImdsTest, WhenNoPlaceHasCredentialsOneLineNamesThemAll) {
  transport.on_request = [](const http::Request&) { return fakes::no_answer(FaultKind::unavailable, false); };
  aws::Imds imds(transport, clock, config);
  auto chain = aws::default_credentials(aws::Environment(Variables{}), aws::read_file, transport, clock, imds,
                                        "https://sts.test/");
  const auto found = run(chain->find());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, FaultKind::denied);
  EXPECT_THAT(found.error().message, HasSubstr("AWS_ACCESS_KEY_ID is not set"));
  EXPECT_THAT(found.error().message, HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE is not set"));
  EXPECT_THAT(found.error().message, HasSubstr("http://169.254.169.254"));
}

// A place whose answers the test sets.
struct Place final : aws::CredentialProvider {
  explicit Place(base::Clock& the_clock) : clock(the_clock) {}
  Task<Result<Found>> find() override {
    ++asked;
    co_await clock.sleep_for(takes);
    co_return answer;
  }
  base::Clock& clock;
  int asked = 0;
  base::Duration takes{};
  Result<Found> answer = Found{};
};

struct Cache : Fixture {
  Place* place = nullptr;
  std::unique_ptr<aws::CredentialCache> cache = make();

  std::unique_ptr<aws::CredentialCache> make() {
    auto owned = std::make_unique<Place>(clock);
    place = owned.get();
    return std::make_unique<aws::CredentialCache>(context.get_executor(), clock, log, metrics,
                                                  std::move(owned));
  }
  void give(std::string key, std::optional<base::Duration> life, bool stable = false) {
    Credentials credentials{.access_key_id = std::move(key),
                            .secret_access_key = "hidden-secret",
                            .session_token = "hidden-token",
                            .expires = {},
                            .statically_stable = stable,
                            .source = "a test"};
    if (life)
      credentials.expires = clock.wall_now() + std::chrono::duration_cast<base::WallTime::duration>(*life);
    place->answer = Found{std::move(credentials), {}};
  }
  void refuse() { place->answer = aws::credentials_fault("the place is down", FaultKind::unavailable); }
  std::string key() {
    const auto got = run(cache->get(), 0s);
    return got ? got->access_key_id : "fault: " + got.error().message;
  }
  ~Cache() override {
    boost::asio::co_spawn(context, cache->stop(), boost::asio::detached);
    clock.settle();
  }
};

TEST_F(Cache, KeepsWhatItFoundAndRenewsAheadOfTheEndWithoutLettingCallersWait) {
  give("one", 1h);
  EXPECT_EQ(key(), "one");
  clock.advance(49min);
  EXPECT_EQ(key(), "one");
  EXPECT_EQ(place->asked, 1);
  give("two", 1h);
  place->takes = 5s;
  clock.advance(2min);
  EXPECT_EQ(key(), "one") << "the renewal runs in the background";
  clock.advance(6s);
  EXPECT_EQ(key(), "two");
  EXPECT_EQ(place->asked, 2);
  EXPECT_THAT(lines.str(), Not(HasSubstr("hidden")));
}

TEST_F(Cache, ConcurrentCallersShareOneFetchAndAStoppedOneDisturbsNobody) {
  give("one", 1h);
  place->takes = 5s;
  int answered = 0;
  base::TaskScope scope(context.get_executor());
  const auto ask = [](aws::CredentialCache& from, int& count) -> Task<> {
    const auto got = co_await from.get();
    if (got) ++count;
  };
  scope.spawn(ask(*cache, answered));
  clock.settle();
  boost::asio::co_spawn(context, ask(*cache, answered), boost::asio::detached);
  clock.settle();
  scope.stop();
  clock.advance(10s);
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(place->asked, 1);
  EXPECT_EQ(scope.size(), 0u);
}

TEST_F(Cache, AFailedRenewalIsHiddenWhileTheOldCredentialsAreGood) {
  give("one", 1h);
  EXPECT_EQ(key(), "one");
  refuse();
  clock.advance(51min);
  EXPECT_EQ(key(), "one");
  EXPECT_EQ(key(), "one");
  EXPECT_EQ(place->asked, 2) << "not at every call";
  EXPECT_THAT(lines.str(), HasSubstr("the place is down"));
  clock.advance(10min);
  EXPECT_EQ(key(), "fault: the place is down");
  give("two", 1h);
  clock.advance(10s);
  EXPECT_EQ(key(), "two");
}

TEST_F(Cache, StaticallyStableCredentialsOutliveTheirEndInAnOutage) {
  give("one", 1h, true);
  EXPECT_EQ(key(), "one");
  refuse();
  clock.advance(2h);
  EXPECT_EQ(key(), "one");
  const int asked = place->asked;
  clock.advance(4min);
  EXPECT_EQ(key(), "one");
  EXPECT_EQ(place->asked, asked) << "asked again only after 5 to 15 minutes";
  give("two", 6h, true);
  clock.advance(12min);
  EXPECT_EQ(key(), "two");
}

TEST_F(Cache, AFailureIsRepeatedForAWhileInsteadOfAskingAgain) {
  refuse();
  EXPECT_EQ(key(), "fault: the place is down");
  EXPECT_EQ(key(), "fault: the place is down");
  EXPECT_EQ(place->asked, 1);
  give("one", {});
  clock.advance(5s);
  EXPECT_EQ(key(), "one");
}

TEST_F(Cache, RefusedCredentialsAreRenewedButNotWhenTheyAreNew) {
  give("one", {});
  EXPECT_EQ(key(), "one");
  give("two", {});
  cache->invalidate();
  EXPECT_EQ(key(), "one");
  clock.advance(11s);
  cache->invalidate();
  EXPECT_EQ(key(), "two");
}

TEST_F(Cache, AStopFreesThoseWhoWait) {
  place->takes = 1h;
  std::optional<Result<Credentials>> got;
  boost::asio::co_spawn(context, cache->get(),
                        [&](std::exception_ptr, Result<Credentials> result) { got = std::move(result); });
  clock.settle();
  boost::asio::co_spawn(context, cache->stop(), boost::asio::detached);
  clock.settle();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->error().kind, FaultKind::unavailable);
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST(Redact, SecretsAreReplaced) {
  const Credentials credentials{.access_key_id = "AKIA",
                                .secret_access_key = "secret-key",
                                .session_token = "token+/=",
                                .expires = {},
                                .statically_stable = false,
                                .source = {}};
  EXPECT_EQ(aws::redact("a secret-key b token+/= c", credentials), "a *** b *** c");
}

}  // namespace
