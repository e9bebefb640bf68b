// The fast path of TextLayout: most lines of a log agree in the shape of their head to the byte, so a few comparisons
// of eight bytes at once find the level.
#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <string>

#include "logs/text_layout.h"

namespace weir::logs {
namespace {
constexpr std::size_t kWordBytes = 8;

/// Eight bytes as a number whose lowest byte is the first one.
std::uint64_t load_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, kWordBytes);
  if constexpr (std::endian::native == std::endian::big) {
    word = __builtin_bswap64(word);
  }
  return word;
}

/// Level words in capitals of three to seven letters, found by their first four bytes.
class FastWords {
 public:
  FastWords() {
    for (const LevelSpelling& spelling : level_spellings()) {
      if (spelling.word.size() < 3 || spelling.word.size() >= kWordBytes) {
        continue;
      }
      // With the space that must follow; longer words that go on differently do not match.
      const std::string word = std::string(spelling.word) + ' ';
      std::array<char, kWordBytes> bytes{};
      std::ranges::copy(word, bytes.begin());
      Entry& entry = entries_[slot(load_word(bytes.data()))];
      if (entry.mask == 0) {  // the first of two with the same slot is the more frequent; the other goes the slow way
        const auto bits = static_cast<unsigned>(kWordBytes * word.size());
        entry = {.value = load_word(bytes.data()),
                 .mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1,
                 .level = spelling.level};
      }
    }
  }
  Level find(std::uint64_t bytes) const {
    const Entry& entry = entries_[slot(bytes)];
    return (bytes & entry.mask) == entry.value && entry.mask != 0 ? entry.level : Level::kNone;
  }

 private:
  struct Entry {
    std::uint64_t value = 0;
    std::uint64_t mask = 0;
    Level level = Level::kNone;
  };
  static constexpr unsigned kSlotBits = 8;
  static std::size_t slot(std::uint64_t bytes) {
    return (static_cast<std::uint32_t>(bytes) * 0x9E3779B1U) >> (32U - kSlotBits);
  }
  std::array<Entry, std::size_t{1} << kSlotBits> entries_{};
};
const FastWords kFastWords;
}  // namespace

bool TextLayout::cannot_begin(const char* line) const {
  std::size_t at = 0;
  while (at + 1 < kFastReadBytes && (line[at] == ' ' || line[at] == '\t')) {
    ++at;
  }
  const char lower = static_cast<char>(line[at] | 0x20);
  return first_word_.starts_with('9') && lower >= 'a' && lower <= 'z';
}

void TextLayout::learn_fast_path(std::span<const std::string_view> lines) {
  constexpr std::size_t kColumnMax = kHeadWordsMax * kWordBytes;
  static_assert(kColumnMax + kWordBytes <= kFastReadBytes);
  // A line whose level is found at a column by looking for it there, not by words.
  std::map<std::size_t, std::vector<std::string_view>> columns;
  for (const std::string_view line : lines) {
    const auto verdict = parse(line);
    for (std::size_t column = 0; verdict && column <= kColumnMax && column + kWordBytes <= line.size(); ++column) {
      if (kFastWords.find(load_word(line.data() + column)) == verdict->level) {
        columns[column].push_back(line);
        break;
      }
    }
  }
  const auto best = std::ranges::max_element(columns, {}, [](const auto& column) { return column.second.size(); });
  if (best == columns.end() || best->second.size() * 2 < lines.size()) {
    return;
  }
  std::string prefix(best->second.front().substr(0, best->first));
  if (prefix.find('\0') != std::string::npos) {
    return;
  }
  for (const std::string_view line : best->second) {
    for (std::size_t i = 0; i < prefix.size(); ++i) {
      const bool is_digit = line[i] >= '0' && line[i] <= '9';
      const bool was_digit = prefix[i] >= '0' && prefix[i] <= '9';
      if (is_digit != was_digit || (!is_digit && line[i] != prefix[i])) {
        return;  // names of different lengths stand in front
      }
    }
  }
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    HeadWord& word = head_words_[i / kWordBytes];
    const auto shift = static_cast<unsigned>(kWordBytes * (i % kWordBytes));
    const bool is_digit = prefix[i] >= '0' && prefix[i] <= '9';
    const auto byte = static_cast<std::uint64_t>(static_cast<unsigned char>(prefix[i]));
    word.mask |= (is_digit ? std::uint64_t{0xF0} : std::uint64_t{0xFF}) << shift;
    word.value |= (is_digit ? std::uint64_t{0x30} : byte) << shift;
    word.carry |= (is_digit ? std::uint64_t{0x06} : std::uint64_t{0}) << shift;
  }
  head_words_count_ = (prefix.size() + kWordBytes - 1) / kWordBytes;
  // The slow way must say the same whatever follows.
  for (const std::string_view rest : {"ERROR x", "ERROR x] y", "ERROR [x"}) {
    const auto check = parse(prefix + std::string(rest));
    if (!check || check->kind != LineKind::kRecord || check->level != Level::kError) {
      return;
    }
  }
  level_column_ = prefix.size();
}

Level TextLayout::parse_fast(const char* line) const {
  std::uint64_t differences = 0;
  for (std::size_t i = 0; i < head_words_count_; ++i) {
    const HeadWord& word = head_words_[i];
    const std::uint64_t bytes = load_word(line + i * kWordBytes);
    differences |= (bytes & word.mask) ^ word.value;
    // No byte carries into the next when the line above found no difference; else it does not matter.
    differences |= ((bytes + word.carry) & word.mask) ^ word.value;
  }
  return differences == 0 ? kFastWords.find(load_word(line + *level_column_)) : Level::kNone;
}
}  // namespace weir::logs
