#include "core/call.h"

#include <gtest/gtest.h>

#include "core/cached.h"
#include "core/log_calls.h"
#include "core/retry.h"

namespace weir {
namespace {
Result<std::string> fetch(const std::string& url) {
  if (url.empty()) {
    return fail(ErrorCode::kInvalid, "no address");
  }
  return "body of " + url;
}

TEST(CallTest, StacksInAnyOrder) {
  const auto get = fetch | retry() | cached() | log_calls("fetch");
  const auto other = fetch | log_calls("fetch") | cached() | retry();
  const auto third = &fetch | cached() | log_calls("fetch") | retry();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(get("a").value(), "body of a");
    EXPECT_EQ(other("a").value(), "body of a");
    EXPECT_EQ(third("a").value(), "body of a");
  }
  EXPECT_EQ(get.counts().calls, 2U);
  EXPECT_EQ(get.inner().counts().hits, 1U);
  EXPECT_EQ(get.inner().inner().counts().attempts, 1U);
  EXPECT_FALSE(get(""));
}

TEST(CallTest, AStackOfAdaptorsServesManyCallables) {
  const auto careful = retry() | cached() | log_calls("careful");
  const auto get = fetch | careful;
  const auto twice = [](int value) { return 2 * value; } | careful;
  EXPECT_EQ(get("a").value(), "body of a");
  EXPECT_EQ(twice(4), 8);
  EXPECT_EQ(twice.counts().calls, 1U);
}

TEST(CallTest, CopiesShareTheirStateAndFitAStdFunction) {
  const auto get = fetch | cached();
  const std::function<Result<std::string>(const std::string&)> held = get;
  EXPECT_TRUE(held("a"));
  EXPECT_TRUE(get("a"));
  EXPECT_EQ(get.counts(), (CallCounts{.calls = 2, .hits = 1, .misses = 1}));
}

TEST(CallTest, TakesCallablesThatOnlyMove) {
  auto owner = [number = std::make_unique<int>(5)](int more) { return *number + more; };
  const auto call = std::move(owner) | retry() | cached() | log_calls("own");
  EXPECT_EQ(call(2), 7);
}

TEST(CallTest, NamedWrappersAreListedWhileTheyLive) {
  const auto count = [] { return named_call_counts().size(); };
  const std::size_t before = count();
  {
    const auto get = fetch | retry({.name = "test fetch"}) | cached({.name = "test fetch"}) | log_calls("");
    EXPECT_TRUE(get("a"));
    EXPECT_TRUE(get("a"));
    std::vector<NamedCallCounts> ours;
    for (const NamedCallCounts& entry : named_call_counts()) {
      if (entry.name == "test fetch") {
        ours.push_back(entry);
      }
    }
    ASSERT_EQ(ours.size(), 2U);
    EXPECT_EQ(ours[0].kind, "cached");
    EXPECT_EQ(ours[0].counts, (CallCounts{.calls = 2, .hits = 1, .misses = 1}));
    EXPECT_EQ(ours[1].kind, "retry");
    EXPECT_EQ(ours[1].counts, (CallCounts{.calls = 1, .attempts = 1}));
  }
  EXPECT_EQ(count(), before);
}
}  // namespace
}  // namespace weir
