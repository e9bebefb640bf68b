#include "logs/newlines.h"

#include <bit>
#include <cstring>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace weir::logs {
namespace {
constexpr std::size_t kStride = 64;

std::size_t find_plain_from(std::string_view text, std::size_t from, std::uint32_t* places, std::size_t count) {
  while (from < text.size()) {
    const void* hit = std::memchr(text.data() + from, '\n', text.size() - from);
    if (hit == nullptr) {
      break;
    }
    const auto place = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
    places[count++] = static_cast<std::uint32_t>(place);
    from = place + 1;
  }
  return count;
}

std::size_t find_plain(std::string_view text, std::uint32_t* places) {
  return find_plain_from(text, 0, places, 0);
}

#if defined(__x86_64__)
/// Appends the places of the bits that are set in `mask`; bit 0 stands for the byte `base`.
inline std::size_t append_bits(std::uint64_t mask, std::size_t base, std::uint32_t* places, std::size_t count) {
  while (mask != 0) {
    places[count++] = static_cast<std::uint32_t>(base + static_cast<std::size_t>(std::countr_zero(mask)));
    mask &= mask - 1;
  }
  return count;
}

__attribute__((target("avx2"))) std::size_t find_avx2(std::string_view text, std::uint32_t* places) {
  const __m256i newline = _mm256_set1_epi8('\n');
  std::size_t count = 0;
  std::size_t at = 0;
  for (; at + kStride <= text.size(); at += kStride) {
    const auto* source = reinterpret_cast<const __m256i*>(text.data() + at);
    const auto low =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(source), newline)));
    const auto high =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(source + 1), newline)));
    count = append_bits(low | static_cast<std::uint64_t>(high) << 32U, at, places, count);
  }
  return find_plain_from(text, at, places, count);
}

__attribute__((target("avx512f,avx512bw"))) std::size_t find_avx512(std::string_view text, std::uint32_t* places) {
  const __m512i newline = _mm512_set1_epi8('\n');
  std::size_t count = 0;
  std::size_t at = 0;
  for (; at + kStride <= text.size(); at += kStride) {
    const __m512i bytes = _mm512_loadu_si512(text.data() + at);
    count = append_bits(_mm512_cmpeq_epi8_mask(bytes, newline), at, places, count);
  }
  return find_plain_from(text, at, places, count);
}
#elif defined(__aarch64__)
std::size_t find_neon(std::string_view text, std::uint32_t* places) {
  constexpr std::size_t kVector = 16;
  const uint8x16_t newline = vdupq_n_u8('\n');
  std::size_t count = 0;
  std::size_t at = 0;
  for (; at + kVector <= text.size(); at += kVector) {
    const uint8x16_t equal = vceqq_u8(vld1q_u8(reinterpret_cast<const std::uint8_t*>(text.data() + at)), newline);
    // Four bits of the mask stand for each byte.
    std::uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(equal), 4)), 0);
    while (mask != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(mask));
      places[count++] = static_cast<std::uint32_t>(at + bit / 4);
      mask &= ~(0xFULL << (bit & ~std::size_t{3}));
    }
  }
  return find_plain_from(text, at, places, count);
}
#endif

std::vector<NewlineKernel> runnable_kernels() {
  std::vector<NewlineKernel> kernels;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
    kernels.push_back({"avx512", find_avx512});
  }
  if (__builtin_cpu_supports("avx2")) {
    kernels.push_back({"avx2", find_avx2});
  }
#elif defined(__aarch64__)
  kernels.push_back({"neon", find_neon});
#endif
  kernels.push_back({"plain", find_plain});
  return kernels;
}
}  // namespace

std::span<const NewlineKernel> newline_kernels() {
  static const std::vector<NewlineKernel> kernels = runnable_kernels();
  return kernels;
}
}  // namespace weir::logs
