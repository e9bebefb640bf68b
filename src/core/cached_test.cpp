#include "core/cached.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace weir {
namespace {
using namespace std::chrono_literals;

TEST(CachedTest, ComputesEachAnswerOnce) {
  int computed = 0;
  const auto square = cached([&](int value) {
    ++computed;
    return value * value;
  });
  EXPECT_EQ(square(3) + square(3) + square(4), 34);
  EXPECT_EQ(computed, 2);
  EXPECT_EQ(square.counts(), (CallCounts{.calls = 3, .hits = 1, .misses = 2}));
  EXPECT_DOUBLE_EQ(square.hit_rate(), 1.0 / 3.0);
}

TEST(CachedTest, EveryArgumentCounts) {
  const auto name = cached([](std::string_view first, const std::string& second, int number) {
    return std::string(first) + second + std::to_string(number);
  });
  EXPECT_EQ(name("a", "b", 1), "ab1");
  EXPECT_EQ(name("ab", "", 1), "ab1");
  EXPECT_EQ(name(std::string("a"), "b", 2), "ab2");
  EXPECT_EQ(name("a", "b", 1), "ab1");
  EXPECT_EQ(name.size(), 3U);
  EXPECT_EQ(name.counts().hits, 1U);
}

TEST(CachedTest, BorrowedTextsAreKeptAsCopies) {
  const auto length = cached([](std::string_view text) { return text.size(); });
  std::string text = "a text that is longer than a small string";
  EXPECT_EQ(length(text), 41U);
  text.assign(41, 'x');
  EXPECT_EQ(length(text), 41U);
  EXPECT_EQ(length.counts().misses, 2U);
}

TEST(CachedTest, AnAnswerIsGoodForItsTimeToLive) {
  ManualClock clock;
  int computed = 0;
  const auto rate = cached([&] { return ++computed; }, {.ttl = 60s, .clock = &clock});
  EXPECT_EQ(rate(), 1);
  clock.advance(59s);
  EXPECT_EQ(rate(), 1);
  clock.advance(1s);
  EXPECT_EQ(rate(), 2);
  EXPECT_EQ(rate.size(), 1U);
}

TEST(CachedTest, TheLeastRecentlyAskedIsPushedOut) {
  std::vector<int> computed;
  const auto same = cached(
      [&](int value) {
        computed.push_back(value);
        return value;
      },
      {.entries_max = 2});
  for (const int value : {1, 2, 1, 3, 1, 2}) {
    same(value);
  }
  EXPECT_EQ(computed, (std::vector{1, 2, 3, 2}));
  EXPECT_EQ(same.size(), 2U);
}

TEST(CachedTest, InvalidatesOneOrAll) {
  int computed = 0;
  const auto next = cached([&](int) { return ++computed; });
  next(1);
  next(2);
  next.invalidate(1);
  EXPECT_EQ(next(1), 3);
  EXPECT_EQ(next(2), 2);
  next.invalidate_all();
  EXPECT_EQ(next.size(), 0U);
  EXPECT_EQ(next(2), 4);
}

TEST(CachedTest, FailuresAreNotKept) {
  int computed = 0;
  const auto load = cached([&](int) -> Result<int> {
    if (++computed == 1) {
      return fail(ErrorCode::kIo, "cut");
    }
    return computed;
  });
  EXPECT_FALSE(load(1));
  EXPECT_EQ(load(1).value(), 2);
  EXPECT_EQ(load(1).value(), 2);
  EXPECT_EQ(load.counts(), (CallCounts{.calls = 3, .hits = 1, .misses = 2, .failures = 1}));

  const auto thrower = cached([](int value) -> int { throw std::runtime_error(std::to_string(value)); });
  EXPECT_THROW(thrower(1), std::runtime_error);
  EXPECT_EQ(thrower.size(), 0U);
}

TEST(CachedTest, ManyWhoAskAtOnceGetOneComputation) {
  constexpr int kThreads = 8;
  std::atomic<int> computed = 0;
  std::latch all_asked(kThreads);
  const auto slow = cached([&](int value) {
    all_asked.wait();
    ++computed;
    return value + 1;
  });
  std::vector<std::jthread> threads;
  std::atomic<int> sum = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, slow] {
      all_asked.count_down();
      sum += slow(41);
    });
  }
  threads.clear();
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(sum, kThreads * 42);
  EXPECT_EQ(slow.counts(), (CallCounts{.calls = kThreads, .hits = kThreads - 1, .misses = 1}));
}

TEST(CachedTest, WhatIsInvalidatedWhileItIsComputedIsNotKept) {
  int computed = 0;
  std::function<void()> meanwhile;
  const auto load = cached([&](int) {
    if (meanwhile) {
      meanwhile();
    }
    return ++computed;
  });
  meanwhile = [&] { load.invalidate(1); };
  EXPECT_EQ(load(1), 1);
  meanwhile = nullptr;
  EXPECT_EQ(load(1), 2);
}

TEST(CachedTest, ACallableMayAskItself) {
  std::function<int(int)> fibonacci;
  const auto kept = cached<int(int)>([&](int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); });
  fibonacci = kept;
  EXPECT_EQ(kept(40), 102'334'155);
  EXPECT_EQ(kept.size(), 41U);
  fibonacci = nullptr;
}

TEST(CachedTest, SharesWhatCannotBeCopied) {
  const auto make = cached([](int value) { return std::make_shared<const std::unique_ptr<int>>(std::make_unique<int>(value)); });
  EXPECT_EQ(make(1), make(1));
}

TEST(CachedTest, IsSafeFromManyThreads) {
  ManualClock clock;
  const auto text = cached([](int value) { return std::to_string(value); }, {.ttl = 5us, .entries_max = 8, .clock = &clock});
  std::vector<std::jthread> threads;
  std::atomic<bool> right = true;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        right = right && text((i * 7 + t) % 16) == std::to_string((i * 7 + t) % 16);
        if (i % 50 == 0) {
          text.invalidate(i % 16);
          clock.advance(1us);
        }
      }
    });
  }
  threads.clear();
  EXPECT_TRUE(right);
  EXPECT_LE(text.size(), 8U);
}
}  // namespace
}  // namespace weir
