#include "transform/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

#include "core/text.h"

namespace weir::transform {
namespace {
using State = std::array<std::uint32_t, 4>;

// The RFC's table: the integer part of 2^32 * |sin(i + 1)|.
const std::array<std::uint32_t, 64>& sines() {
  static const std::array<std::uint32_t, 64> table = [] {
    std::array<std::uint32_t, 64> values{};
    for (std::size_t i = 0; i < 64; ++i) {
      values[i] = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
    }
    return values;
  }();
  return table;
}

std::uint32_t word_at(std::string_view block, std::size_t index) {
  std::uint32_t word = 0;
  for (std::size_t byte = 4; byte-- > 0;) {
    word = (word << 8U) | static_cast<unsigned char>(block[index * 4 + byte]);
  }
  return word;
}

void add_block(State& state, std::string_view block) {
  constexpr std::array<std::array<int, 4>, 4> kShifts = {
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  auto [a, b, c, d] = state;
  for (std::uint32_t i = 0; i < 64; ++i) {
    std::uint32_t mix = 0;
    std::uint32_t index = 0;
    switch (i / 16) {
      case 0:
        mix = (b & c) | (~b & d);
        index = i;
        break;
      case 1:
        mix = (d & b) | (~d & c);
        index = 5 * i + 1;
        break;
      case 2:
        mix = b ^ c ^ d;
        index = 3 * i + 5;
        break;
      default:
        mix = c ^ (b | ~d);
        index = 7 * i;
        break;
    }
    const std::uint32_t sum = a + mix + sines()[i] + word_at(block, index % 16);
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShifts[i / 16][i % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}
}  // namespace

std::string md5_hex(std::string_view bytes) {
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::string padded(bytes);
  padded += '\x80';
  padded.append((120 - padded.size() % 64) % 64, '\0');
  const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
  for (unsigned byte = 0; byte < 8; ++byte) {
    padded += static_cast<char>((bits >> (8U * byte)) & 0xFFU);
  }
  for (std::size_t at = 0; at < padded.size(); at += 64) {
    add_block(state, std::string_view(padded).substr(at, 64));
  }
  std::array<std::byte, 16> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::byte>((state[i / 4] >> (8U * (i % 4))) & 0xFFU);
  }
  return hex(digest);
}
}  // namespace weir::transform
