#include "core/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/text.h"

namespace weir {
namespace {
constexpr std::size_t kBlockBytes = 64;

// By the RFC each step adds a constant from the sine, and rotates by one of four amounts per round.
std::array<std::uint32_t, 64> sine_table() {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<std::uint32_t>(std::floor(4294967296.0 * std::abs(std::sin(static_cast<double>(i + 1)))));
  }
  return table;
}
constexpr std::array<std::array<int, 4>, 4> kRotations = {{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

std::uint32_t little_endian(const char* bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    word |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8U * i);
  }
  return word;
}

class Md5 {
 public:
  void add_block(const char* block) {
    static const std::array<std::uint32_t, 64> sines = sine_table();
    auto [a, b, c, d] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
      const auto [mixed, word] = mix(i, b, c, d);
      const std::uint32_t sum = a + mixed + sines[i] + little_endian(block + word * 4);
      a = d;
      d = c;
      c = b;
      b += std::rotl(sum, kRotations[i / 16][i % 4]);
    }
    state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d};
  }

  std::string hex_digits() const {
    std::array<std::byte, 16> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::byte>(state_[i / 4] >> (8U * (i % 4)));
    }
    return hex(bytes);
  }

 private:
  struct Mixed {
    std::uint32_t value;
    std::size_t word;  // which of the block's 16 words this step takes
  };
  static Mixed mix(std::size_t step, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    switch (step / 16) {
      case 0:
        return {(b & c) | (~b & d), step};
      case 1:
        return {(d & b) | (~d & c), (5 * step + 1) % 16};
      case 2:
        return {b ^ c ^ d, (3 * step + 5) % 16};
      default:
        return {c ^ (b | ~d), (7 * step) % 16};
    }
  }

  std::array<std::uint32_t, 4> state_ = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
};
}  // namespace

std::string md5_hex(std::string_view bytes) {
  Md5 md5;
  std::string_view rest = bytes;
  while (rest.size() >= kBlockBytes) {
    md5.add_block(rest.data());
    rest.remove_prefix(kBlockBytes);
  }
  // The end: a bit 1, zeros, and the length in bits in the last eight bytes.
  std::string tail(rest);
  tail += '\x80';
  tail.resize(tail.size() <= kBlockBytes - 8 ? kBlockBytes : 2 * kBlockBytes);
  const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
  for (std::size_t i = 0; i < 8; ++i) {
    tail[tail.size() - 8 + i] = static_cast<char>(bits >> (8U * i));
  }
  for (std::size_t offset = 0; offset < tail.size(); offset += kBlockBytes) {
    md5.add_block(tail.data() + offset);
  }
  return md5.hex_digits();
}
}  // namespace weir
