#include "logs/record_blocks.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "logs/block_scan.h"
#include "logs/newlines.h"

namespace weir::logs {
namespace {
constexpr std::size_t kBlockBytes = 1U << 20U;
constexpr std::size_t kBufferBytes = kBlockBytes + RecordBlocks::kRecordBytesMax;
constexpr std::size_t kSliceBytes = 64U << 10U;
constexpr std::size_t kProbeBytes = 16U << 10U;

std::string_view head_of(std::string_view line) {
  return line.substr(0, BlockScanner::kLineHeadBytes);
}

/// The place in `text` of the first line that begins a record, behind the first line break; nothing when there is none.
/// The line itself need not be whole.
std::optional<std::size_t> first_record(const Recognition& recognition, std::string_view text) {
  std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view before;  // not known yet
  while (newline + 1 < text.size()) {
    const std::size_t begin = newline + 1;
    newline = text.find('\n', begin);
    const bool is_whole = newline != std::string_view::npos;
    const std::string_view line = text.substr(begin, is_whole ? newline - begin : newline);
    if (before.data() != nullptr && begins_record(recognition, before, head_of(line))) {
      return begin;
    }
    if (!is_whole) {
      return std::nullopt;
    }
    before = head_of(line);
  }
  return std::nullopt;
}

/// The place of the last line that begins a record in `text`, not 0; nothing when there is none.
std::optional<std::size_t> last_record(const Recognition& recognition, std::string_view text) {
  std::size_t end = text.rfind('\n');  // of the line before the last, cut one
  while (end != std::string_view::npos && end > 0) {
    const std::size_t before = text.rfind('\n', end - 1);
    const std::size_t line_begin = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view first = text.substr(line_begin, end - line_begin);
    if (begins_record(recognition, head_of(first), head_of(text.substr(end + 1)))) {
      return end + 1;
    }
    end = before;
  }
  return std::nullopt;
}
}  // namespace

bool begins_record(const Recognition& recognition, std::string_view first, std::string_view second) {
  const LineVerdict verdict = recognition.classify(second);
  return (verdict.kind == LineKind::kRecord || verdict.kind == LineKind::kUnparsed) &&
         !(recognition.is_cri() && recognition.classify(first).is_partial);
}

RecordBlocks::Buffer::Buffer()
    : bytes_(std::make_unique_for_overwrite<char[]>(kBufferBytes + BlockScanner::kPaddingBytes)),
      places_(std::make_unique_for_overwrite<std::uint32_t[]>(kSliceBytes)) {}

Result<std::unique_ptr<RecordBlocks>> RecordBlocks::open(const std::string& path, const FormatChoice& format) {
  auto descriptor = Descriptor::open(path);
  if (!descriptor) {
    return std::unexpected(std::move(descriptor).error().within(path == "-" ? "standard input" : path));
  }
  std::unique_ptr<RecordBlocks> blocks(new RecordBlocks(path, *std::move(descriptor)));
  if (auto status = blocks->start(format); !status) {
    return std::unexpected(std::move(status).error().within(path == "-" ? "standard input" : path));
  }
  return blocks;
}

Status RecordBlocks::start(const FormatChoice& format) {
  newest_micros_ = descriptor_.changed_at();
  if (newest_micros_ == 0) {
    newest_micros_ = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  }
  end_ = descriptor_.size_bytes();
  if (end_ == 0) {
    return start_stream(format);
  }
  std::string first(kPackingBytes, '\0');
  WEIR_TRY_ASSIGN(std::size_t count, read_at(descriptor_.number(), first.data(), first.size(), 0));
  first.resize(count);
  const Packing packing = packing_of(first);
  if (packing != Packing::kPlain && packing != Packing::kUtf8Mark) {
    return start_stream(format);
  }
  WEIR_TRY_ASSIGN(position_, skip_nuls(descriptor_.number(), packing == Packing::kUtf8Mark ? 3 : 0, end_));
  std::string beginning(static_cast<std::size_t>(std::min<std::uint64_t>(kSampleBytes, end_ - position_)), '\0');
  WEIR_TRY_ASSIGN(count, read_at(descriptor_.number(), beginning.data(), beginning.size(), position_));
  recognition_ = Recognition::recognise(sample_of(std::string_view(beginning).substr(0, count)), format);
  return {};
}

Status RecordBlocks::start_stream(const FormatChoice& format) {
  auto stream = unpack(make_descriptor_stream(descriptor_.number(), read_bytes_));
  if (!stream) {
    return std::unexpected(std::move(stream).error());
  }
  stream_ = *std::move(stream);
  carried_.resize(kSampleBytes);
  std::size_t size = 0;
  while (size < carried_.size() && !stream_has_ended_) {
    auto count = stream_->read(std::span(carried_).subspan(size));
    if (!count) {
      stream_error_ = std::move(count).error();
    }
    stream_has_ended_ = !count || *count == 0;
    size += count.value_or(0);
  }
  carried_.resize(size);
  recognition_ = Recognition::recognise(sample_of(carried_), format);
  return {};
}

Result<bool> RecordBlocks::next(Buffer& buffer) {
  if (is_over_) {
    return false;
  }
  auto result = stream_ != nullptr ? next_of_stream(buffer) : next_of_file(buffer);
  if (!result) {
    give_up();
    return std::unexpected(std::move(result).error().within(path_ == "-" ? "standard input" : path_));
  }
  if (!*result) {
    return false;
  }
  return true;
}

/// Lets no thread wait for a block that does not come.
void RecordBlocks::give_up() {
  {
    const std::lock_guard lock(lines_mutex_);
    is_over_ = true;
  }
  lines_known_.notify_all();
}

Result<std::optional<RecordBlocks::Range>> RecordBlocks::next_range() {
  const std::lock_guard lock(mutex_);
  if (position_ >= end_) {
    return std::nullopt;
  }
  Range range{.number = next_number_++,
              .begin = position_,
              .kept_end = end_,
              .end = end_,
              .starts_record = next_starts_record_};
  next_starts_record_ = true;
  const std::uint64_t wanted_end = range.begin + kBlockBytes;
  if (wanted_end < end_) {
    // Nearly always one small look finds a record; a larger one is for long records.
    std::string probe;
    bool is_found = false;
    for (const std::size_t size : {kProbeBytes, kRecordBytesMax}) {
      probe.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - wanted_end)));
      WEIR_TRY_ASSIGN(const std::size_t count, read_at(descriptor_.number(), probe.data(), probe.size(), wanted_end));
      probe.resize(count);
      const auto record = first_record(recognition_, probe);
      if (record) {
        range.end = wanted_end + *record;
        is_found = true;
        break;
      }
      if (wanted_end + count >= end_) {
        range.end = wanted_end + count;  // the rest of the file is one record's
        is_found = true;
        break;
      }
    }
    if (!is_found) {
      next_starts_record_ = false;
      const std::size_t newline = probe.find('\n');
      range.end = wanted_end + newline + 1;
      if (newline == std::string::npos) {
        // A line without end: its beginning is kept, and the next block begins behind it.
        range.end = wanted_end + probe.size();
        for (bool is_over = false; !is_over && range.end < end_;) {
          probe.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kRecordBytesMax, end_ - range.end)));
          WEIR_TRY_ASSIGN(const std::size_t count, read_at(descriptor_.number(), probe.data(), probe.size(), range.end));
          const std::size_t found = std::string_view(probe).substr(0, count).find('\n');
          is_over = found != std::string::npos || count == 0;
          range.end += found != std::string::npos ? found + 1 : count;
        }
      }
    }
    range.kept_end = std::min(range.end, range.begin + kBufferBytes);
  }
  position_ = range.end;
  return range;
}

