#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logs/line_formats.h"

namespace weir::logs {
/// What was counted in one file, or in all. lines = records + continuation + blank + unparsed.
struct Tally {
  std::uint64_t size_bytes = 0;  ///< of the text, unpacked
  std::uint64_t lines_count = 0;
  std::uint64_t records_count = 0;             ///< lines that start a record
  std::uint64_t continuation_lines_count = 0;  ///< stack traces and the like, which belong to the record above
  std::uint64_t blank_lines_count = 0;
  std::uint64_t unparsed_lines_count = 0;            ///< lines that the format does not explain
  std::array<std::uint64_t, kLevelsCount> levels{};  ///< records by Level
  std::uint64_t records_without_level_count = 0;
  std::array<std::uint64_t, 6> status_classes{};  ///< [2] counts 200 … 299; [0] the records without an HTTP status

  std::uint64_t level(Level wanted) const { return levels[static_cast<std::size_t>(wanted)]; }
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// A line that was not understood.
struct UnparsedLine {
  std::uint64_t line_number = 0;  ///< from 1
  std::string text;               ///< its beginning, made fit for a terminal
  bool operator==(const UnparsedLine&) const = default;
};

/// Counts of one block of a file, which does not know what stands above it.
struct BlockTally {
  Tally tally;
  std::vector<UnparsedLine> unparsed;  ///< the first ones, numbered from the block's first line
  /// Lines before the first record that go on, so far counted as continuation; without a record above they are
  /// unparsed.
  std::uint64_t leading_count = 0;
  std::vector<UnparsedLine> leading;
  std::optional<LineVerdict> first_line;
  bool ends_partial = false;  ///< the record of the last line goes on in the next line
};

/// Puts blocks together in the order of the file.
class FileTally {
 public:
  explicit FileTally(std::size_t examples_max) : examples_max_(examples_max) {}
  void append(BlockTally block);
  const Tally& tally() const { return tally_; }
  std::vector<UnparsedLine>& unparsed() { return unparsed_; }

 private:
  std::size_t examples_max_;
  Tally tally_;
  std::vector<UnparsedLine> unparsed_;
  bool ends_partial_ = false;
};

/// Adds one line to `tally`, or takes it out again.
void add_line(Tally& tally, const LineVerdict& verdict);
void remove_line(Tally& tally, const LineVerdict& verdict);
}  // namespace weir::logs
