#include "core/log_calls.h"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace weir {
namespace {
struct Lines {
  ManualClock clock;
  std::vector<std::string> lines;
  LogCallsOptions options(std::string name, std::vector<std::string> arguments = {}) {
    return {.name = std::move(name), .arguments = std::move(arguments), .sink = [this](std::string_view line) { lines.emplace_back(line); }, .clock = &clock};
  }
};

TEST(LogCallsTest, ShowsArgumentsResultAndDuration) {
  Lines log;
  const auto call = log_calls(
      [&](std::string_view /*url*/, int pages) {
        log.clock.advance(std::chrono::milliseconds(12));
        return pages * 2;
      },
      log.options("fetch", {"url", "pages"}));
  EXPECT_EQ(call("http://a", 3), 6);
  EXPECT_EQ(log.lines, std::vector<std::string>{"fetch(url=\"http://a\", pages=3) -> 6 in 12.0 ms"});
}

TEST(LogCallsTest, MasksSecrets) {
  Lines log;
  auto options = log.options("login", {"user", "Password", "pin", "access_token"});
  options.secrets = {"pin"};
  log_calls([](const char*, const char*, int, const std::string&) {}, options)("ann", "hunter2", 1234, "abc");
  EXPECT_EQ(log.lines, std::vector<std::string>{"login(user=\"ann\", Password=***, pin=***, access_token=***) -> done in 0.0 µs"});
}

TEST(LogCallsTest, ShowsErrorsAndExceptionsAndCountsThem) {
  Lines log;
  const auto call = log_calls([](bool throws) -> Status {
    if (throws) {
      throw std::runtime_error("broken");
    }
    return fail(ErrorCode::kNotFound, "no such page", "x");
  }, log.options("get"));
  EXPECT_FALSE(call(false));
  EXPECT_THROW(static_cast<void>(call(true)), std::runtime_error);
  EXPECT_EQ(log.lines, (std::vector<std::string>{"get(false) -> error: x: no such page in 0.0 µs", "get(true) -> exception: broken in 0.0 µs"}));
  EXPECT_EQ(call.counts(), (CallCounts{.calls = 2, .failures = 2}));
}

struct Page {
  int number;
};
std::string to_call_text(const Page& page) { return "page " + std::to_string(page.number); }
struct Opaque {};

TEST(LogCallsTest, ShowsAllKindsOfValues) {
  Lines log;
  const auto call = log_calls([](const auto& value) { return value; }, log.options(""));
  call(Page{4});
  call(Opaque{});
  call(std::vector{1, 2});
  call(std::optional<int>());
  call(std::optional(2.5));
  call(std::chrono::milliseconds(5));
  call(std::filesystem::path("a/b"));
  call(ErrorCode::kExists);
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{
                "call(page 4) -> page 4 in 0.0 µs", "call(…) -> … in 0.0 µs", "call([2 items]) -> [2 items] in 0.0 µs",
                "call(nothing) -> nothing in 0.0 µs", "call(2.5) -> 2.5 in 0.0 µs", "call(5.0 ms) -> 5.0 ms in 0.0 µs",
                "call(\"a/b\") -> \"a/b\" in 0.0 µs", "call(2) -> 2 in 0.0 µs"}));
}

TEST(LogCallsTest, PassesOnWhatMovesAndWhatRefers) {
  Lines log;
  const auto own = log_calls([](std::unique_ptr<int> value) { return value; }, log.options("own"));
  EXPECT_EQ(*own(std::make_unique<int>(3)), 3);
  std::map<int, std::string> names{{1, "one"}};
  const auto at = log_calls([&](int key) -> std::string& { return names[key]; }, log.options("at"));
  at(1) = "uno";
  EXPECT_EQ(names[1], "uno");
  struct Client {
    int get(int value) { return value + offset; }  // NOLINT(readability-make-member-function-const): such members too
    int offset = 1;
  } client;
  EXPECT_EQ(log_calls(&Client::get, log.options("get"))(client, 2), 3);
}

TEST(LogCallsTest, WithoutReadersNothingIsWritten) {
  const auto call = log_calls([](int value) { return value; }, {.level = LogLevel::kOff});
  EXPECT_EQ(call(1), 1);
  EXPECT_EQ(call.counts().calls, 1U);
}
}  // namespace
}  // namespace weir
