// How fast the parts are, on text in memory, so without the disk. Bytes per second are those of the log.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "logs/block_scan.h"

namespace weir::logs {
namespace {
constexpr std::size_t kTextBytes = 4U << 20U;

std::string repeat(const std::vector<std::string>& lines) {
  std::string text;
  for (std::size_t i = 0; text.size() < kTextBytes; ++i) {
    text += lines[i * 7 % lines.size()];
    text += '\n';
  }
  return text;
}

std::string log4j() {
  return repeat(
      {"2024-01-01 20:15:01,123 INFO [http-exec-7] com.shop.order.OrderService - Order 4711000 confirmed in 12 ms",
       "2024-01-01 20:15:01,140 ERROR [consumer-3] com.shop.payment.PaymentService - Payment for order 4711001 failed",
       "2024-01-01 20:15:02,007 DEBUG [http-exec-1] com.shop.cart.CartService - WARN is a word of this text",
       "\tat com.shop.payment.ProviderClient.post(ProviderClient.java:420)",
       "2024-01-01 20:15:02,100 INFO [http-exec-2] com.shop.order.OrderService - Order 4711002 confirmed in 9 ms"});
}
std::string logback() {
  return repeat(
      {"20:15:01.123 [http exec 7] INFO  com.shop.order.OrderService - Order 4711000 confirmed in 12 ms",
       "20:15:01.140 [consumer-30] ERROR com.shop.payment.PaymentService - Payment for order 4711001 failed"});
}
std::string json() {
  return repeat(
      {R"({"time":"2024-01-01T20:15:01.123Z","level":"info","service":"order","message":"Order 4711000 confirmed"})",
       R"({"time":"2024-01-01T20:15:01.140Z","level":"error","service":"payment","message":"no \"answer\""})"});
}
std::string access() {
  return repeat(
      {R"(100.94.11.143 - u [01/Jan/2024:20:15:01 +0000] "GET /product/14267?ref=similar HTTP/2.0" 200 49505 "https://shop.example/" "Mozilla/5.0")"});
}

void scan_text(benchmark::State& state, std::string (*make)()) {
  std::string text = make();
  const std::size_t size = text.size();
  text.append(BlockScanner::kPaddingBytes, '\0');
  const Recognition recognition = Recognition::recognise(std::string_view(text).substr(0, 100'000));
  BlockScanner scanner(recognition, 5, newline_kernels().front().find);
  for (auto _ : state) {
    benchmark::DoNotOptimize(scanner.scan({.data = text.data(), .size = size, .visible_size = size}));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK_CAPTURE(scan_text, log4j, log4j);
BENCHMARK_CAPTURE(scan_text, logback, logback);
BENCHMARK_CAPTURE(scan_text, json, json);
BENCHMARK_CAPTURE(scan_text, access, access);

void find_newlines(benchmark::State& state) {
  const auto kernel = newline_kernels()[static_cast<std::size_t>(state.range(0))];
  const std::string text = log4j().substr(0, 16U << 10U);
  std::vector<std::uint32_t> places(text.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernel.find(text, places.data()));
  }
  state.SetLabel(std::string(kernel.name));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(find_newlines)->DenseRange(0, static_cast<int>(newline_kernels().size()) - 1);
}  // namespace
}  // namespace weir::logs
