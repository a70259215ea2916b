#include "http/url.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Url, EncodesAllButTheUnreservedCharacters) {
  EXPECT_EQ(http::percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(http::percent_encode("a b/c+d=\xC3\xA9*"), "a%20b%2Fc%2Bd%3D%C3%A9%2A");
}

TEST(Url, BuildsAQueryInOrder) {
  EXPECT_EQ(http::query({{"b", "1 2"}, {"a", ""}}), "b=1%202&a=");
}

TEST(Url, JoinsWithOneSlash) {
  EXPECT_EQ(http::join("https://h/", "/api"), "https://h/api");
  EXPECT_EQ(http::join("https://h/k8s", "api"), "https://h/k8s/api");
}

TEST(Url, SplitsHostPortAndRest) {
  const auto plain = http::split("HTTPS://example.org/a?b");
  EXPECT_EQ(plain.scheme, "https");
  EXPECT_EQ(plain.host, "example.org");
  EXPECT_EQ(plain.port, "443");
  EXPECT_EQ(plain.rest, "/a?b");
  const auto v6 = http::split("http://[::1]:8080");
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, "8080");
  EXPECT_EQ(v6.rest, "");
}

TEST(Url, RefusesWhatIsNoHttpUrlOrHoldsCredentials) {
  for (const char* bad : {"", "example.org", "ftp://h/", "https://", "https://u:p@h/", "http://h:8o",
                          "http://[::1", "http://a]b/", "http://[::1]x", "http://[a]b]/", "http://a b/",
                          "http://h/a b", "http://h/\r\nX: y", "http://h:65536", "http://<h>"})
    EXPECT_EQ(http::split(bad).scheme, "") << bad;
}

}  // namespace
