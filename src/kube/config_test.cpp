#include "kube/config.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <fstream>

#include "base/scope.hpp"
#include "fakes/manual_clock.hpp"
#include "kube/base64.hpp"

namespace {

struct ConfigTest : testing::Test {
  boost::asio::io_context context;
  fakes::ManualClock clock{context};
  std::filesystem::path dir;
  std::map<std::string, std::string> environment;
  kube::ConfigSources sources;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "kubeXXXXXX";
    dir = mkdtemp(pattern.data());
    sources.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      if (found == environment.end()) return std::nullopt;
      return found->second;
    };
    sources.service_account_root = dir.string();
  }
  void TearDown() override { std::filesystem::remove_all(dir); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(dir / name) << text;
    return (dir / name).string();
  }
  std::string fault() {
    const auto config = kube::load_config(sources, clock);
    EXPECT_FALSE(config);
    const auto text = config ? std::string() : config.error().message;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }
  std::string token_of(kube::TokenSource& source) {
    std::string token;
    auto read = [](kube::TokenSource& source, std::string& token) -> base::Task<> {
      auto result = co_await source.token();
      token = result ? *result : "fault: " + result.error().message;
    };
    boost::asio::co_spawn(context, read(source, token),
                          [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
    clock.settle();
    return token;
  }
};

constexpr const char* kFile = R"(
apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: c
  cluster: {server: "https://h:6443/", certificate-authority: pki/ca.crt, tls-server-name: kubernetes}
contexts:
- name: prod
  context: {cluster: c, user: u, namespace: team}
users:
- name: u
  user: {client-certificate-data: Y2VydA==, client-key-data: a2V5, token: secret}
)";

TEST_F(ConfigTest, AKubeconfigIsReadWithPathsRelativeToIt) {
  std::filesystem::create_directory(dir / "pki");
  write("pki/ca.crt", "ca");
  sources.kubeconfig_flag = write("config", kFile);
  const auto config = kube::load_config(sources, clock);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->server, "https://h:6443");
  EXPECT_EQ(config->ns, "team");
  EXPECT_EQ(config->transport.ca_file, (dir / "pki/ca.crt").string());
  EXPECT_EQ(config->transport.server_name, "kubernetes");
  EXPECT_EQ(config->transport.certificate_pem, "cert");
  EXPECT_EQ(config->transport.key_pem, "key");
  EXPECT_EQ(token_of(*config->token), "secret");
}

TEST_F(ConfigTest, ThePathListIsMergedAndTheFirstWins) {
  const auto first =
      write("first", "current-context: two\ncontexts: [{name: two, context: {cluster: c, user: u}}]\n");
  const auto second = write("second", R"(
current-context: other
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
)");
  environment["KUBECONFIG"] = first + ":" + (dir / "absent").string() + ":" + second;
  const auto config = kube::load_config(sources, clock);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->server, "http://127.0.0.1:1");
}

TEST_F(ConfigTest, InClusterTakesTheThreeFiles) {
  environment = {{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
  write("ca.crt", "ca");
  EXPECT_NE(fault().find("/token: can't be read: No such file"), std::string::npos);
  write("token", " abc\n");
  write("namespace", "ops\n");
  const auto config = kube::load_config(sources, clock);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->server, "https://[fd00::1]:443");
  EXPECT_EQ(config->ns, "ops");
  EXPECT_EQ(token_of(*config->token), "abc");
}

TEST_F(ConfigTest, ARotatedTokenIsReadAfterAMinuteOrARefusal) {
  kube::TokenFile file(write("token", "one"), clock);
  EXPECT_EQ(token_of(file), "one");
  write("token", "two");
  EXPECT_EQ(token_of(file), "one");
  clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(token_of(file), "two");
  write("token", "three");
  file.rejected();
  EXPECT_EQ(token_of(file), "three");
  std::filesystem::remove(dir / "token");
  file.rejected();
  EXPECT_EQ(token_of(file), "three") << "the last good one stays";
}

TEST_F(ConfigTest, EachTroubleIsOneLineThatNamesTheFile) {
  EXPECT_NE(fault().find("no way to the API server"), std::string::npos);

  sources.kubeconfig_flag = (dir / "absent").string();
  EXPECT_EQ(fault(), sources.kubeconfig_flag + ": can't be read: No such file or directory");
  sources.kubeconfig_flag = dir.string();
  EXPECT_NE(fault().find("Is a directory"), std::string::npos);
  sources.kubeconfig_flag = write("bad", "a: [");
  EXPECT_NE(fault().find("/bad: not YAML"), std::string::npos);
  sources.kubeconfig_flag = write("bad", "just text");
  EXPECT_NE(fault().find("not a kubeconfig"), std::string::npos);
  sources.kubeconfig_flag = write("bad", "");
  EXPECT_NE(fault().find("no current-context"), std::string::npos);
  sources.kubeconfig_flag = write("bad", "current-context: x\n");
  EXPECT_NE(fault().find("there is no context \"x\""), std::string::npos);
  sources.kubeconfig_flag = write("bad", "current-context: \"x\\ny\"\n");
  EXPECT_NE(fault().find("there is no context \"x?y\""), std::string::npos)
      << "one line, whatever the file says";
  sources.kubeconfig_flag = write("bad", kFile);
  EXPECT_NE(fault().find("certificate-authority: can't read " + (dir / "pki/ca.crt").string()),
            std::string::npos);
}

TEST_F(ConfigTest, AUserWithOnlyAnExecPluginIsToldSo) {
  sources.kubeconfig_flag = write("config", R"(
current-context: a
clusters: [{name: c, cluster: {server: "https://h"}}]
contexts: [{name: a, context: {cluster: c, user: u}}]
users: [{name: u, user: {exec: {command: aws}}}]
)");
  EXPECT_EQ(fault(), sources.kubeconfig_flag + ": user \"u\" has only exec, which is not supported yet");
}

TEST(Base64, DecodesWithWhiteSpaceAndRefusesRubbish) {
  EXPECT_EQ(kube::base64_decode("aGVs\nbG8="), "hello");
  EXPECT_EQ(kube::base64_decode(""), "");
  for (const char* bad : {"a", "ab", "a===", "ab=c", "a*bc"})
    EXPECT_EQ(kube::base64_decode(bad), std::nullopt) << bad;
}

}  // namespace