Result<bool> RecordBlocks::next_of_file(Buffer& buffer) {
  WEIR_TRY_ASSIGN(const auto range, next_range());
  if (!range) {
    return false;
  }
  char* data = buffer.bytes_.get();
  const auto size = static_cast<std::size_t>(range->kept_end - range->begin);
  WEIR_TRY_ASSIGN(const std::size_t count, read_at(descriptor_.number(), data, size, range->begin));
  if (count != size) {
    return fail(ErrorCode::kIo, "the file became shorter while it was read");
  }
  read_bytes_ += range->end - range->begin;
  buffer.block_ = {.data = data,
                   .size = size,
                   .newlines = {},
                   .number = range->number,
                   .first_line = 1,
                   .starts_record = range->starts_record};
  number_lines(buffer, range->kept_end < range->end ? 1 : 0);
  return true;
}

Status RecordBlocks::fill_from_stream(char* data, std::size_t& size) {
  while (size < kBufferBytes && !stream_has_ended_) {
    auto count = stream_->read({data + size, kBufferBytes - size});
    if (!count) {
      stream_error_ = std::move(count).error();
    }
    stream_has_ended_ = !count || *count == 0;
    size += count.value_or(0);
  }
  return {};
}

Status RecordBlocks::skip_line_of_stream() {
  std::string chunk(kSliceBytes, '\0');
  while (!stream_has_ended_) {
    auto count = stream_->read(chunk);
    if (!count) {
      stream_error_ = std::move(count).error();
    }
    stream_has_ended_ = !count || *count == 0;
    const std::string_view text = std::string_view(chunk).substr(0, count.value_or(0));
    if (const std::size_t newline = text.find('\n'); newline != std::string_view::npos) {
      carried_ = text.substr(newline + 1);
      return {};
    }
  }
  return {};
}

