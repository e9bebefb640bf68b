#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "logs/line_formats.h"

namespace weir::logs {
/// Where a text log has its level, learned from some of its lines. Words are cut at spaces, tabs, '|' and ';'; what
/// stands in brackets is one word, but for a bracket with which the line begins:
///
///   2024-01-01 20:15:01,123 INFO [http exec 7] com.shop.OrderService - Order 4711 confirmed
///   0          1            2    3             4                     5 ...           level_word = 2, first_word =
///   "9-9-9"
class TextLayout {
 public:
  /// Learns from lines without line breaks. One layout per place at which an appreciable part of the lines has its
  /// level, the most frequent first; none when there is no such place.
  static std::vector<TextLayout> learn(std::span<const std::string_view> lines);

  /// A record, an unparsed line (it begins with a moment as records do, but has no level) or nothing (it does not
  /// begin as a record does).
  std::optional<LineVerdict> parse(std::string_view line) const;

  /// Where a record has its level's name: the bytes from `begin` to `end`.
  struct LevelPlace {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  /// Nothing where parse() finds no level.
  std::optional<LevelPlace> level_place(std::string_view line) const;

  /// The level of a line that is in all but its digits as most of the lines seen, else kNone, which says nothing.
  /// Agrees with parse(). Reads up to kFastReadBytes bytes from `line`, which may go on behind its end with
  /// whatever is there; never takes a '\n' or NUL for a part of the line.
  Level parse_fast(const char* line) const;
  static constexpr std::size_t kFastReadBytes = 64;
  /// True for lines that parse() finds not to begin as a record does; false says nothing. Reads as parse_fast() does.
  bool cannot_begin(const char* line) const;
  bool has_fast_path() const { return level_column_.has_value(); }
  /// Where the level stands in lines for which parse_fast() finds one.
  std::size_t fast_level_column() const { return *level_column_; }

 private:
  void learn_fast_path(std::span<const std::string_view> lines);

  std::size_t level_word_ = 0;
  bool is_plain_word_ = false;  ///< levels may be bare words in small letters, or one letter
  std::string first_word_;      ///< shape that records begin with; empty when they differ
  bool begins_with_moment_ = false;

  /// The head of a line in words of eight bytes: (head & mask) == value, and the same with `carry` added, which
  /// lifts ':' … '?' out of the range of digits.
  struct HeadWord {
    std::uint64_t mask = 0;
    std::uint64_t value = 0;
    std::uint64_t carry = 0;
  };
  static constexpr std::size_t kHeadWordsMax = 6;
  std::array<HeadWord, kHeadWordsMax> head_words_{};
  std::size_t head_words_count_ = 0;
  std::optional<std::size_t> level_column_;
};
}  // namespace weir::logs
