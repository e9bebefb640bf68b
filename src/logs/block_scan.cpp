#include "logs/block_scan.h"

#include <algorithm>
#include <cstring>

#include "core/text.h"

namespace weir::logs {
namespace {
constexpr std::size_t kSliceBytes = 16U << 10U;  // stays in the first cache between the two passes
constexpr std::size_t kExampleBytesMax = 160;

void add_record(Tally& tally, Level level, std::uint8_t status_class) {
  ++tally.lines_count;
  ++tally.records_count;
  ++tally.status_classes[status_class];
  ++(level == Level::kNone ? tally.records_without_level_count : tally.levels[static_cast<std::size_t>(level)]);
}
}  // namespace

BlockScanner::BlockScanner(const Recognition& recognition, std::size_t examples_max, FindNewlines find_newlines)
    : recognition_(recognition),
      fast_layout_(recognition.fast_layout()),
      continues_fast_layout_(recognition.continues_fast_layout()),
      begins_with_access_(recognition.begins_with_access()),
      examples_max_(examples_max),
      find_newlines_(find_newlines),
      places_(std::make_unique<std::uint32_t[]>(kSliceBytes)) {}

BlockTally BlockScanner::scan(const Block& block) {
  static_assert(kPaddingBytes >= 2 * TextLayout::kFastReadBytes);
  BlockTally result;
  result.tally.size_bytes = block.size;
  const char* line = block.starts_line ? block.data : nullptr;  // where the line begins that is being read
  for (std::size_t at = 0; at < block.size; at += kSliceBytes) {
    const char* slice = block.data + at;
    const std::size_t count = find_newlines_({slice, std::min(kSliceBytes, block.size - at)}, places_.get());
    for (std::size_t i = 0; i < count; ++i) {
      const char* end = slice + places_[i];
      if (line != nullptr) {
        take_line(result, line, end);
      }
      line = end + 1;
    }
  }
  const char* block_end = block.data + block.size;
  if (line != nullptr && line < block_end) {
    const char* visible_end = block.data + block.visible_size;
    const void* newline = std::memchr(block_end, '\n', static_cast<std::size_t>(visible_end - block_end));
    take_line(result, line, newline != nullptr ? static_cast<const char*>(newline) : visible_end);
  }
  return result;
}

inline void BlockScanner::take_line(BlockTally& result, const char* begin, const char* end) {
  const bool goes_fast = result.first_line && !result.ends_partial;  // else there is more to note of the line
  if (fast_layout_ != nullptr && goes_fast) {
    if (const Level level = fast_layout_->parse_fast(begin); level != Level::kNone) {
      add_record(result.tally, level, 0);
      return;
    }
    if (continues_fast_layout_ && result.tally.records_count > 0 && fast_layout_->cannot_begin(begin)) {
      ++result.tally.lines_count;
      ++result.tally.continuation_lines_count;
      return;
    }
  }
  const std::string_view line(begin, std::min(static_cast<std::size_t>(end - begin), kLineHeadBytes));
  if (begins_with_access_ && goes_fast) {
    if (const auto verdict = parse_access(line)) {
      add_record(result.tally, Level::kNone, verdict->status_class);
      return;
    }
  }
  add(result, line, recognition_.classify(line));
}

void BlockScanner::add(BlockTally& result, std::string_view line, const LineVerdict& verdict) const {
  LineVerdict counted = verdict;
  if (result.ends_partial) {
    counted = {.kind = LineKind::kContinuation, .is_partial = verdict.is_partial};
  }
  add_line(result.tally, counted);
  const auto keep = [&](std::vector<UnparsedLine>& lines) {
    if (lines.size() < examples_max_) {
      lines.push_back({.line_number = result.tally.lines_count, .text = excerpt(line, kExampleBytesMax)});
    }
  };
  if (counted.kind == LineKind::kContinuation && result.tally.records_count == 0 && !result.ends_partial) {
    ++result.leading_count;
    keep(result.leading);
  } else if (counted.kind == LineKind::kUnparsed) {
    keep(result.unparsed);
  }
  result.ends_partial = verdict.is_partial;
  if (!result.first_line) {
    result.first_line = counted;
  }
}
}  // namespace weir::logs
