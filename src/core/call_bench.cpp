// What a wrapper costs per call, beside the bare call: `weir_core_bench`.
#include <benchmark/benchmark.h>

#include "core/cached.h"
#include "core/generator.h"
#include "core/log_calls.h"
#include "core/retry.h"

namespace weir {
namespace {
[[gnu::noinline]] Result<int> answer(int value) {
  benchmark::DoNotOptimize(value);
  return value + 1;
}

template <typename Call>
void measure(benchmark::State& state, const Call& call) {
  int argument = 5;
  for (auto _ : state) {
    benchmark::DoNotOptimize(argument);
    benchmark::DoNotOptimize(call(argument));
  }
}

void BM_BareCall(benchmark::State& state) { measure(state, answer); }
void BM_Retry(benchmark::State& state) { measure(state, retry(answer)); }
void BM_CachedHit(benchmark::State& state) { measure(state, cached(answer)); }
void BM_CachedHitWithTtl(benchmark::State& state) { measure(state, cached(answer, {.ttl = std::chrono::hours(1)})); }
void BM_LogCallsOff(benchmark::State& state) { measure(state, log_calls(answer)); }
void BM_LogCallsToSink(benchmark::State& state) {
  measure(state, log_calls(answer, {.name = "answer", .arguments = {"value"}, .sink = [](std::string_view line) { benchmark::DoNotOptimize(line); }}));
}
void BM_AllThree(benchmark::State& state) { measure(state, answer | retry() | cached() | log_calls("answer")); }
BENCHMARK(BM_BareCall);
BENCHMARK(BM_Retry);
BENCHMARK(BM_CachedHit);
BENCHMARK(BM_CachedHit)->Threads(2);
BENCHMARK(BM_CachedHitWithTtl);
BENCHMARK(BM_LogCallsOff);
BENCHMARK(BM_LogCallsToSink);
BENCHMARK(BM_AllThree);

void BM_CachedText(benchmark::State& state) {
  const auto length = cached([](std::string_view text) { return text.size(); });
  const std::string text = "https://api.example.com/orders?cursor=12345";
  for (auto _ : state) {
    benchmark::DoNotOptimize(length(text));
  }
}
BENCHMARK(BM_CachedText);

void BM_CachedMiss(benchmark::State& state) {
  const auto next = cached([](int value) { return value; });
  int value = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(next(++value));
  }
}
BENCHMARK(BM_CachedMiss);

generator<int> numbers() {
  for (int i = 0;; ++i) {
    co_yield i;
  }
}

void BM_GeneratorValue(benchmark::State& state) {
  auto values = numbers();
  auto it = values.begin();
  for (auto _ : state) {
    benchmark::DoNotOptimize(*it);
    ++it;
  }
}
BENCHMARK(BM_GeneratorValue);
}  // namespace
}  // namespace weir