Result<bool> RecordBlocks::next_of_stream(Buffer& buffer) {
  const std::lock_guard lock(mutex_);
  char* data = buffer.bytes_.get();
  std::size_t size = carried_.copy(data, carried_.size());
  carried_.clear();
  WEIR_TRY(fill_from_stream(data, size));
  if (size == 0) {
    if (stream_error_) {
      Error error = *std::move(stream_error_);
      stream_error_.reset();
      return std::unexpected(std::move(error));
    }
    return false;
  }
  std::size_t block_size = size;
  const bool starts_record = next_starts_record_;
  next_starts_record_ = true;
  std::uint64_t lines_more = 0;
  if (!stream_has_ended_) {
    const std::string_view text(data, size);
    const auto record = last_record(recognition_, text);
    const std::size_t newline = text.rfind('\n');
    next_starts_record_ = record.has_value();
    if (record || newline != std::string_view::npos) {
      block_size = record.value_or(newline + 1);
      carried_.assign(data + block_size, size - block_size);
    } else {
      WEIR_TRY(skip_line_of_stream());
      lines_more = 1;
    }
  }
  buffer.block_ = {.data = data,
                   .size = block_size,
                   .newlines = {},
                   .number = next_number_++,
                   .first_line = 1,
                   .starts_record = starts_record};
  number_lines(buffer, lines_more);
  return true;
}

/// Finds the line breaks, and adds their number to those of the blocks before. `lines_more` line breaks were left out
/// behind the block.
void RecordBlocks::number_lines(Buffer& buffer, std::uint64_t lines_more) {
  static const FindNewlines find_newlines = newline_kernels().front().find;
  RecordBlock& block = buffer.block_;
  std::memset(buffer.bytes_.get() + block.size, 0, BlockScanner::kPaddingBytes);
  buffer.newlines_.clear();
  for (std::size_t at = 0; at < block.size; at += kSliceBytes) {
    const std::size_t count =
        find_newlines({block.data + at, std::min(kSliceBytes, block.size - at)}, buffer.places_.get());
    const std::size_t before = buffer.newlines_.size();
    buffer.newlines_.resize(before + count);
    for (std::size_t i = 0; i < count; ++i) {
      buffer.newlines_[before + i] = static_cast<std::uint32_t>(at) + buffer.places_[i];
    }
  }
  block.newlines = buffer.newlines_;
  std::unique_lock lock(lines_mutex_);
  lines_known_.wait(lock, [&] { return lines_number_ == block.number || is_over_; });
  block.first_line = lines_before_ + 1;
  lines_before_ += block.newlines.size() + lines_more;
  ++lines_number_;
  lock.unlock();
  lines_known_.notify_all();
}
}  // namespace weir::logs
