#include "net/url.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {
TEST(UrlTest, ReadsAndWritesItsParts) {
  const Url url = Url::parse("HTTPS://ann:pw@api.example.com:8443/v1/a%20b?x=1&y=%2F#top").value();
  EXPECT_EQ(url, (Url{"https", "ann:pw", "api.example.com", "8443", "/v1/a%20b", "x=1&y=%2F", "top"}));
  EXPECT_EQ(url.text(), "https://ann:pw@api.example.com:8443/v1/a%20b?x=1&y=%2F#top");
  EXPECT_EQ(url.text_without_secrets(), "https://api.example.com:8443/v1/a%20b");
  EXPECT_EQ(Url::parse("http://[::1]")->text(), "http://[::1]/");
}

TEST(UrlTest, FollowsLinks) {
  const Url page = Url::parse("https://a.org/v1/orders?page=1").value();
  EXPECT_EQ(page.resolve("?page=2")->text(), "https://a.org/v1/orders?page=2");
  EXPECT_EQ(page.resolve("/v2/x")->text(), "https://a.org/v2/x");
  EXPECT_EQ(page.resolve("../y")->text(), "https://a.org/y");
  EXPECT_EQ(page.resolve("//b.org/")->text(), "https://b.org/");
  EXPECT_EQ(page.resolve("http://c.org/z")->text(), "http://c.org/z");
}

TEST(UrlTest, AddsParameters) {
  const Url url = Url::parse("http://a/b?x=1").value();
  EXPECT_EQ(url.with_query({{"q", "a b&c"}, {"n", "2"}}).text(), "http://a/b?x=1&q=a%20b%26c&n=2");
}

TEST(UrlTest, RefusesOthers) {
  for (const char* text : {"", "a.org", "/path", "ftp://a.org/", "http://", "http://a:b:c/", "http://a b/"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}
}  // namespace
}  // namespace weir::net
