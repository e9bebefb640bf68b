#include "logs/tally.h"

#include <algorithm>

namespace weir::logs {
namespace {
void change_line(Tally& tally, const LineVerdict& verdict, std::uint64_t by) {
  tally.lines_count += by;
  switch (verdict.kind) {
    case LineKind::kBlank:
      tally.blank_lines_count += by;
      return;
    case LineKind::kContinuation:
      tally.continuation_lines_count += by;
      return;
    case LineKind::kUnparsed:
      tally.unparsed_lines_count += by;
      return;
    case LineKind::kRecord:
      break;
  }
  tally.records_count += by;
  tally.status_classes[verdict.status_class] += by;
  if (verdict.level == Level::kNone) {
    tally.records_without_level_count += by;
  } else {
    tally.levels[static_cast<std::size_t>(verdict.level)] += by;
  }
}
}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  size_bytes += other.size_bytes;
  lines_count += other.lines_count;
  records_count += other.records_count;
  continuation_lines_count += other.continuation_lines_count;
  blank_lines_count += other.blank_lines_count;
  unparsed_lines_count += other.unparsed_lines_count;
  records_without_level_count += other.records_without_level_count;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    levels[i] += other.levels[i];
  }
  for (std::size_t i = 0; i < status_classes.size(); ++i) {
    status_classes[i] += other.status_classes[i];
  }
  return *this;
}

void add_line(Tally& tally, const LineVerdict& verdict) {
  change_line(tally, verdict, 1);
}
// Unsigned numbers wrap around, so adding the largest takes one away.
void remove_line(Tally& tally, const LineVerdict& verdict) {
  change_line(tally, verdict, ~std::uint64_t{0});
}

void FileTally::append(BlockTally block) {
  if (ends_partial_ && block.first_line) {
    // The block's first line is the rest of a record, whatever it looks like.
    remove_line(block.tally, *block.first_line);
    add_line(block.tally, {.kind = LineKind::kContinuation});
    std::erase_if(block.unparsed, [](const UnparsedLine& line) { return line.line_number == 1; });
  }
  if (tally_.records_count == 0 && block.leading_count > 0) {
    block.tally.continuation_lines_count -= block.leading_count;
    block.tally.unparsed_lines_count += block.leading_count;
    block.unparsed.insert(block.unparsed.end(), block.leading.begin(), block.leading.end());
    std::ranges::sort(block.unparsed, {}, &UnparsedLine::line_number);
  }
  for (UnparsedLine& line : block.unparsed) {
    if (unparsed_.size() == examples_max_) {
      break;
    }
    line.line_number += tally_.lines_count;
    unparsed_.push_back(std::move(line));
  }
  ends_partial_ = block.first_line ? block.ends_partial : ends_partial_;
  tally_ += block.tally;
}
}  // namespace weir::logs
