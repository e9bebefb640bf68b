#include "core/retry.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

namespace weir {
namespace {
using namespace std::chrono_literals;

// Fails so often with `error` before it gives 7.
struct Flaky {
  int failures_left = 0;
  Error error{ErrorCode::kIo, "the line is cut", "api", std::nullopt};
  int calls = 0;
  Result<int> operator()() {
    ++calls;
    if (failures_left-- > 0) {
      return std::unexpected(error);
    }
    return 7;
  }
};

std::chrono::milliseconds waited(const ManualClock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.monotonic());
}

TEST(RetryTest, TriesAgainWhatMayPass) {
  const ManualClock clock;
  const auto call = retry(Flaky{.failures_left = 2}, {.clock = &clock});
  EXPECT_EQ(call().value(), 7);
  EXPECT_EQ(waited(clock), 1s + 2s);
  EXPECT_EQ(call.counts(), (CallCounts{.calls = 1, .attempts = 3}));
}

TEST(RetryTest, TheLastErrorSaysHowOftenItWasTried) {
  const ManualClock clock;
  const auto call = retry(Flaky{.failures_left = 9}, {.clock = &clock});
  const auto result = call();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text(), "api: the line is cut (3 attempts)");
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
  EXPECT_EQ(call.counts(), (CallCounts{.calls = 1, .attempts = 3, .failures = 1}));
}

TEST(RetryTest, WhatCannotPassIsTriedOnce) {
  const ManualClock clock;
  const auto call = retry(Flaky{.failures_left = 9, .error = {ErrorCode::kInvalid, "no such column"}}, {.clock = &clock});
  EXPECT_EQ(call().error().message, "no such column");
  EXPECT_EQ(call.inner().calls, 1);
  EXPECT_EQ(waited(clock), 0ms);
}

TEST(RetryTest, TheCallerMayDecideWhatIsTriedAgain) {
  const ManualClock clock;
  const auto call = retry(Flaky{.failures_left = 1, .error = {ErrorCode::kConflict, "another writer"}},
                          {.retry_if = [](const Error& error) { return error.code == ErrorCode::kConflict; }, .clock = &clock});
  EXPECT_EQ(call().value(), 7);
}

TEST(RetryTest, WaitsGrowAsAskedAndStopGrowing) {
  const ManualClock constant;
  EXPECT_FALSE(retry(Flaky{.failures_left = 9}, {.attempts_max = 4, .delay = 10ms, .backoff = Backoff::kConstant, .clock = &constant})());
  EXPECT_EQ(waited(constant), 30ms);
  const ManualClock linear;
  EXPECT_FALSE(retry(Flaky{.failures_left = 9}, {.attempts_max = 4, .delay = 10ms, .backoff = Backoff::kLinear, .clock = &linear})());
  EXPECT_EQ(waited(linear), 60ms);
  const ManualClock capped;
  EXPECT_FALSE(retry(Flaky{.failures_left = 99}, {.attempts_max = 80, .delay = 10ms, .delay_max = 40ms, .clock = &capped})());
  EXPECT_EQ(waited(capped), 10ms + 20ms + 77 * 40ms);
}

TEST(RetryTest, NoTryBeginsAfterTheTimeIsUp) {
  const ManualClock clock;
  const auto call = retry(Flaky{.failures_left = 99}, {.attempts_max = 99, .delay = 400ms, .backoff = Backoff::kConstant, .time_max = 1s, .clock = &clock});
  EXPECT_EQ(call().error().message, "the line is cut (3 attempts)");
  EXPECT_EQ(waited(clock), 800ms);
}

TEST(RetryTest, JitterTakesAPartOfTheWait) {
  SeededRandom random(5);
  const RetryOptions options{.delay = 1000ms, .backoff = Backoff::kConstant, .jitter = 0.5, .random = &random};
  const RetrySchedule schedule(options);
  auto shortest = 1000ms;
  auto longest = 0ms;
  for (int i = 0; i < 200; ++i) {
    const auto wait = schedule.wait_after(1, Error{ErrorCode::kIo, "cut"}).value();
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
  }
  EXPECT_GE(shortest, 500ms);
  EXPECT_LT(shortest, 550ms);
  EXPECT_LE(longest, 1000ms);
  EXPECT_GT(longest, 950ms);
}

TEST(RetryTest, AServersRetryAfterIsHonoured) {
  const ManualClock clock;
  const Error busy{.code = ErrorCode::kUnsupported, .message = "too many requests", .retry_after = 30s};
  EXPECT_EQ(retry(Flaky{.failures_left = 1, .error = busy}, {.clock = &clock})().value(), 7);
  EXPECT_EQ(waited(clock), 30s);
}

TEST(RetryTest, AServerThatAsksForTooLongIsLeftAlone) {
  const ManualClock clock;
  const auto call = retry(Flaky{.failures_left = 1, .error = {.code = ErrorCode::kIo, .message = "closed", .retry_after = 24h}}, {.clock = &clock});
  EXPECT_FALSE(call());
  EXPECT_EQ(call.counts().attempts, 1U);
}

TEST(RetryTest, AStopEndsTheWaiting) {
  std::stop_source stop;
  int calls = 0;
  const auto call = retry(
      [&]() -> Status {
        ++calls;
        return fail(ErrorCode::kIo, "cut");
      },
      {.delay = 1h, .delay_max = 1h, .stop = stop.get_token(), .clock = &system_clock()});
  stop.request_stop();
  EXPECT_FALSE(call());
  EXPECT_EQ(calls, 1);
}

// Stops whoever waits.
class StoppingClock : public ManualClock {
 public:
  bool wait_for(std::chrono::nanoseconds /*duration*/, const std::stop_token& /*stop*/) const override { return false; }
};

TEST(RetryTest, AStoppedWaitIsCancelled) {
  const StoppingClock clock;
  const auto result = retry(Flaky{.failures_left = 1}, {.clock = &clock})();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(result.error().message, "stopped before trying again after 1 attempt: the line is cut");
}

TEST(RetryTest, ExceptionsAreTriedAgainAndTheLastOneIsThrown) {
  const ManualClock clock;
  int calls = 0;
  const auto call = retry([&] { throw std::runtime_error("try " + std::to_string(++calls)); }, {.clock = &clock});
  EXPECT_THROW(call(), std::runtime_error);
  EXPECT_EQ(calls, 3);
  const auto picky = retry([&]() -> int { throw std::logic_error("a bug"); },
                           {.retry_exception_if = [](const std::exception& error) { return dynamic_cast<const std::logic_error*>(&error) == nullptr; },
                            .clock = &clock});
  EXPECT_THROW(picky(), std::logic_error);
  EXPECT_EQ(picky.counts(), (CallCounts{.calls = 1, .attempts = 1, .failures = 1}));
}

TEST(RetryTest, GivesMoveOnlyResultsAndTakesAnyCallable) {
  const auto make = retry([](int value) -> Result<std::unique_ptr<int>> { return std::make_unique<int>(value); });
  EXPECT_EQ(**make(3), 3);
  struct Client {
    int base = 40;
    int plus(int value) const { return base + value; }
  };
  const Client client;
  EXPECT_EQ(retry(&Client::plus)(client, 2), 42);
  const auto generic = retry([](const auto& value) { return value + value; });
  EXPECT_EQ(generic(std::string("ab")), "abab");
  EXPECT_EQ(generic(2), 4);
}
}  // namespace
}  // namespace weir
